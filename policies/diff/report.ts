import type { Tree } from '../law.ts';
import { type Change, changesBetween, LEVELS, type Level, subject, worse, worstOf } from './change.ts';
import { withConsequences } from './consequences/index.ts';
import { costs } from './cost.ts';
import type { Exposure } from './exposure/ways.ts';
import { exposures } from './exposure.ts';
import { type Group, groups } from './groups.ts';
import { limits } from './limits.ts';
import type { Moved } from './moved.ts';

/** A finding of a law, or a state of the what-if, that is new or gone. */
export interface Verdict {
  how: 'new' | 'gone';
  /** The law, or `what-if`. */
  law: string;
  message: string;
}

/** What a reviewer asks of two trees, as data: printed elsewhere. */
export interface Report {
  before: string;
  after: string;
  files: { before: number; after: number; changed: number };
  counts: Record<Change['how'], number>;
  /** What is worst for the platform; nothing where nothing changed. */
  worst: Level;
  meanings: Meaning[];
  exposures: Exposure[];
  limits: Moved[];
  costs: Moved[];
  verdicts: Verdict[];
  /** Why there are no verdicts, where nobody judged. */
  unjudged?: string;
  groups: Group[];
}

/** One consequence and everything that has it. */
export interface Meaning {
  level: Level;
  text: string;
  /** Hosts or ranges, where it is said of several. */
  at: string[];
  changes: Change[];
}

export interface Names {
  before: string;
  after: string;
}

/** Everything about two trees, from the trees alone; verdicts come from who has the models as well. */
export function report(
  before: Tree,
  after: Tree,
  names: Names,
  verdicts: Verdict[] | string = 'nobody asked the laws',
): Report {
  const changes = withConsequences(changesBetween(before, after), { before, after });
  const counts = { added: 0, removed: 0, renamed: 0, changed: 0, layout: 0 };
  for (const { how } of changes) counts[how] += 1;
  const files = new Set(changes.map((change) => subject(change).path));
  return {
    ...names,
    files: { before: before.size, after: after.size, changed: files.size },
    counts,
    worst: changes.map(worstOf).sort(worse)[0] ?? 'nothing',
    meanings: meanings(changes),
    exposures: exposures(before, after),
    limits: limits(before, after),
    costs: costs(before, after),
    ...(typeof verdicts === 'string' ? { verdicts: [], unjudged: verdicts } : { verdicts }),
    groups: groups(changes),
  };
}

/** Consequences, each once with all the places that have it, the worst first. */
function meanings(changes: readonly Change[]): Meaning[] {
  const all = changes.flatMap((change) => change.consequences.map((each) => ({ ...each, change })));
  const found = Map.groupBy(all, ({ level, text }) => `${level} ${text}`);
  return [...found.values()]
    .map((same) => ({
      level: same[0]!.level,
      text: same[0]!.text,
      at: [...new Set(same.flatMap(({ at }) => at ?? []))],
      changes: same.map(({ change }) => change),
    }))
    .sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level));
}

/** 0 nothing differs, 1 something does, 3 data is lost or somebody reaches more than before. */
export const exitOf = ({ groups, worst, exposures }: Report): 0 | 1 | 3 => {
  if (worst === 'data loss' || exposures.some(({ how }) => how === 'wider')) return 3;
  return groups.length > 0 ? 1 : 0;
};
