import { both } from '#sites/address.ts';
import type { Host, Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';

export const hostsAlike: Policy = {
  id: 'hosts-alike',
  title: 'hosts of one role at a site have the same files, but for their own names and addresses',
  why: 'Avoid: a setting that one of three hosts has and its neighbours have not. Prefer: one file for a role, with the name and the addresses of its host in it. Rationale: such a host behaves in another way on the day it has to stand in for its neighbour, and nobody compares files by eye.',
  check: (model, tree) =>
    model.sites
      .flatMap((site) =>
        [...Map.groupBy(site.hosts, ({ role }) => role).values()]
          .filter((hosts) => hosts.length > 1)
          .flatMap((hosts) => [
            ...alike(
              tree,
              members(hosts, (name) => `${site.code}/hosts/${name}/`),
            ),
            ...alike(
              tree,
              members(hosts, (name) => `${site.code}/cloud-init/${name}.yaml`),
            ),
          ]),
      )
      .concat(firewallPairs(model, tree)),
};

/** One of several that should be alike. */
interface Member {
  name: string;
  /** What all its paths begin with. */
  root: string;
  /** The same words for what is its own, and what is a neighbour's. */
  plain(line: string): string;
}

function members(hosts: Host[], root: (name: string) => string): Member[] {
  return hosts.map((host) => {
    const words = hosts.flatMap((each) =>
      namesOf(each).map((word): [string, string] => [word, each === host ? '{own}' : '{neighbour}']),
    );
    return { name: host.name, root: root(host.name), plain: replacing(words) };
  });
}
const namesOf = (host: Host): string[] => [host.name, host.fqdn, ...both(host.address), ...both(host.public)];

/** The two hosts of a front firewall, which the model does not name: they differ in the link between them alone. */
const firewallPairs = (model: Model, tree: Tree): Finding[] =>
  model.sites.flatMap(({ code }) => {
    const names = new Set(
      below(tree, `${code}/front-firewall`).flatMap(([path]) => path.split('/').slice(2, -1)[0] ?? []),
    );
    const plain = (line: string) =>
      line.replace(/\b169\.254\.\d+\.\d+/g, '{pair}').replaceAll(/firewall[12]/g, '{own}');
    return alike(
      tree,
      [...names].map((name) => ({ name, root: `${code}/front-firewall/${name}/`, plain })),
    );
  });

/** Whole words for others, with or without a port or a mark behind them. */
function replacing(words: [string, string][]): (line: string) => string {
  const known = new Map(words);
  return (line) =>
    line.replace(/[\w.:-]+/g, (token) => {
      const [, word = token, rest = ''] = /^(.*?)([:.]|:\d+)$/.exec(token) ?? [];
      return known.get(token) ?? (known.has(word) ? known.get(word)! + rest : token);
    });
}

/** Lines that are meant to differ, and which law holds them together. */
const MEANT: RegExp[] = [
  /^\s*priority \d+$/, // `virtual-addresses`: one of two has more
  /^router id 0\./, // a number where a host has no IPv4 address
  /^\s*OnCalendar=/, // `hosts-in-turn`: never two at once
];

function alike(tree: Tree, all: Member[]): Finding[] {
  const [first, ...more] = all;
  if (!first) return [];
  /** A root is a folder, or the beginning of the names of files in one. */
  const files = (root: string): Set<string> =>
    new Set(
      below(tree, root.slice(0, root.lastIndexOf('/')))
        .map(([path]) => path)
        .filter((path) => path.startsWith(root))
        .map((path) => path.slice(root.length)),
    );
  const names = new Set(all.flatMap(({ root }) => [...files(root)]));
  return [...names].flatMap((file): Finding[] => {
    const owners = all.filter(({ root }) => tree.has(root + file));
    const missing = all.filter((each) => !owners.includes(each));
    const [owner] = owners;
    if (missing.length > 0)
      return missing.map(({ name }) => ({
        path: owner!.root + file,
        message: `${owner!.name} has this file, and ${name} of the same role has none`,
        fix: 'make the tree again with `npm run synth`',
      }));
    return more.flatMap((each) => differs(tree, first, each, file));
  });
}

function differs(tree: Tree, one: Member, other: Member, file: string): Finding[] {
  const [texts, others] = [one, other].map(({ root }) => tree.get(root + file)!.split('\n'));
  const at = Array.from({ length: Math.max(texts!.length, others!.length) }).findIndex((_, index) => {
    const [a, b] = [texts![index], others![index]];
    if (a === b) return false;
    if (a === undefined || b === undefined) return true;
    return one.plain(a) !== other.plain(b) && !MEANT.some((each) => each.test(a) && each.test(b));
  });
  if (at < 0) return [];
  return [
    {
      path: other.root + file,
      text: others![at] ?? others!.at(-1)!,
      other: { path: one.root + file, text: texts![at] ?? texts!.at(-1)! },
      message: `${one.name} and ${other.name} have one role and differ in line ${at + 1}: ${quoted(texts![at])} and ${quoted(others![at])}`,
      fix: 'give both the same line: npm run synth',
    },
  ];
}
const quoted = (line: string | undefined): string => (line === undefined ? 'nothing' : `\`${line.trim()}\``);
