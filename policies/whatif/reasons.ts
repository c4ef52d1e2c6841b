import { PODS } from './cluster.ts';
import { copies, storeServes, unfindable } from './facts.ts';
import type { Judged } from './judge.ts';
import { majority, rangesIn } from './ranges.ts';
import { servicesOf } from './verdicts.ts';
import type { World, WorldSite } from './world.ts';

/** Why a service is as it is: facts, each followed by what follows from it. Empty where it is up as ever. */
export function reasonsOf(world: World, judged: Judged, service: string): string[] {
  const site = world.sites.find(({ code }) => service === `API ${code}`);
  if (site) return apiReasons(site, judged);
  switch (service) {
    case 'app read':
    case 'app write':
    case 'sign-in':
      return appReasons(world, judged);
    case 'file read':
    case 'file write':
      return fileReasons(world, judged, service === 'file write');
    case 'backups':
      return backupReasons(world, judged);
    default:
      return observerReasons(world, judged);
  }
}

/** Of every service that is not up. */
export const allReasons = (
  world: World,
  judged: Judged,
): { name: string; verdict: string; because: string[] }[] =>
  servicesOf(world).map((name, index) => ({
    name,
    verdict: judged.verdicts[index]!,
    because: judged.verdicts[index] === 'up' ? [] : reasonsOf(world, judged, name),
  }));

const list = (all: string[]): string => all.join(', ');

function appReasons(world: World, judged: Judged): string[] {
  const { entry, ended } = judged;
  const app = world.sites.filter(({ cluster, wayIn }) => cluster && wayIn);
  return [
    ...found(world, judged),
    ...rangeReasons(world, judged),
    ...app.filter(({ index }) => !entry.serving.includes(index)).flatMap((site) => siteReasons(site, judged)),
    ...entry.serving
      .filter((index) => (judged.locals[index]!.pods.get(PODS.cache) ?? 1) === 0)
      .map((index) => `${world.sites[index]!.code}: no memcached is left: lists come from the database`),
    ...entry.misleading.map(
      (index) => `clients are still led to ${world.sites[index]!.code}, which does not serve`,
    ),
    ...(entry.serving.length < app.length && !world.anycast
      ? ['no address leads to the other site by itself']
      : []),
    ...(ended.has('licence') ? ['without a licence the database runs 5 transactions at a time'] : []),
  ];
}

function found(world: World, judged: Judged): string[] {
  if (!unfindable(world, judged)) return [];
  return judged.ended.has('authority:public')
    ? ['public certificates have ended: browsers and zones refuse each other']
    : [
        `no name server of ${world.domain} answers, and what others remembered (${world.names.ttlSeconds} s) has ended`,
      ];
}

/** Whose voters are left, and what that makes of the ranges. */
function rangeReasons(world: World, { database, ended, beyond, entry }: Judged): string[] {
  if (!database) return ['no zone of the database is in the tree'];
  if (ended.has('authority:database'))
    return ['certificates of the database have ended: nodes refuse each other'];
  const { lost, placement, alive, fewest } = database;
  const needed = majority(placement.replicas);
  const voters = world.sites
    .filter(({ index }) => placement.voters[index]! > 0)
    .map(
      ({ index, code, nodes }) =>
        `${code} ${placement.voters[index]} on ${alive[index]} of ${nodes.length} nodes`,
    );
  const far = entry.serving
    .concat(entry.pagesOnly)
    .filter((index) => beyond[index]! > lost.over / lost.under + 1e-9);
  return [
    ...(lost.over > 0
      ? [
          `${rangesIn(lost)} have fewer than ${needed} of ${placement.replicas} voters (${list(voters)}): they take no write and no read`,
        ]
      : []),
    ...far.map((index) => {
      const leaders = world.sites.filter((site) => database.leases[site.index]! > 0).map(({ code }) => code);
      return `${world.sites[index]!.code} does not reach who leads (${list(leaders)}): its app has no database`;
    }),
    ...(lost.over === 0 && fewest === needed && fewest < placement.replicas
      ? [`${fewest} of ${placement.replicas} voters are left for some ranges: one more loss stops them`]
      : []),
  ];
}

function siteReasons({ code, index, wayIn, cluster, firewalls }: WorldSite, { locals }: Judged): string[] {
  const local = locals[index]!;
  const gone = (name: string) => (local.pods.get(name) ?? 0) === 0;
  if (local.dead) return [`${code} is gone`];
  if (local.isolated)
    return [`${code}: no front firewall is left (${list(firewalls)}): nobody comes in or out`];
  if (!local.wayIn)
    return [
      wayIn!.kind === 'haproxy'
        ? `${code}: no edge balances any more (${list(wayIn!.edges)})`
        : `${code}: its balancer for the app is gone`,
    ];
  const missing = [PODS.traefik, PODS.web, PODS.api, PODS.pooler].filter(gone);
  return [
    ...(local.stale
      ? [`${code}: nobody tells the workers which pods are gone, so that part of every request is lost`]
      : []),
    ...(missing.length > 0
      ? [
          `${code}: it may be that none is left of ${list(missing.map((name) => name.split('/')[1]!))} (${cluster!.workers.length} workers before)`,
        ]
      : []),
    ...(local.databaseWay
      ? []
      : [
          local.nodes === 0
            ? `${code}: no database node of its own is left for its poolers`
            : `${code}: its balancer for the database is gone`,
        ]),
  ];
}

function fileReasons(world: World, judged: Judged, writing: boolean): string[] {
  const zones = world.sites.filter(({ zone }) => zone);
  const first = zones.find(({ zone }) => zone!.takesWrites);
  return [
    ...found(world, judged),
    ...zones
      .filter((site) => !writing || site === first)
      .flatMap(({ code, index, zone }): string[] => {
        const { store, dead } = judged.locals[index]!;
        const { monitors, copies: left, state, target, gateways } = store!;
        if (dead) return [`the zone ${zone!.name} is gone with ${code}`];
        if (!judged.locals[index]!.names)
          return [`${code}: no resolver answers: its app does not find the store`];
        if (monitors * 2 <= zone!.monitors)
          return [`${code}: ${monitors} of ${zone!.monitors} monitors are no majority: Ceph stands still`];
        if (state === 'blocked')
          return [`${code}: ${left} copies of some objects are left, ${zone!.minSize} must be there`];
        if (gateways === 0) return [`${code}: it may be that no gateway is left`];
        if (!storeServes(world, judged, index))
          return [`${code}: its object store runs, and nobody comes in`];
        return state === 'degraded'
          ? [
              `${code}: ${left} of ${zone!.size} copies of some objects${target ? '' : ', and no host to make the third on'}`,
            ]
          : [];
      }),
    ...(writing && first && !storeServes(world, judged, first.index)
      ? [
          `only ${first.code} takes writes until another zone is promoted; buckets are made and removed nowhere`,
        ]
      : []),
    ...(!writing && first && storeServes(world, judged, first.index) && !copies(world, judged)
      ? ['what is written is not copied to the other zones']
      : []),
  ];
}

function apiReasons({ code, index, cluster }: WorldSite, { locals }: Judged): string[] {
  const { api, dead, isolated } = locals[index]!;
  if (dead) return [`${code} is gone`];
  if (!api) return [];
  const { members, of, quorum, address, bastion } = api;
  if (!quorum)
    return [
      members * 2 > of
        ? `${code}: no API server runs`
        : `${code}: ${members} of ${of} members of etcd are no majority (${list(cluster!.etcd)})`,
    ];
  return [
    ...(address
      ? []
      : [
          `${code}: its address is on no balancer: people reach it on its hosts by the bastion, nodes do not`,
        ]),
    ...(bastion ? [] : [`${code}: its bastion is gone: people have no way in`]),
    ...(isolated ? [`${code}: nobody comes in through the front firewall`] : []),
  ];
}

function backupReasons(world: World, judged: Judged): string[] {
  const target = world.sites.find(({ zone }) => zone?.host === world.backups);
  if (!target) return ['backups have no place in the tree'];
  return [
    ...(judged.database && judged.database.lost.over > 0
      ? ['a backup reads every range, and some have no majority']
      : []),
    ...(storeServes(world, judged, target.index)
      ? world.sites
          .filter(({ index }) => judged.locals[index]!.nodes > 0 && !judged.reach(index, target.index))
          .map(({ code }) => `nodes of ${code} do not reach ${world.backups}`)
      : [
          `${world.backups} takes none: the next backup fails, those that were copied are at the other zones`,
        ]),
  ];
}

function observerReasons(world: World, { locals }: Judged): string[] {
  return world.sites.flatMap(({ code, index, cluster }) => {
    if (!cluster) return [];
    const { pods, dead } = locals[index]!;
    if (dead) return [`${code} is gone, and its observers with it`];
    const missing = [PODS.prometheus, PODS.alertmanager].filter((name) => (pods.get(name) ?? 0) === 0);
    return missing.length > 0
      ? [`${code}: it may be that none is left of ${list(missing.map((name) => name.split('/')[1]!))}`]
      : [];
  });
}
