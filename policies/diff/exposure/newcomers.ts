import type { Tree } from '../../law.ts';

/** Addresses of machines that the inventories and zones did not know before. */
export function newcomers(before: Tree, after: Tree): Set<string> {
  const known = addresses(before);
  return new Set([...addresses(after)].filter((each) => !known.has(each)));
}
const ADDRESS = /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){2,}[0-9a-f:]*/g;
const addresses = (tree: Tree): Set<string> =>
  new Set(
    [...tree].flatMap(([path, text]) =>
      /\/inventory\/.*(hosts\.yaml|inventory\.yaml|ssh_config)$|\.zone$/.test(path)
        ? [...text.matchAll(ADDRESS)].map(([each]) => each)
        : [],
    ),
  );

/** Names of hosts that had no file before. */
export function newHosts(before: Tree, after: Tree): Set<string> {
  const known = hosts(before);
  return new Set([...hosts(after)].filter((each) => !known.has(each)));
}
const hosts = (tree: Tree): Set<string> =>
  new Set(
    [...tree.keys()].flatMap((path) => /^[^/]+\/(?:hosts|front-firewall)\/([^/]+)\//.exec(path)?.[1] ?? []),
  );
