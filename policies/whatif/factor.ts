import { majority } from './ranges.ts';

/**
 * The smallest replication factor that outlives a loss, with voters spread as evenly as localities allow, which is what
 * CockroachDB does where no zone says otherwise. Where regions or zones differ in size there may be several placements as even
 * as each other; one of them is judged.
 */

/** Nodes by region and by availability zone in it: `[[1, 1, 1], [2, 1]]`. */
export type Topology = readonly (readonly number[])[];
/** Whole regions, whole zones and single nodes that are lost at once, wherever it hurts most. */
export interface Loss {
  regions?: number;
  zones?: number;
  nodes?: number;
}

/** @returns undefined where no factor outlives it */
export function smallestFactor(topology: Topology, loss: Loss): number | undefined {
  const nodes = sum(topology.flat());
  for (let replicas = 1; replicas <= nodes; replicas += 2)
    if (replicas - worst(spread(topology, replicas), loss) >= majority(replicas)) return replicas;
  return undefined;
}

/** Voters by region and zone: each goes to the region, and there to the zone, that has fewest and has a node left. */
function spread(topology: Topology, replicas: number): number[][] {
  const placed = topology.map((zones) => zones.map(() => 0));
  const fewest = <T>(all: T[], count: (each: T) => number) => all.toSorted((a, b) => count(a) - count(b))[0];
  for (let left = replicas; left > 0; left -= 1) {
    const region = fewest(
      [...placed.keys()].filter((each) => sum(placed[each]!) < sum(topology[each]!)),
      (each) => sum(placed[each]!),
    )!;
    const counts = placed[region]!;
    const zone = fewest(
      [...counts.keys()].filter((each) => counts[each]! < topology[region]![each]!),
      (each) => counts[each]!,
    )!;
    counts[zone]! += 1;
  }
  return placed;
}

/** Most voters that a loss can take: every choice of regions, then of what is left the fullest zones, then nodes of one voter each. */
function worst(placed: number[][], { regions = 0, zones = 0, nodes = 0 }: Loss): number {
  const taken = choices(placed.length, regions).map((gone) => {
    const rest = placed
      .filter((_, region) => !gone.includes(region))
      .flat()
      .sort((a, b) => b - a);
    const left = sum(rest.slice(zones));
    return sum(gone.flatMap((region) => placed[region]!)) + sum(rest.slice(0, zones)) + Math.min(nodes, left);
  });
  return Math.max(...taken);
}

const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
/** Every choice of `count` of the numbers below `of`. */
const choices = (of: number, count: number, from = 0): number[][] =>
  count === 0
    ? [[]]
    : Array.from({ length: of - from }, (_, index) => from + index).flatMap((first) =>
        choices(of, count - 1, first + 1).map((rest) => [first, ...rest]),
      );
