import type { Tree } from '../../law.ts';
import type { Reader, Thing } from '../thing.ts';
import { kubernetes } from './kubernetes.ts';
import { stack } from './stack.ts';
import { contents, formatOf } from './text.ts';

/** Every other file is one thing: of a host by its path there, else by its path below its place. */
const files: Reader = {
  reads: () => true,
  things(path, text) {
    const [place = '', ...rest] = path.split('/');
    const onHost = /^(?:hosts|front-firewall)\/([^/]+)\/(.+)$/.exec(rest.join('/'));
    const name = onHost ? `${onHost[1]} /${onHost[2]}` : rest.join('/');
    return [{ path, place, kind: formatOf(path), name, data: contents(path, text), text }];
  },
};

/** The first reader that finds something in a file reads it: a manifest that is no YAML is still a file. */
const READERS: readonly Reader[] = [kubernetes, stack, files];

/** The things of some files of a tree. */
export function things(tree: Tree, paths: readonly string[]): Thing[] {
  return paths.flatMap((path) => {
    const text = tree.get(path);
    if (text === undefined) return [];
    for (const reader of READERS) {
      const found = reader.reads(path) ? reader.things(path, text) : [];
      if (found.length > 0) return found;
    }
    return [];
  });
}
