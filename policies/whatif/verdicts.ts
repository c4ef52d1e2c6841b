import { PODS } from './cluster.ts';
import { copies, type Entry, type Facts, storeServes } from './facts.ts';
import type { Local } from './local.ts';
import type { World } from './world.ts';

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

export const VERDICTS = ['up', 'degraded', 'read-only', 'down'] as const;
export type Verdict = (typeof VERDICTS)[number];

const worst = (...all: Verdict[]): Verdict =>
  VERDICTS[Math.max(...all.map((each) => VERDICTS.indexOf(each)))]!;

export function verdictsOf(world: World, facts: Facts & { entry: Entry }): Verdict[] {
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
  // Who asks: the apps that serve, else those that can still be reached.
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
