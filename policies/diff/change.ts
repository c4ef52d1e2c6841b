import { isDeepStrictEqual } from 'node:util';
import type { Tree } from '../law.ts';
import { compare, type Field } from './compare.ts';
import { things } from './readers/index.ts';
import { leaves } from './sequence.ts';
import { differing, keyOf, type Thing } from './thing.ts';

/** What happens when a change is carried out, the mildest first. `refused`: it cannot be carried out as it stands. */
export const LEVELS = ['nothing', 'reload', 'restart', 'outage', 'recreate', 'refused', 'data loss'] as const;
export type Level = (typeof LEVELS)[number];
export const worse = (a: Level, b: Level): number => LEVELS.indexOf(b) - LEVELS.indexOf(a);

export interface Consequence {
  level: Level;
  /** Whom it meets and for how long, in words. */
  text: string;
  /** Where, if the same happens at several places: a host, a range. */
  at?: string;
}

/** A thing that is new, gone, named otherwise or says something else; `layout`: only its comments or its layout differ. */
export interface Change {
  how: 'added' | 'removed' | 'renamed' | 'changed' | 'layout';
  before?: Thing;
  after?: Thing;
  fields: Field[];
  consequences: Consequence[];
}

/** The thing as it is, or as it was where it is gone. */
export const subject = ({ before, after }: Pick<Change, 'before' | 'after'>): Thing => (after ?? before)!;
export const worstOf = ({ consequences }: Pick<Change, 'consequences'>): Level =>
  consequences.map(({ level }) => level).sort(worse)[0] ?? 'nothing';

/** Every change between two trees, without what it does: sorted by path, then by name. */
export function changesBetween(before: Tree, after: Tree): Change[] {
  const paths = differing(before, after);
  const old = byKey(things(before, paths));
  const fresh = byKey(things(after, paths));
  const [gone, come]: [Thing[], Thing[]] = [[], []];
  const found: Change[] = [];
  for (const [key, thing] of old) {
    const now = fresh.get(key);
    if (now) found.push(...changed(thing, now));
    else gone.push(thing);
  }
  for (const [key, thing] of fresh) if (!old.has(key)) come.push(thing);
  found.push(...renamed(gone, come));
  return found.sort((a, b) => order(subject(a), subject(b)));
}
const order = (a: Thing, b: Thing): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : a.name < b.name ? -1 : 1;

/** Two things of one name, which no API would take, are distinguished by their paths. */
function byKey(all: readonly Thing[]): Map<string, Thing> {
  const found = new Map<string, Thing>();
  for (const thing of all) {
    const key = keyOf(thing);
    found.set(found.has(key) ? `${key} ${thing.path}` : key, thing);
  }
  return found;
}

function changed(before: Thing, after: Thing): Change[] {
  if (before.text === after.text && before.path === after.path) return [];
  const fields = compare(before.data, after.data, after.shape);
  if (fields.length > 0) return [{ how: 'changed', before, after, fields, consequences: [] }];
  return before.text === after.text ? [] : [{ how: 'layout', before, after, fields: [], consequences: [] }];
}

/** Less in common than this, and it is another thing. */
const ALIKE_MIN = 0.7;

/** Of what is gone and what has come, at one place and of one kind, those that say nearly the same: the likest first. */
function renamed(gone: readonly Thing[], come: readonly Thing[]): Change[] {
  const group = ({ place, kind }: Thing) => `${place} ${kind}`;
  const arrivals = Map.groupBy(come, group);
  const said = new Map([...gone, ...come].map((thing) => [thing, leaves(thing.data)]));
  const pairs = gone.flatMap((before) =>
    (arrivals.get(group(before)) ?? []).map((after) => ({
      before,
      after,
      alike: sameBut(before, after) ? 2 : common(said.get(before)!, said.get(after)!),
    })),
  );
  const taken = new Set<Thing>();
  const found: Change[] = [];
  for (const { before, after, alike } of pairs.sort((a, b) => b.alike - a.alike)) {
    if (alike < ALIKE_MIN || taken.has(before) || taken.has(after)) continue;
    taken.add(before).add(after);
    const fields = compare(before.data, after.data, after.shape);
    found.push({ how: 'renamed', before, after, fields, consequences: [] });
  }
  const alone = (how: 'added' | 'removed', thing: Thing): Change => ({
    how,
    [how === 'added' ? 'after' : 'before']: thing,
    fields: [],
    consequences: [],
  });
  return [
    ...found,
    ...gone.filter((thing) => !taken.has(thing)).map((thing) => alone('removed', thing)),
    ...come.filter((thing) => !taken.has(thing)).map((thing) => alone('added', thing)),
  ];
}
/** A name that follows what it says, such as that of a job: `setup-38e8a87511`. */
const DIGEST = /-[0-9a-f]{8,}$/;
export const withoutDigest = (name: string): string => name.replace(DIGEST, '');
const sameBut = (before: Thing, after: Thing): boolean =>
  (DIGEST.test(before.name) && withoutDigest(before.name) === withoutDigest(after.name)) ||
  isDeepStrictEqual(before.data, after.data);
function common(a: Set<string>, b: Set<string>): number {
  let both = 0;
  for (const each of a) if (b.has(each)) both += 1;
  return both / (a.size + b.size - both);
}
