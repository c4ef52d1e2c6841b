/**
 * Arithmetic of replicas: which part of all ranges keeps a majority when nodes are lost. A zone says how many voters of each
 * range a site holds; on which of the site's nodes they are is the allocator's choice, which is even. So the part of ranges
 * that has k voters left at a site is hypergeometric, and sites are independent of each other.
 */

/** Voters of each range, by site (index), and who leads it. */
export interface Placement {
  replicas: number;
  /** By site: voters of every range that are there. */
  voters: readonly number[];
  /** Sites that may hold the lease, first choice first; others hold it only where none of these can. */
  leases: readonly number[];
}

/** Nodes among which voters were dealt at each site, and those of them that run now. */
export interface NodesNow {
  dealt: readonly number[];
  alive: readonly number[];
  /** Whether two sites reach each other. */
  reach: (a: number, b: number) => boolean;
}

/** What became of the ranges of a placement. */
export interface Outcome {
  /** Part of the ranges that has no majority anywhere, from 0 to 1, as a fraction in lowest terms. */
  lost: Fraction;
  /** Fewest and most voters that reach each other, among the ranges that are served; 0 where none is. */
  fewest: number;
  most: number;
  /** By site: part of the ranges whose lease is there. */
  leases: number[];
}
export interface Fraction {
  over: number;
  under: number;
}

export const majority = (replicas: number): number => Math.floor(replicas / 2) + 1;

/** Ranges by how many voters are left at each site. */
export function outcome({ replicas, voters, leases }: Placement, now: NodesNow): Outcome {
  const sites = voters.map((_, site) => site).filter((site) => voters[site]! > 0);
  const order = [...leases, ...sites.filter((site) => !leases.includes(site))];
  const needed = majority(replicas);
  const held = voters.map(() => 0);
  const left = voters.map(() => 0);
  let [lost, fewest, most] = [0, replicas, 0];
  const under = sites.reduce((product, site) => product * choose(now.dealt[site]!, voters[site]!), 1);

  const together = (leader: number): number =>
    sites.reduce((sum, site) => sum + (site === leader || now.reach(leader, site) ? left[site]! : 0), 0);
  const visit = (depth: number, ways: number): void => {
    const site = sites[depth];
    if (site === undefined) {
      const leader = order.find((each) => left[each]! > 0 && together(each) >= needed);
      if (leader === undefined) lost += ways;
      else {
        held[leader]! += ways;
        fewest = Math.min(fewest, together(leader));
        most = Math.max(most, together(leader));
      }
      return;
    }
    const [count, dealt, alive] = [voters[site]!, now.dealt[site]!, now.alive[site]!];
    for (let k = 0; k <= count; k += 1) {
      const more = choose(alive, k) * choose(dealt - alive, count - k);
      if (more === 0) continue;
      left[site] = k;
      visit(depth + 1, ways * more);
    }
  };
  visit(0, 1);
  return {
    lost: fraction(lost, under),
    fewest: lost === under ? 0 : fewest,
    most,
    leases: held.map((ways) => ways / under),
  };
}

/** The voters of a placement after dead ones were replaced: inside their site, for the constraints allow no other place. */
export const healed = (placement: Placement, alive: readonly number[]): Placement => ({
  ...placement,
  voters: placement.voters.map((count, site) => Math.min(count, alive[site]!)),
});

function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let ways = 1;
  for (let index = 1; index <= k; index += 1) ways = (ways * (n - k + index)) / index;
  return Math.round(ways);
}

/** In lowest terms. */
export function fraction(over: number, under: number): Fraction {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const by = divisor(over, under) || 1;
  return { over: over / by, under: under / by };
}
/** `2/3 of the ranges`, `every range`. */
export const rangesIn = ({ over, under }: Fraction): string =>
  over === under ? 'every range' : `${over}/${under} of the ranges`;
