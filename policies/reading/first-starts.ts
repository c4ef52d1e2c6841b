import type { Tree } from '../law.ts';
import { stacks } from './openstack-tree.ts';
import { type Data, yamlOf } from './texts.ts';

/** What cloud-init does at the first start of a host: a file of its own, or the user data of a virtual machine. */
export interface FirstStart {
  path: string;
  site: string;
  /** By the file or the machine, whatever the text says. */
  host: string;
  text: string;
  said: Data;
}
const known = new WeakMap<Tree, FirstStart[]>();

/** Every first start of the tree, read once for all laws. */
export function firstStarts(tree: Tree): FirstStart[] {
  const found =
    known.get(tree) ??
    [
      ...[...tree.keys()].flatMap((path) => {
        const [, site, host] = /^([^/]+)\/cloud-init\/([^/]+)\.yaml$/.exec(path) ?? [];
        return site && host ? [{ path, site, host, text: tree.get(path)! }] : [];
      }),
      ...stacks(tree).flatMap(({ path, site, resources }) =>
        resources.flatMap(({ value }) =>
          typeof value?.user_data === 'string'
            ? [{ path, site, host: String(value.name), text: value.user_data as string }]
            : [],
        ),
      ),
    ].map((each): FirstStart => ({ ...each, said: yamlOf(each.text) }));
  known.set(tree, found);
  return found;
}
