import type { Tree } from '../../law.ts';
import { aligned } from '../sequence.ts';
import { placeOf } from '../thing.ts';
import type { Point } from './point.ts';
import type { Rule } from './reach.ts';
import type { Exposure } from './ways.ts';

const HOOKS: Record<string, Point['direction']> = { input: 'in', output: 'out', forward: 'through' };

/** Chains of nftables on hosts and front firewalls, with what each accepts. */
export function chainPoints(tree: Tree, paths: readonly string[]): Point[] {
  return paths
    .filter((path) => path.endsWith('/nftables.conf'))
    .flatMap((path) => {
      const text = tree.get(path) ?? '';
      const host = path.split('/')[2] ?? path;
      const sets = new Map(
        [...text.matchAll(/set (\w+) \{[^}]*?elements = \{([^}]*)\}/g)].map(([, name = '', list = '']) => [
          `@${name}`,
          list.split(',').map((each) => each.trim()),
        ]),
      );
      return [...text.matchAll(/^ {2}chain (\w+) \{\n([\s\S]*?)^ {2}\}/gm)].flatMap(
        ([, , body = '']): Point[] => {
          const [, hook = ''] = /type filter hook (\w+)/.exec(body) ?? [];
          const direction = HOOKS[hook];
          if (!direction) return [];
          const lines = body.split('\n').map((line) => line.trim());
          const open = /policy accept/.test(lines[0] ?? '');
          const rules = lines
            .filter((line) => /\b(accept|jump \w+)\b/.test(line))
            .flatMap((line) => ruleOf(line, sets, direction));
          return [
            {
              place: placeOf(path),
              path,
              name: `${host} nftables ${hook}`,
              of: host,
              direction,
              rules: open ? [{}] : rules,
            },
          ];
        },
      );
    });
}

/** Answers to what was let through before are nobody's new way. */
const ANSWERS = /^type |ct state established|^(iifname|oifname) lo accept/;

function ruleOf(line: string, sets: ReadonlyMap<string, string[]>, direction: Point['direction']): Rule[] {
  if (ANSWERS.test(line)) return [];
  const list = (pattern: RegExp): string[] | undefined => {
    const text = pattern.exec(line)?.[1];
    return text === undefined ? undefined : (sets.get(text) ?? text.replaceAll(/[{}\s]/g, '').split(','));
  };
  const [source, target] = [list(/\bip6? saddr (\{[^}]*\}|\S+)/), list(/\bip6? daddr (\{[^}]*\}|\S+)/)];
  const [from, to] = direction === 'out' ? [target, source] : [source, target];
  const ports = list(/\bdport (\{[^}]*\}|\S+)/)?.map((each): [number, number] => {
    const [first = 0, last = first] = each.split('-').map(Number);
    return [first, last];
  });
  const via = [list(/\biifname (\{[^}]*\}|\S+)/), list(/\boifname (\{[^}]*\}|\S+)/)].flatMap((each, index) =>
    (each ?? []).map((name) => `${index === 0 ? 'from' : 'to'} ${name}`),
  );
  const protocol =
    /\b(tcp|udp) dport/.exec(line)?.[1] ??
    (/\bicmp(v6)? type/.test(line) ? 'icmp' : /l4proto (\w+)/.exec(line)?.[1]);
  const family = /\bip6 |icmpv6/.test(line) ? 'ipv6' : /\bip |icmp type/.test(line) ? 'ipv4' : undefined;
  return [
    {
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
      ...(family ? { family } : {}),
      ...(protocol ? { protocol } : {}),
      ...(ports ? { ports } : {}),
      ...(via.length > 0 ? { via } : {}),
    },
  ];
}

/** Rules that refuse some of what later rules would accept, by chain; the last word of a chain is none of them. */
const refusals = (text: string): Map<string, string[]> =>
  new Map(
    [...text.matchAll(/^ {2}chain (\w+) \{\n([\s\S]*?)^ {2}\}/gm)].map(([, name = '', body = '']) => [
      name,
      body
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => /\s(drop|reject)\b/.test(line) && !/^(counter |type )/.test(line)),
    ]),
  );

/** Chains that are in both trees and refuse less, or more, by a whole rule; one whose numbers moved is a limit. */
export function changedRefusals(before: Tree, after: Tree, paths: readonly string[]): Exposure[] {
  return paths
    .filter((path) => path.endsWith('/nftables.conf') && before.has(path) && after.has(path))
    .flatMap((path) => {
      const [was, is] = [refusals(before.get(path)!), refusals(after.get(path)!)];
      const where = `${placeOf(path)}, nftables of ${path.split('/')[2]}`;
      return [...was].flatMap(([chain, lines]) =>
        aligned(lines, is.get(chain) ?? []).flatMap(([gone, come]): Exposure[] => {
          if (gone !== undefined && come !== undefined) return [];
          const [how, word] =
            gone === undefined
              ? (['narrower', 'refuses now'] as const)
              : (['wider', 'refuses no longer'] as const);
          return [{ how, text: `${where}: ${chain} ${word}: ${gone ?? come}`, paths: [path] }];
        }),
      );
    });
}
