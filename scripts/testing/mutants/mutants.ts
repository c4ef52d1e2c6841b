import { isDeepStrictEqual } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import type { Tree } from '#policies/law.ts';
import { type Dice, dice, pick } from './dice.ts';
import { addressesIn, type Edit, edit } from './edits.ts';
import { kindOf } from './kind.ts';

/** A tree with one small thing wrong. */
export interface Mutant {
  /** The file that was chosen. */
  path: string;
  kind: string;
  /** A whole file gone, or one small change in it. */
  how: Edit['how'] | 'remove';
  from: string;
  to: string;
  /** What is other than in the healthy tree: a text, or nothing where the file is gone. */
  changes: ReadonlyMap<string, string | undefined>;
}

export const described = ({ path, how, from, to }: Mutant): string =>
  how === 'remove'
    ? `${path}: gone`
    : `${path}: ${how}: \`${short(from)}\`${to ? ` -> \`${short(to)}\`` : ''}`;
const short = (line: string): string => (line.length > 110 ? `${line.slice(0, 109)}…` : line);

/** The tree that a mutant is. */
export function mutated(tree: Tree, { changes }: Mutant): Tree {
  const copy = new Map(tree);
  for (const [path, text] of changes) {
    if (text === undefined) copy.delete(path);
    else copy.set(path, text);
  }
  return copy;
}

export interface Order {
  count: number;
  seed: number;
  /** The same line changed in every file of the kind that has it: a slip of a generator instead of somebody's hand. */
  everywhere?: boolean;
}

/**
 * Mutants of a tree, each kind of file by the root of its lines: long files get more, short ones are not forgotten. Texts for people
 * (`.md`) are left out, and so are changes that only a comment shows, and texts that say the same as before.
 */
export function mutants(tree: Tree, { count, seed, everywhere }: Order): Mutant[] {
  const roll = dice(seed);
  const kinds = Map.groupBy(
    [...tree.keys()].filter((path) => !path.endsWith('.md')),
    kindOf,
  );
  const lots = [...kinds].flatMap(([kind, paths]): string[] => {
    const lines = Math.max(...paths.map((path) => tree.get(path)!.split('\n').length));
    return Array.from({ length: Math.ceil(Math.sqrt(lines)) }, () => kind);
  });
  const vocabulary = { addresses: [...new Set([...tree.values()].flatMap(addressesIn))] };
  const made: Mutant[] = [];
  const seen = new Set<string>();
  while (made.length < count) {
    const kind = pick(roll, lots);
    const path = pick(roll, kinds.get(kind)!);
    const mutant = one(tree, path, roll, vocabulary);
    if (!mutant || seen.has(described(mutant))) continue;
    seen.add(described(mutant));
    made.push(everywhere ? spread(tree, mutant, kinds.get(kind)!) : mutant);
  }
  return made;
}

function one(tree: Tree, path: string, roll: Dice, vocabulary: { addresses: string[] }): Mutant | undefined {
  const kind = kindOf(path);
  if (roll(12) === 0)
    return { path, kind, how: 'remove', from: '', to: '', changes: new Map([[path, undefined]]) };
  const before = tree.get(path)!;
  const found = edit(before, vocabulary, roll);
  if (!found) return undefined;
  const text = path.endsWith('.json') ? found.text.replace(/,(\s*[}\]])/g, '$1') : found.text;
  if (!differs(path, before, text)) return undefined;
  return { path, kind, how: found.how, from: found.from, to: found.to, changes: new Map([[path, text]]) };
}

/** Whether another reader than a person sees a difference; what cannot be read any more is too easy a find. */
function differs(path: string, before: string, after: string): boolean {
  try {
    if (path.endsWith('.json')) return !isDeepStrictEqual(JSON.parse(before), JSON.parse(after));
    if (!/\.ya?ml$/.test(path)) return true;
    const documents = parseAllDocuments(after);
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return false;
    return !isDeepStrictEqual(whole(parse(before)), whole(parse(after)));
  } catch {
    return false;
  }
}

/** A value in which texts that are data themselves, as a ConfigMap holds them, are read as well: the order of their keys says nothing. */
function whole(value: unknown): unknown {
  if (typeof value === 'string') {
    const inner: unknown = /\n./.test(value) ? attempt(value) : undefined;
    return typeof inner === 'object' && inner !== null ? inner : value;
  }
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, whole(each)]));
}
function attempt(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function spread(tree: Tree, mutant: Mutant, paths: string[]): Mutant {
  if (mutant.how === 'remove') return { ...mutant, changes: new Map(paths.map((path) => [path, undefined])) };
  if (mutant.how === 'order') return mutant;
  const changes = new Map(mutant.changes);
  for (const path of paths) {
    if (changes.has(path)) continue;
    const lines = tree.get(path)!.split('\n');
    const at = lines.findIndex((line) => line.trim() === mutant.from);
    if (at < 0) continue;
    const indent = /^\s*/.exec(lines[at]!)![0];
    const text = lines.with(at, indent + mutant.to).join('\n');
    if (differs(path, tree.get(path)!, text)) changes.set(path, text);
  }
  return { ...mutant, changes };
}
