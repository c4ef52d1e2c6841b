import type { Database, Site } from './model.ts';
import { databaseNodes } from './questions.ts';
import type { SurvivalGoal } from './schema/schema.ts';

/**
 * Replicas for each survival goal, over three regions.
 * @see https://www.cockroachlabs.com/docs/stable/disaster-recovery-planning (1 node 3, 1 region 5 by 2+2+1, 1 region + 1 node 9)
 */
export const REPLICAS: Record<SurvivalGoal, number> = { host: 3, site: 5, 'site-and-host': 9 };

/** Most voters that one site may hold, so that a majority is left when it is lost, and one more host where the goal says so. */
export function voterCeiling(replicas: number, survive: SurvivalGoal): number {
  const spare = replicas - (Math.floor(replicas / 2) + 1);
  return { host: replicas, site: spare, 'site-and-host': spare - 1 }[survive];
}

/** Which site holds how many voters: those of the lease preference first, arbiters last. */
export function voters(
  replicas: number,
  survive: SurvivalGoal,
  leases: Site[],
  sites: Site[],
): Database['voters'] {
  const holders = sites.filter((each) => databaseNodes(each).length > 0);
  const rank = (each: Site) => leases.indexOf(each) + 1 || sites.length + (each.database?.arbiter ? 2 : 1);
  const order = holders.toSorted((a, b) => rank(a) - rank(b));
  const nodes = order.map((each) => databaseNodes(each).length);
  const counts = deal(replicas, voterCeiling(replicas, survive), nodes);
  return order.map((site, index) => ({ site, count: counts[index]! })).filter(({ count }) => count > 0);
}

/**
 * Deals voters in rounds, one to each site in turn, until all are dealt or every site has as many as it has nodes, or as it
 * may have. What cannot be dealt, `load.ts` refuses.
 */
export function deal(replicas: number, ceiling: number, nodes: readonly number[]): number[] {
  const counts = nodes.map(() => 0);
  for (let left = replicas, round = 0; left > 0 && round < ceiling; round += 1) {
    for (const [index, most] of nodes.entries()) {
      if (left > 0 && round < most) {
        counts[index]! += 1;
        left -= 1;
      }
    }
  }
  return counts;
}
