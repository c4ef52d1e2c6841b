import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '#policies/law.ts';
import type { Position } from '#sites/load/problem.ts';
import type { Model } from '#sites/model.ts';

/** The site files of a platform, line by line, and what stands in them for what the tree calls otherwise. */
export interface Sources {
  files: { name: string; shown: string; lines: string[] }[];
  /** What a word of the tree is written as: `sxb-worker1` is `worker1:` in sxb.yaml. */
  words: ReadonlyMap<string, { file: string; word: string }>;
}

/** Reads them once for all findings. */
export function sourcesOf(model: Model, folder: string, shown: string): Sources {
  const names = [...model.sites.map(({ code }) => `${code}.yaml`), 'platform.yaml'];
  const files = names.flatMap((name) => {
    try {
      return [
        { name, shown: join(shown, name), lines: readFileSync(join(folder, name), 'utf8').split('\n') },
      ];
    } catch {
      return [];
    }
  });
  const words = new Map(
    model.sites.flatMap(({ code, hosts }) =>
      hosts.flatMap(({ name, fqdn, key }): [string, { file: string; word: string }][] => [
        [name, { file: `${code}.yaml`, word: `${key}:` }],
        [fqdn, { file: `${code}.yaml`, word: `${key}:` }],
      ]),
    ),
  );
  return { files, words };
}

/**
 * The line of a site file that a finding comes from, where what it says leads there: a host that it names, else an address or a
 * network that a site file has, else the host whose file it is, else nothing. The file of the finding's own site is asked first.
 */
export function causeOf(
  { message, text, fix, path }: Finding,
  { files, words }: Sources,
): Position | undefined {
  const own = `${path.split('/')[0]}.yaml`;
  const order = [...files].sort((a, b) => Number(b.name === own) - Number(a.name === own));
  const said = [message, fix, text ?? ''].join(' ');
  const ofHost = (from: string): Position | undefined => {
    const host = from.match(/[A-Za-z][\w.-]*\w/g)?.flatMap((token) => words.get(token) ?? [])[0];
    const file = host && files.find(({ name }) => name === host.file);
    return file && placeOf(file, host.word);
  };
  const ofAddress = (from: string): Position | undefined =>
    from.match(ADDRESS)?.flatMap((address) => order.flatMap((file) => placeOf(file, address) ?? []))[0];
  return ofHost(message) ?? ofAddress(said) ?? ofHost(path);
}
const ADDRESS =
  /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{1,4}:+){2,7}[0-9a-f]{0,4})(?:\/\d+)?(?![\w.:])/g;

function placeOf({ shown, lines }: Sources['files'][number], word: string): Position | undefined {
  const line = lines.findIndex((each) => {
    const at = each.indexOf(word);
    if (at < 0 || each.trimStart().startsWith('#')) return false;
    return (
      !/[\w.:]/.test(each[at - 1] ?? ' ') &&
      (word.endsWith(':') || !/[\w.:/]/.test(each[at + word.length] ?? ' '))
    );
  });
  if (line < 0) return undefined;
  const source = lines[line]!;
  return { file: shown, line: line + 1, column: source.indexOf(word) + 1, source };
}
