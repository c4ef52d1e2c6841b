import type { Model } from '#sites/model.ts';
import type { SurvivalGoal, SurvivalPromise } from '#sites/schema/schema.ts';
import { deal, REPLICAS, voterCeiling } from '#sites/voters.ts';
import type { Finding, Policy } from '../law.ts';
import { smallestFactor } from '../whatif/factor.ts';
import type { Judged } from '../whatif/judge.ts';
import type { Part } from '../whatif/parts.ts';
import { rangesIn } from '../whatif/ranges.ts';
import { reasonsOf } from '../whatif/reasons.ts';
import { type Analysis, analysisOf } from '../whatif/states.ts';
import { servicesOf, type Verdict } from '../whatif/verdicts.ts';
import { type World, worldOf } from '../whatif/world.ts';

const PROMISED = ['app read', 'app write', 'sign-in', 'file read'];
const ZONES = 'platform/sql/zones.sql';

export const survives: Policy = {
  id: 'survives',
  title:
    'the app, its files and its database outlive what the platform promises to outlive (`survives` in platform.yaml)',
  why: 'A promise that nobody reckoned through is kept until the day it is needed. npm run whatif reckons every failure through from the artefacts; this law asks it for those that are promised, at once and when what heals by itself has healed, and shows the smallest case in which something stops that runs while all is well.',
  lab: 'a lab has what it has once, and may lose it',
  check(model, tree) {
    const analysis = analysisOf(worldOf(model, tree));
    const whole = analysis.judge([], 'at once');
    return model.survives.flatMap((promise) => {
      const broken = casesOf(analysis, promise).flatMap((parts) => brokenBy(analysis, parts, whole) ?? []);
      const [worst] = broken.toSorted(
        (a, b) => size(a.parts) - size(b.parts) || share(b.judged) - share(a.judged),
      );
      return worst ? [finding(model, analysis.world, promise, worst, broken.length)] : [];
    });
  },
};

interface Broken {
  parts: readonly Part[];
  services: string[];
  judged: Judged;
}

/** What a promise names: hosts with the machines that carry them, sites, and both. */
function casesOf({ failures }: Analysis, promise: SurvivalPromise): (readonly Part[])[] {
  const hosts = failures.filter(({ kind }) => kind === 'host' || kind === 'machine');
  const sites = failures.filter(({ kind }) => kind === 'site');
  if (promise === 'any-host') return hosts.map((part) => [part]);
  if (promise === 'any-site') return sites.map((part) => [part]);
  const siteOf = (part: Part): number => [...part.atoms.keys()][0]!;
  return sites.flatMap((site) =>
    hosts.filter((host) => siteOf(host) !== siteOf(site)).map((host) => [site, host]),
  );
}

function brokenBy({ judge, world }: Analysis, parts: readonly Part[], whole: Judged): Broken | undefined {
  const services = servicesOf(world);
  for (const phase of ['at once', 'later'] as const) {
    const judged = judge(parts, phase);
    const down = PROMISED.filter((name) => {
      const at = (verdicts: readonly Verdict[]) => verdicts[services.indexOf(name)];
      return at(judged.verdicts) === 'down' && at(whole.verdicts) !== 'down';
    });
    if (down.length > 0 || (share(judged) > 0 && share(whole) === 0))
      return { parts, services: down, judged };
  }
  return undefined;
}

/** Hosts that are lost, and whatever else with them: the fewest make the smallest case. */
const size = (parts: readonly Part[]): number =>
  parts.flatMap(({ atoms }) => [...atoms.values()].flat()).length;
const share = ({ database }: Judged): number => (database ? database.lost.over / database.lost.under : 0);

function finding(
  { survives: promised }: Model,
  world: World,
  promise: SurvivalPromise,
  { parts, services, judged }: Broken,
  cases: number,
): Finding {
  const [first, second] = parts;
  const without = second
    ? `losing ${first!.id} while ${second.id} is down or drained`
    : `losing ${first!.id}`;
  const lost = judged.database?.lost;
  const stops = [
    ...(lost && lost.over > 0 ? [`writes to ${rangesIn(lost)}`] : []),
    ...(services.length > 0 ? [services.join(', ')] : []),
  ];
  const because =
    services[0] && !(lost && lost.over > 0) ? `: ${reasonsOf(world, judged, services[0]).join('; ')}` : '';
  const rest = promised.filter((each) => each !== promise);
  const more = cases > 1 ? ` (and ${cases - 1} cases like it)` : '';
  return {
    path: ZONES,
    text: `ALTER ${judged.database?.targets.at(-1) ?? ''} `,
    message: `${promise} is promised, and ${without} stops ${stops.join(' and with that ')}${because}${more}`,
    fix: `${mend(world, promise, judged)}${rest.length > 0 ? `; or promise less: survives: [${rest.join(', ')}]` : ''}`,
  };
}

/** What would keep the promise, and what that costs. */
function mend(world: World, promise: SurvivalPromise, judged: Judged): string {
  if (share(judged) === 0) return 'give what is named there a second one, at that site or at another';
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
