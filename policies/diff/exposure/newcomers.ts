import type { Tree } from '../../law.ts';

/** Names of hosts that had no file before. */
export function newHosts(before: Tree, after: Tree): Set<string> {
  const known = hosts(before);
  return new Set([...hosts(after)].filter((each) => !known.has(each)));
}
const hosts = (tree: Tree): Set<string> =>
  new Set(
    [...tree.keys()].flatMap((path) => /^[^/]+\/(?:hosts|front-firewall)\/([^/]+)\//.exec(path)?.[1] ?? []),
  );
