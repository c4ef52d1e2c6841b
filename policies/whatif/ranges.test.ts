import { expect, it } from 'vitest';
import { outcome, rangesIn } from './ranges.ts';

/** Sets of `count` of the numbers below `of`. */
const subsets = (of: number, count: number, from = 0): number[][] =>
  count === 0
    ? [[]]
    : Array.from({ length: of - from }, (_, index) => from + index).flatMap((first) =>
        subsets(of, count - 1, first + 1).map((rest) => [first, ...rest]),
      );
const tuples = (length: number, values: number[]): number[][] =>
  length === 0 ? [[]] : tuples(length - 1, values).flatMap((rest) => values.map((value) => [...rest, value]));

/** Independent: every range is dealt to nodes in every way, nodes die by number, and who hears each other is counted. */
function counted(voters: number[], dealt: number[], alive: number[], cut: boolean) {
  const reach = (a: number, b: number) => !(cut && a + b === 1);
  const ways = voters
    .map((count, site) => subsets(dealt[site]!, count))
    .reduce<number[][][]>(
      (all, here) => all.flatMap((ranges) => here.map((nodes) => [...ranges, nodes])),
      [[]],
    );
  const replicas = voters.reduce((sum, count) => sum + count, 0);
  let lost = 0;
  for (const range of ways) {
    const left = range.map((nodes, site) => nodes.filter((node) => node < alive[site]!).length);
    const served = left.some(
      (own, site) =>
        own > 0 && left.reduce((sum, each, other) => sum + (reach(site, other) ? each : 0), 0) * 2 > replicas,
    );
    if (!served) lost += 1;
  }
  return lost / ways.length;
}

it('agrees with a count over every way to deal a range, in all small worlds, with and without a cut', () => {
  let seen = 0;
  for (const dealt of tuples(3, [1, 2, 3]))
    for (const voters of tuples(3, [0, 1, 2])) {
      const replicas = voters.reduce((sum, count) => sum + count, 0);
      if (replicas === 0 || voters.some((count, site) => count > dealt[site]!)) continue;
      for (const alive of tuples(3, [0, 1, 2, 3])) {
        if (alive.some((count, site) => count > dealt[site]!)) continue;
        for (const cut of [false, true]) {
          const reach = (a: number, b: number) => !(cut && a + b === 1);
          const { lost } = outcome({ replicas, voters, leases: [0, 1] }, { dealt, alive, reach });
          seen += 1;
          const other = counted(voters, dealt, alive, cut);
          if (Math.abs(lost.over / lost.under - other) > 1e-9)
            throw new Error(
              `${voters} on ${dealt}, ${alive} alive: ${lost.over}/${lost.under} against ${other}`,
            );
        }
      }
    }
  expect(seen).toBe(29_792);
});

it('says who leads: the first choice that has a majority, and nobody else while it has', () => {
  const placement = { replicas: 5, voters: [2, 2, 1], leases: [0, 1] };
  const lead = (alive: number[]) => outcome(placement, { dealt: [3, 3, 3], alive, reach: () => true }).leases;
  expect(lead([3, 3, 3])).toEqual([1, 0, 0]);
  expect(lead([0, 3, 3])).toEqual([0, 1, 0]);
  // A third of the ranges had both of their voters on the two nodes that are gone.
  expect(lead([1, 3, 3])).toEqual([2 / 3, 1 / 3, 0]);
});

it('tells a share in lowest terms', () => {
  expect(rangesIn({ over: 4, under: 27 })).toBe('4/27 of the ranges');
  expect(rangesIn({ over: 1, under: 1 })).toBe('every range');
});
