import type { Local } from './local.ts';
import { type Fraction, fraction, healed, type Outcome, outcome, type Placement } from './ranges.ts';
import type { World } from './world.ts';

/** What the database still does. */
export interface DatabaseState {
  /** What the placement is for, and how it is: that of the ranges that fare worst. */
  targets: string[];
  placement: Placement;
  lost: Fraction;
  fewest: number;
  most: number;
  /** By site: part of the ranges whose lease is there. */
  leases: number[];
  /** Nodes that run, by site. */
  alive: number[];
}

/**
 * Step by step: who is left votes, and where there was time the dead are replaced inside their site, for the ranges that still had
 * a majority.
 */
export function databaseState(
  { ranges }: World,
  locals: readonly Local[],
  heals: readonly boolean[],
  reachAfter: (step: number) => (a: number, b: number) => boolean,
): DatabaseState | undefined {
  const alive = locals.map(({ nodes }) => nodes);
  const all = ranges.map(({ targets, placement }): DatabaseState => {
    let now = placement;
    let dealt: readonly number[] = locals.map(({ nodesAfter }) => nodesAfter[0]!);
    let lost: Fraction = { over: 0, under: 1 };
    let last: Outcome = { lost, fewest: placement.replicas, most: placement.replicas, leases: [] };
    for (const [step, heal] of heals.entries()) {
      const reach = reachAfter(step);
      const before = 1 - lost.over / lost.under;
      const after = locals.map(({ nodesAfter }) => nodesAfter[step + 1]!);
      last = outcome(now, { dealt, alive: after, reach });
      lost = either(lost, last.lost);
      if (heal) {
        [now, dealt] = [healed(now, after), after];
        last = outcome(now, { dealt, alive: after, reach });
      }
      // What has no majority has no lease, and nothing heals it.
      const kept = heal ? 1 - lost.over / lost.under : before;
      last = { ...last, leases: last.leases.map((share) => share * kept) };
    }
    const [fewest, most] = lost.over === lost.under ? [0, 0] : [last.fewest, last.most];
    return { targets, placement, lost, fewest, most, leases: last.leases, alive };
  });
  const share = ({ lost }: DatabaseState) => lost.over / lost.under;
  return all.toSorted((a, b) => share(b) - share(a))[0];
}

/** Of two independent losses. */
const either = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.over * b.under + b.over * a.under - a.over * b.over, a.under * b.under);
