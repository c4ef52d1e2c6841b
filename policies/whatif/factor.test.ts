import { expect, it } from 'vitest';
import { type Loss, smallestFactor, type Topology } from './factor.ts';

/** One node in each of three zones of each region. */
const regions = (count: number): Topology => Array.from({ length: count }, () => [1, 1, 1]);

/** @see https://www.cockroachlabs.com/docs/v26.2/disaster-recovery-planning (both tables; undefined where it says "not possible") */
const VENDOR: [goal: string, loss: Loss, topologies: Topology[], factors: (number | undefined)[]][] = [
  ...(
    [
      ['1 node', { nodes: 1 }, [3, 3, 3]],
      ['1 AZ', { zones: 1 }, [3, 3, 3]],
      ['2 nodes', { nodes: 2 }, [undefined, 5, 5]],
      ['AZ + node', { zones: 1, nodes: 1 }, [undefined, undefined, 9]],
      ['2 AZ', { zones: 2 }, [undefined, undefined, undefined]],
    ] as [string, Loss, (number | undefined)[]][]
  ).map(([goal, loss, factors]): (typeof VENDOR)[number] => [
    `${goal}, in one region of 3, 5 and 9 nodes`,
    loss,
    [[[1, 1, 1]], [[2, 2, 1]], [[3, 3, 3]]],
    factors,
  ]),
  ...(
    [
      ['1 node', { nodes: 1 }, [3, 3, 3]],
      ['1 AZ', { zones: 1 }, [3, 3, 3]],
      ['1 region', { regions: 1 }, [3, 3, 3]],
      ['2 nodes', { nodes: 2 }, [5, 5, 5]],
      ['1 region + 1 node', { regions: 1, nodes: 1 }, [9, 7, 5]],
      ['2 regions', { regions: 2 }, [undefined, undefined, 5]],
      ['2 regions + 1 node', { regions: 2, nodes: 1 }, [undefined, undefined, 15]],
    ] as [string, Loss, (number | undefined)[]][]
  ).map(([goal, loss, factors]): (typeof VENDOR)[number] => [
    `${goal}, in 3, 4 and 5 regions of 3 nodes`,
    loss,
    [regions(3), regions(4), regions(5)],
    factors,
  ]),
];

it.each(VENDOR)('agrees with the vendor on %s', (_, loss, topologies, factors) => {
  expect(topologies.map((topology) => smallestFactor(topology, loss))).toEqual(factors);
});

/** Sets of `count` of `all`. */
const subsets = <T>(all: T[], count: number): T[][] =>
  count === 0
    ? [[]]
    : all.flatMap((each, index) => subsets(all.slice(index + 1), count - 1).map((rest) => [each, ...rest]));

/**
 * Independent of the engine: a loss is a set of nodes, a placement a set of nodes, and a factor outlives a loss where a placement
 * as even as can be keeps a majority after every such loss.
 */
function byCounting(
  topology: Topology,
  { regions: whole = 0, zones = 0, nodes = 0 }: Loss,
): number | undefined {
  const all = topology.flatMap((inside, region) =>
    inside.flatMap((size, zone) =>
      Array.from({ length: size }, () => ({ region, zone: `${region}.${zone}` })),
    ),
  );
  const indexes = all.map((_, index) => index);
  const zoneNames = [...new Set(all.map(({ zone }) => zone))];
  const losses = subsets([...topology.keys()], whole).flatMap((goneRegions) =>
    subsets(zoneNames, zones).flatMap((goneZones) =>
      subsets(indexes, nodes).map(
        (goneNodes) =>
          new Set(
            indexes.filter(
              (index) =>
                goneRegions.includes(all[index]!.region) ||
                goneZones.includes(all[index]!.zone) ||
                goneNodes.includes(index),
            ),
          ),
      ),
    ),
  );
  const uneven = (counts: number[], room: number[]): boolean =>
    counts.some((more, a) => counts.some((less, b) => more > less + 1 && less < room[b]! && a !== b));
  const even = (placement: number[]): boolean => {
    const inRegion = [...topology.keys()].map(
      (region) => placement.filter((index) => all[index]!.region === region).length,
    );
    if (
      uneven(
        inRegion,
        topology.map((inside) => inside.reduce((sum, size) => sum + size, 0)),
      )
    )
      return false;
    return topology.every(
      (inside, region) =>
        !uneven(
          inside.map(
            (_, zone) => placement.filter((index) => all[index]!.zone === `${region}.${zone}`).length,
          ),
          [...inside],
        ),
    );
  };
  for (let replicas = 1; replicas <= all.length; replicas += 2) {
    const placements = subsets(indexes, replicas).filter(even);
    const safe = (placement: number[]) =>
      losses.every((gone) => placement.filter((index) => !gone.has(index)).length * 2 > replicas);
    if (placements.every(safe)) return replicas;
  }
  return undefined;
}

it('agrees with a count over every loss of every even placement in all small worlds of regions alike', () => {
  const sizes = [1, 2, 3];
  const worlds = [1, 2, 3, 4].flatMap((count) =>
    sizes.flatMap((zones) =>
      sizes
        .filter((size) => count * zones * size <= 9)
        .map((size): number[][] =>
          Array.from({ length: count }, () => Array.from({ length: zones }, () => size)),
        ),
    ),
  );
  const upTo = (most: number) => Array.from({ length: most + 1 }, (_, index) => index);
  let seen = 0;
  for (const world of worlds)
    for (const whole of upTo(Math.min(2, world.length)))
      for (const zones of upTo(Math.min(2, world.flat().length)))
        for (const nodes of upTo(2)) {
          if (nodes > world.flat().reduce((sum, size) => sum + size, 0)) continue;
          const loss: Loss = { regions: whole, zones, nodes };
          seen += 1;
          const [ours, counted] = [smallestFactor(world, loss), byCounting(world, loss)];
          if (ours !== counted)
            throw new Error(`${JSON.stringify({ world, loss })}: ${ours} against ${counted} by counting`);
        }
  expect(seen).toBe(518);
});
