import type { Tree } from '../../law.ts';
import { aligned } from '../sequence.ts';
import { placeOf } from '../thing.ts';
import type { Step } from './paths/gate.ts';
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
      const sets = setsOf(text);
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

const setsOf = (text: string): Map<string, string[]> =>
  new Map(
    [...text.matchAll(/set (\w+) \{[^}]*?elements = \{([^}]*)\}/g)].map(([, name = '', list = '']) => [
      `@${name}`,
      list.split(',').map((each) => each.trim()),
    ]),
  );

/** Chains of a ruleset by their hook, each as its rules in their order: what lets through and what refuses before. */
export function chainGates(text: string): Map<string, Step[]> {
  const known = gates.get(text);
  if (known) return known;
  const sets = setsOf(text);
  const found = new Map<string, Step[]>();
  for (const [, , body = ''] of text.matchAll(/^ {2}chain (\w+) \{\n([\s\S]*?)^ {2}\}/gm)) {
    const [, hook = ''] = /type filter hook (\w+)/.exec(body) ?? [];
    const direction = HOOKS[hook];
    if (!direction) continue;
    const lines = body.split('\n').map((line) => line.trim());
    const steps = lines.flatMap((line): Step[] => {
      // Errors and neighbour discovery are nobody's way in.
      if (/icmp(v6)? type/.test(line) && !line.includes('echo-request')) return [];
      const pass = /\b(accept|jump \w+)\b/.test(line);
      const refuses =
        /\b(drop|reject)\b/.test(line) && /\b[sd]addr|dport\b/.test(line) && !/\badd @|limit rate/.test(line);
      return pass || refuses ? ruleOf(line, sets, direction).map((rule) => ({ pass, rule })) : [];
    });
    found.set(hook, /policy accept/.test(lines[0] ?? '') ? [...steps, { pass: true, rule: {} }] : steps);
  }
  if (gates.size > 2000) gates.clear();
  gates.set(text, found);
  return found;
}
const gates = new Map<string, Map<string, Step[]>>();

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
