import type { Model } from '#sites/model.ts';
import type { SurvivalGoal, SurvivalPromise } from '#sites/schema/schema.ts';
import { deal, REPLICAS, voterCeiling } from '#sites/voters.ts';
import type { Finding, Policy } from '../law.ts';
import { smallestFactor } from '../whatif/factor.ts';
import type { Judged } from '../whatif/judge.ts';
import type { Part } from '../whatif/parts.ts';
import { type Broken, brokenBy, casesOf, lostShare, stopsOf } from '../whatif/promised.ts';
import { reasonsOf } from '../whatif/reasons.ts';
import { analysisOf } from '../whatif/states.ts';
import { type World, worldOf } from '../whatif/world.ts';

const ZONES = 'platform/sql/zones.sql';

export const survives: Policy = {
  id: 'survives',
  title:
    'the app, its files and its database outlive what the platform promises to outlive (`survives` in platform.yaml)',
  why: 'A promise that nobody reckoned through is kept until the day it is needed. npm run whatif reckons every failure through from the artefacts; this law asks it for those that are promised, at once and when what heals by itself has healed, and shows the smallest case in which something stops that runs while all is well.',
  lab: 'a lab has what it has once, and may lose it',
  check(model, tree) {
    const analysis = analysisOf(worldOf(model, tree));
    return model.survives.flatMap((promise) => {
      const broken = casesOf(analysis, promise).flatMap((parts) => brokenBy(analysis, parts) ?? []);
      const [worst] = broken.toSorted(
        (a, b) => size(a.parts) - size(b.parts) || lostShare(b.judged) - lostShare(a.judged),
      );
      return worst ? [finding(model, analysis.world, promise, worst, broken.length)] : [];
    });
  },
};

/** Hosts that are lost, and whatever else with them: the fewest make the smallest case. */
const size = (parts: readonly Part[]): number =>
  parts.flatMap(({ atoms }) => [...atoms.values()].flat()).length;

function finding(
  { survives: promised }: Model,
  world: World,
  promise: SurvivalPromise,
  broken: Broken,
  cases: number,
): Finding {
  const { parts, services, judged } = broken;
  const [first, second] = parts;
  const without = second
    ? `losing ${first!.id} while ${second.id} is down or drained`
    : `losing ${first!.id}`;
  const because =
    services[0] && lostShare(judged) === 0 ? `: ${reasonsOf(world, judged, services[0]).join('; ')}` : '';
  const rest = promised.filter((each) => each !== promise);
  const more = cases > 1 ? ` (and ${cases - 1} cases like it)` : '';
  return {
    path: ZONES,
    text: `ALTER ${judged.database?.targets.at(-1) ?? ''} `,
    message: `${promise} is promised, and ${without} stops ${stopsOf(broken)}${because}${more}`,
    fix: `${mend(world, promise, judged)}${rest.length > 0 ? `; or promise less: survives: [${rest.join(', ')}]` : ''}`,
  };
}

/** What would keep the promise, and what that costs. */
function mend(world: World, promise: SurvivalPromise, judged: Judged): string {
  if (lostShare(judged) === 0) return 'give what is named there a second one, at that site or at another';
  const loss = {
    'any-host': { nodes: 1 },
    'any-site': { regions: 1 },
    'any-site-and-a-host': { regions: 1, nodes: 1 },
  }[promise];
  const now = world.sites.map(({ nodes }) => nodes.length).filter((count) => count > 0);
  const goal = { 'any-host': 'host', 'any-site': 'site', 'any-site-and-a-host': 'site-and-host' }[
    promise
  ] as SurvivalGoal;
  const replicas = REPLICAS[goal];
  const more = replicas - judged.database!.placement.replicas;
  for (let added = 0; added <= 12; added += 1) {
    const nodes = [...now];
    // A host more goes where fewest are; where there are too few sites, no host helps.
    for (let left = added; left > 0; left -= 1) nodes[nodes.indexOf(Math.min(...nodes))]! += 1;
    const placed = deal(replicas, voterCeiling(replicas, goal), nodes).reduce((sum, count) => sum + count, 0);
    if (placed < replicas) continue;
    const least = smallestFactor(
      nodes.map((count) => Array.from({ length: count }, () => 1)),
      loss,
    );
    const byHand = least !== undefined && least < replicas ? `, ${least} would do by hand` : '';
    const percent = Math.round((more / (replicas - more)) * 100);
    const price = [
      `${replicas} replicas of each range (${more} more than now, so ${percent} % more disk${byHand})`,
      added > 0 ? `${added} more hosts with a database node` : 'no more hosts',
      waits(replicas, nodes.length),
    ];
    return `survive: ${goal} in database: ${price.join(', ')}`;
  }
  return `add a site with database nodes: ${now.length} sites are too few for survive: ${goal} (an arbiter of 3 hosts will do)`;
}

/** Between two sites: 1,000 km of fibre and back, at 200 km a millisecond. @see https://www.itu.int/rec/T-REC-G.652 (refractive index 1.47) */
const ROUND_TRIP_MILLISECONDS = 10;
/** A write waits until a majority has it; the voters beside its leader's site are at one round trip. */
function waits(replicas: number, sites: number): string {
  const atHome = Math.ceil(replicas / sites);
  const away = Math.floor(replicas / 2) + 1 - atHome;
  return away > 0
    ? `and writes wait for one round trip to another site (about ${ROUND_TRIP_MILLISECONDS} ms over 1,000 km), as they do whenever a site may be lost`
    : 'and writes wait for no other site';
}
