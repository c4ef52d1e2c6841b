import type { Finding, Policy, Tree } from '../law.ts';
import { firstStarts } from '../reading/first-starts.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

/** A text of the tree that stands in another place as well, because two programs take it from different hands. */
interface Copy {
  path: string;
  /** What both are, on whichever host: `do-node1:/etc/ssh/sshd_config.d/10-fredu.conf`. */
  what: string;
  text: string;
}

export const copiesAgree: Policy = {
  id: 'copies-agree',
  title: 'a text that stands in two places of the tree says the same in both',
  why: 'SQL stands in platform/sql/, which people and laws read, and in the ConfigMap that the setup job applies; a setting of a host stands in what it starts with and in what is installed later. Where they differ, the one that was looked at is not the one that counts.',
  check(_model, tree) {
    const sql = shared(tree);
    return [
      ...[
        ...Map.groupBy([...sql.copies, ...onHosts(tree), ...inNamespaces(tree)], ({ what }) => what).values(),
      ].flatMap(([first, ...more]) => more.flatMap((copy) => differs(first!, copy))),
      ...sql.missing,
    ];
  },
};

function differs(one: Copy, other: Copy): Finding[] {
  const [lines, others] = [one, other].map(({ text }) => text.trimEnd().split('\n'));
  const at = Array.from({ length: Math.max(lines!.length, others!.length) }).findIndex(
    (_, index) => lines![index] !== others![index],
  );
  if (at < 0) return [];
  return [
    {
      path: other.path,
      text: others![at] ?? others!.at(-1)!,
      other: { path: one.path, text: lines![at] ?? lines!.at(-1)! },
      message: `${one.what} stands twice, and differs from line ${at + 1} on: ${quote(lines![at])} and ${quote(others![at])}`,
      fix: 'make both from one text: npm run synth',
    },
  ];
}
const quote = (line: string | undefined): string => (line === undefined ? 'nothing' : `\`${line.trim()}\``);

/** Files of the platform that a ConfigMap hands to a job: those of the folder, all of them. */
function shared(tree: Tree): { copies: Copy[]; missing: Finding[] } {
  const files = [...tree].flatMap(([path, text]) => {
    const [, folder, name] = /^(platform\/.+)\/([^/]+)$/.exec(path) ?? [];
    return folder && name ? [{ path, folder, name, text }] : [];
  });
  const copies: Copy[] = [];
  const missing: Finding[] = [];
  for (const { path, object } of ofKind(tree, 'ConfigMap')) {
    const data: Record<string, string> = object.data ?? {};
    const folders = new Set(files.filter(({ name }) => name in data).map(({ folder }) => folder));
    for (const file of files.filter(({ folder }) => folders.has(folder))) {
      const text = data[file.name];
      if (text !== undefined) {
        copies.push({ path: file.path, what: `${path} ${file.name}`, text: file.text });
        copies.push({ path, what: `${path} ${file.name}`, text });
      } else {
        const message = `${file.path} is not handed on: the ConfigMap has its neighbours alone`;
        missing.push({ path, message, fix: 'hand on all files of the folder: npm run synth' });
      }
    }
  }
  return { copies, missing };
}

/** What a host starts with, and what is installed on it later. */
function onHosts(tree: Tree): Copy[] {
  return firstStarts(tree).flatMap(({ path, said }) => {
    const host = String(said?.hostname);
    return listOf(said?.write_files).flatMap((file: Data): Copy[] => {
      const installed = `${path.split('/')[0]}/hosts/${host}${file.path}`;
      const later = tree.get(installed);
      const what = `${host}:${file.path}`;
      return later === undefined
        ? []
        : [
            { path: installed, what, text: later },
            { path, what, text: String(file.content) },
          ];
    });
  });
}

/** ConfigMaps of one name at one site: a namespace cannot read another's, so each has its copy. */
const inNamespaces = (tree: Tree): Copy[] =>
  [...Map.groupBy(ofKind(tree, 'ConfigMap'), ({ site, name }) => `${site} ${name}`)]
    .filter(([, same]) => same.length > 1)
    .flatMap(([key, same]) =>
      same.flatMap(({ path, object }) =>
        Object.entries<string>(object.data ?? {}).map(([name, text]) => ({
          path,
          what: `${key} ${name}`,
          text,
        })),
      ),
    );
