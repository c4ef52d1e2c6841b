import { PODS } from './cluster.ts';
import { type DatabaseState, databaseState } from './database.ts';
import { type Local, localOf, type Step } from './local.ts';
import type { Part } from './parts.ts';
import type { World } from './world.ts';

/**
 * What happens, in order: in each step parts stop, and then time passes or does not. With `all` what heals by itself has healed,
 * and what lived on caches and on certificates that were not renewed has ended.
 */
export type Scenario = readonly { parts: readonly Part[]; heals: Step['heals'] }[];
export const VERDICTS = ['up', 'degraded', 'read-only', 'down'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The platform in one state: each service's verdict, and the facts that they follow from. */
export interface Judged {
  /** In the order of `servicesOf`. */
  verdicts: readonly Verdict[];
  locals: readonly Local[];
  reach: (a: number, b: number) => boolean;
  database?: DatabaseState;
  /** By site: part of the ranges that its app cannot use. */
  beyond: readonly number[];
  entry: Entry;
  /** What is global and gone for long: `licence`, `authority:database`, … */
  ended: ReadonlySet<string>;
}
/** Sites (indexes) by what clients find there. */
interface Entry {
  /** The whole app. */
  serving: number[];
  /** The pages, without what comes from the database. */
  pagesOnly: number[];
  /** Clients are led there, though it does not serve. */
  misleading: number[];
}

export const servicesOf = (world: World): string[] => [
  'app read',
  'app write',
  'sign-in',
  'file read',
  'file write',
  'backups',
  'observers',
  ...world.sites.filter(({ cluster }) => cluster).map(({ code }) => `API ${code}`),
];

/**
 * Ranges that a request of somebody who is signed in meets: their session, themselves, and what they ask for. A site serves
 * while most requests meet none without a majority.
 */
const RANGES_A_REQUEST = 3;

const ROLES = Object.values(PODS);

/** Judges states of one world, each that is alike in its facts once. */
export function judgeOf(world: World): (scenario: Scenario) => Judged {
  const locals = new Map<string, { local: Local; number: number }>();
  const numbers = new Map<string, number>();
  const states = new Map<string, Judged>();
  const partNumbers = new Map<Part, number>();
  const numberOf = (part: Part): number => {
    const known = partNumbers.get(part) ?? partNumbers.size;
    partNumbers.set(part, known);
    return known;
  };

  const localAt = (index: number, steps: Scenario) => {
    const touching = steps.map(({ parts, heals }) => ({
      parts: parts.filter((part) => part.atoms.has(index)),
      heals,
    }));
    const key = `${index}:${touching.map(({ parts, heals }) => `${parts.map(numberOf).join()}${heals[0]}`).join(';')}`;
    const known = locals.get(key);
    if (known) return known;
    const local = localOf(
      world.sites[index]!,
      touching.map(({ parts, heals }) => ({ gone: parts.flatMap((part) => part.atoms.get(index)!), heals })),
    );
    const signature = JSON.stringify({ ...local, pods: ROLES.map((name) => local.pods.get(name)) });
    const number = numbers.get(signature) ?? numbers.size;
    numbers.set(signature, number);
    const made = { local, number };
    locals.set(key, made);
    return made;
  };

  return (scenario) => {
    const here = world.sites.map(({ index }) => localAt(index, scenario));
    const links = scenario.map((_, step) =>
      scenario
        .slice(0, step + 1)
        .flatMap(({ parts }) => parts.flatMap((part) => part.links.map(([a, b]) => `${a}-${b}`)))
        .sort(),
    );
    const ended = scenario
      .flatMap((step) => (step.heals === 'all' ? step.parts.flatMap((part) => part.globals) : []))
      .sort();
    const key = `${here.map(({ number }) => number).join()}|${links.join(';')}|${ended.join()}|${scenario.map(({ heals }) => heals[0]).join('')}`;
    const known = states.get(key);
    if (known) return known;
    const made = judge(
      world,
      here.map(({ local }) => local),
      links.map((each) => new Set(each)),
      new Set(ended),
      scenario.map(({ heals }) => heals === 'all'),
    );
    states.set(key, made);
    return made;
  };
}

function judge(
  world: World,
  locals: Local[],
  cuts: readonly ReadonlySet<string>[],
  ended: ReadonlySet<string>,
  heals: readonly boolean[],
): Judged {
  const alone = (site: number, step: number): boolean => locals[site]!.isolatedAfter[step]!;
  const reachAfter =
    (step: number) =>
    (a: number, b: number): boolean =>
      a === b ||
      !(cuts[step]!.has(`${Math.min(a, b)}-${Math.max(a, b)}`) || alone(a, step) || alone(b, step));
  const reach = reachAfter(heals.length - 1);
  const silent = ended.has('authority:database');
  const database = databaseState(
    world,
    silent
      ? locals.map((each) => ({
          ...each,
          nodes: 0,
          nodesAfter: each.nodesAfter.map((count, step) => (step ? 0 : count)),
        }))
      : locals,
    heals,
    reachAfter,
  );
  const beyond = world.sites.map(({ index }) =>
    database
      ? 1 - database.leases.reduce((sum, share, leader) => sum + (reach(index, leader) ? share : 0), 0)
      : 0,
  );
  const facts = { locals, reach, database, beyond, ended };
  const entry = entryOf(world, facts);
  return { ...facts, entry, verdicts: verdictsOf(world, { ...facts, entry }) };
}

type Facts = Omit<Judged, 'verdicts' | 'entry'>;

/** Names no longer resolve, or certificates are refused: nobody gets as far as a site. */
export const unfindable = ({ names }: World, { ended }: Pick<Facts, 'ended'>): boolean =>
  ended.has('authority:public') ||
  (names.servers.length > 0 && names.servers.every((name) => ended.has(`names:${name}`)));

function entryOf(world: World, facts: Facts): Entry {
  const { locals, beyond } = facts;
  const left = (index: number, name: string) => locals[index]!.pods.get(name) ?? 0;
  const app = world.sites.filter(({ cluster, wayIn }) => cluster && wayIn).map(({ index }) => index);
  const pages = app.filter((index) => {
    const { wayIn, stale } = locals[index]!;
    return (
      !unfindable(world, facts) &&
      wayIn &&
      !stale &&
      left(index, PODS.traefik) > 0 &&
      left(index, PODS.web) > 0
    );
  });
  const serving = pages.filter(
    (index) =>
      left(index, PODS.api) > 0 &&
      left(index, PODS.pooler) > 0 &&
      locals[index]!.databaseWay &&
      (1 - beyond[index]!) ** RANGES_A_REQUEST >= 0.5,
  );
  return {
    serving,
    pagesOnly: pages.filter((index) => !serving.includes(index)),
    misleading: app.filter(
      (index) => !serving.includes(index) && (world.anycast ? locals[index]!.announces : true),
    ),
  };
}

/** Whether clients get objects from the zone of a site. */
export function storeServes(world: World, facts: Facts, index: number): boolean {
  const { store, wayIn, stale, pods } = facts.locals[index]!;
  return (
    !unfindable(world, facts) &&
    store !== undefined &&
    store.state !== 'blocked' &&
    store.gateways > 0 &&
    wayIn &&
    !stale &&
    (pods.get(PODS.traefik) ?? 0) > 0
  );
}
/** Whether what is written at the zone that takes writes comes to the others. */
export function copies(world: World, facts: Facts): boolean {
  const zones = world.sites.filter(({ zone }) => zone);
  const first = zones.find(({ zone }) => zone!.takesWrites);
  if (zones.length < 2 || !first) return true;
  return zones.every(
    ({ index }) =>
      storeServes(world, facts, index) &&
      facts.locals[index]!.store!.syncs > 0 &&
      facts.reach(first.index, index),
  );
}

const worst = (...all: Verdict[]): Verdict =>
  VERDICTS[Math.max(...all.map((each) => VERDICTS.indexOf(each)))]!;

function verdictsOf(world: World, facts: Facts & { entry: Entry }): Verdict[] {
  const { locals, beyond, entry, ended } = facts;
  const app = appVerdict(world, facts);
  const cacheless = entry.serving.some((index) => (locals[index]!.pods.get(PODS.cache) ?? 1) === 0);
  const [fileRead, fileWrite] = fileVerdicts(world, facts);
  const watching = world.sites
    .filter(({ cluster }) => cluster)
    .map(
      ({ index }) =>
        (locals[index]!.pods.get(PODS.prometheus) ?? 0) > 0 &&
        (locals[index]!.pods.get(PODS.alertmanager) ?? 0) > 0,
    );
  const observers: Verdict = watching.every(Boolean) ? 'up' : watching.some(Boolean) ? 'degraded' : 'down';
  const throttled = ended.has('licence');
  const write = throttled && app === 'up' ? 'degraded' : app;
  const lossy = beyond.some((share, index) => share > 0 && entry.serving.includes(index));
  return [
    worst(app, cacheless || throttled ? 'degraded' : 'up'),
    worst(write, lossy ? 'degraded' : 'up'),
    write,
    fileRead,
    fileWrite,
    backupVerdict(world, facts),
    observers,
    ...world.sites.flatMap(({ index, cluster }): Verdict[] => (cluster ? [apiVerdict(locals[index]!)] : [])),
  ];
}

function appVerdict(
  world: World,
  { entry: { serving, misleading }, beyond }: Facts & { entry: Entry },
): Verdict {
  if (serving.length === 0) return 'down';
  const away = world.sites.some(({ index, cluster, wayIn }) => cluster && wayIn && !serving.includes(index));
  const partly = serving.some((index) => beyond[index]! > 1e-9);
  return misleading.length > 0 || partly || (away && !world.anycast) ? 'degraded' : 'up';
}

function fileVerdicts(world: World, facts: Facts & { entry: Entry }): [read: Verdict, write: Verdict] {
  const zones = world.sites.filter(({ zone }) => zone).map(({ index }) => index);
  const first = world.sites.find(({ zone }) => zone?.takesWrites)?.index;
  if (zones.length === 0 || first === undefined) return ['down', 'down'];
  const serves = zones.filter((index) => storeServes(world, facts, index));
  // Who asks: the apps that serve, else whoever can still be reached.
  const asked = facts.entry.serving.filter((index) => zones.includes(index));
  const wanted = asked.length > 0 ? asked : zones.filter((index) => !facts.locals[index]!.dead);
  // Who cannot resolve a name does not find the store.
  const gets = (index: number): boolean => serves.includes(index) && facts.locals[index]!.names;
  const thin = (index: number): boolean => facts.locals[index]!.store!.state === 'degraded';
  const read: Verdict =
    serves.length === 0
      ? 'down'
      : wanted.every((index) => gets(index) && !thin(index)) &&
          (copies(world, facts) || !serves.includes(first) || wanted.every((index) => index === first))
        ? 'up'
        : 'degraded';
  if (!serves.includes(first)) return [read, read === 'down' ? 'down' : 'read-only'];
  const cutOff = wanted.some((index) => !facts.reach(index, first) || !facts.locals[index]!.names);
  return [read, thin(first) || cutOff ? 'degraded' : 'up'];
}

function apiVerdict({ api, isolated }: Local): Verdict {
  if (!api?.quorum) return 'down';
  return api.address && api.bastion && !isolated ? 'up' : 'degraded';
}

function backupVerdict(world: World, facts: Facts): Verdict {
  const { database, reach, locals } = facts;
  const target = world.sites.find(({ zone }) => zone?.host === world.backups)?.index;
  if (!database || database.lost.over > 0 || target === undefined || !storeServes(world, facts, target))
    return 'down';
  return world.sites.every(({ index }) => locals[index]!.nodes === 0 || reach(index, target)) ? 'up' : 'down';
}
