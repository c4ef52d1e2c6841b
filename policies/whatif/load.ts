import type { Model } from '#sites/model.ts';
import type { SiteCapacity } from './capacity.ts';
import { PODS } from './cluster.ts';
import type { Judged } from './judge.ts';
import { RATES } from './rates.ts';
import type { World } from './world.ts';

/** What must be borne at the peak. */
export type Load = Pick<Model['load'], 'requestsPerSecond' | 'videoMegabytesPerSecond'>;
export const grown = ({ requestsPerSecond, videoMegabytesPerSecond }: Load, times: number): Load => ({
  requestsPerSecond: requestsPerSecond * times,
  videoMegabytesPerSecond: videoMegabytesPerSecond * times,
});

/** One thing that can give way. */
export interface Limit {
  /** Site code, or empty for what all sites share. */
  site: string;
  kind: 'api' | 'pooler' | 'connections' | 'bandwidth' | 'database';
  /** `the API's autoscaler stops at 9 pods` */
  words: string;
  /** Requests a second that it allows, with as much video to each request as the load has. */
  requestsPerSecond: number;
}
export interface Serves {
  /** Requests a second that what is left can serve. */
  requestsPerSecond: number;
  /** Of the peak. */
  percent: number;
  /** By site that serves: what it can do alone, and by what it is held there. */
  sites: { code: string; requestsPerSecond: number; first: Limit }[];
  /** What gives way first. */
  first?: Limit;
}

/** What is left of the platform in a state, against a load. */
export function servesOf(
  world: World,
  capacities: ReadonlyMap<string, SiteCapacity>,
  judged: Judged,
  load: Load,
): Serves {
  const sites = judged.entry.serving.flatMap((index) => {
    const limits = limitsOf(world, capacities, judged, load, index);
    const [first] = limits.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
    return first
      ? [{ code: world.sites[index]!.code, requestsPerSecond: first.requestsPerSecond, first }]
      : [];
  });
  const together = sites.reduce((sum, each) => sum + each.requestsPerSecond, 0);
  const database = databaseLimit(world, capacities, judged);
  const shared = database && database.requestsPerSecond < together ? database : undefined;
  const requestsPerSecond = Math.floor(shared ? shared.requestsPerSecond : together);
  const weakest = sites.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond)[0]?.first;
  return {
    requestsPerSecond,
    percent: Math.floor((requestsPerSecond / load.requestsPerSecond) * 100),
    sites,
    first: shared ?? weakest,
  };
}

const figure = (value: number): string => Math.floor(value).toLocaleString('en');

function limitsOf(
  world: World,
  capacities: ReadonlyMap<string, SiteCapacity>,
  judged: Judged,
  load: Load,
  index: number,
): Limit[] {
  const { code, wayIn } = world.sites[index]!;
  const capacity = capacities.get(code);
  if (!capacity) return [];
  const limit = (kind: Limit['kind'], words: string, requestsPerSecond: number): Limit => ({
    site: code,
    kind,
    words,
    requestsPerSecond,
  });
  const { api, poolers, edgeConnections } = capacity;
  const { pods, fits } = apiPods(world, capacity, judged, index);
  const cores = Math.min(1, api.pod.cores);
  const connections =
    Math.min(poolers.count, judged.locals[index]!.pods.get(PODS.pooler) ?? 0) * poolers.connections;
  // Where leases are elsewhere, each statement holds its connection for the way there and back.
  const away = 1 - (judged.database?.leases[index] ?? 0);
  const milliseconds = RATES.statementMilliseconds.value + away * RATES.roundTripMilliseconds.value;
  const bytes = RATES.bytesPerRequest.value + (load.videoMegabytesPerSecond * 1e6) / load.requestsPerSecond;
  return [
    limit(
      'api',
      fits < api.max
        ? `room for ${pods} pods of the API on ${left(world, capacity, judged, index)} workers`
        : `the API's autoscaler stops at ${api.max} pods`,
      pods * cores * RATES.requestsPerApiCore.value,
    ),
    limit(
      'pooler',
      `${connections} connections of ${judged.locals[index]!.pods.get(PODS.pooler) ?? 0} poolers, each held ${milliseconds.toFixed(0)} ms a statement`,
      connections / ((milliseconds / 1000) * RATES.statementsPerRequest.value),
    ),
    ...(edgeConnections && wayIn?.kind === 'haproxy'
      ? [
          limit(
            'connections',
            `an edge takes ${figure(edgeConnections)} connections`,
            edgeConnections * RATES.requestsPerConnection.value,
          ),
          limit(
            'bandwidth',
            `an edge passes ${figure(RATES.edgeBytesPerSecond.value / 1e6)} MB a second`,
            RATES.edgeBytesPerSecond.value / bytes,
          ),
        ]
      : []),
  ];
}

const left = (world: World, { workers }: SiteCapacity, judged: Judged, index: number): number =>
  Math.min(
    workers.length,
    judged.locals[index]!.pods.get(PODS.traefik) ?? world.sites[index]!.cluster?.workers.length ?? 0,
  );

/** Pods of the API that find room on the workers that are left, up to where the autoscaler stops. */
function apiPods(
  world: World,
  capacity: SiteCapacity,
  judged: Judged,
  index: number,
): { pods: number; fits: number } {
  const { workers, onEach, once, api } = capacity;
  // One Traefik runs on every worker: as many are left as of it.
  const count = left(world, capacity, judged, index);
  const rooms = workers
    .map(({ room }) => room)
    .toSorted((a, b) => a.cores - b.cores)
    .slice(0, count);
  const free = (key: 'cores' | 'bytes') =>
    rooms.reduce((sum, room) => sum + room[key] - onEach[key], 0) - once[key];
  const fits = Math.max(
    0,
    Math.floor(Math.min(free('cores') / api.pod.cores, free('bytes') / api.pod.bytes)),
  );
  return { pods: Math.min(api.max, fits), fits };
}

/** The nodes that hold leases answer every read and lead every write. */
function databaseLimit(
  world: World,
  capacities: ReadonlyMap<string, SiteCapacity>,
  { database }: Judged,
): Limit | undefined {
  if (!database) return undefined;
  const leaders = world.sites.filter(({ index }) => database.leases[index]! > 0);
  const cores = leaders.reduce(
    (sum, { index, code }) => sum + database.alive[index]! * (capacities.get(code)?.databaseCores ?? 0),
    0,
  );
  if (cores === 0) return undefined;
  const codes = leaders.map(({ code }) => code).join(', ');
  return {
    site: '',
    kind: 'database',
    words: `${figure(cores)} virtual processors of the database nodes that lead (${codes})`,
    requestsPerSecond: (cores * RATES.statementsPerDatabaseCore.value) / RATES.statementsPerRequest.value,
  };
}

/** What removes a limit, for a rate of requests that it does not allow. */
export function relief({ kind, requestsPerSecond, site, words }: Limit, wanted: number): string {
  const times = wanted / requestsPerSecond;
  const factor = `${times.toFixed(times < 10 ? 1 : 0)} times`;
  switch (kind) {
    case 'api':
      return words.startsWith('room')
        ? `${factor} the workers at ${site}, or larger ones`
        : `app.api.max ${factor} as high in platform.yaml (at ${site}), with workers that have the room`;
    case 'pooler':
      return `${factor} the connections at ${site}: larger database nodes there (4 for each processor), or leases nearer`;
    case 'connections':
      return `${factor} the connections: a second pair of edges at ${site}, or another site`;
    case 'bandwidth':
      return `${factor} the bandwidth: edges at ${site} with a faster network, or videos from elsewhere`;
    case 'database':
      return `${factor} the processors of the nodes that lead: more workers, or more vCPUs each (sizes.worker.cpus)`;
  }
}

/** Limits in the order in which they give way, each lifted before the next is looked for, until the load is borne. */
export function bottlenecks(
  world: World,
  capacities: ReadonlyMap<string, SiteCapacity>,
  judged: Judged,
  load: Load,
): { limit: Limit; share: number }[] {
  const share = judged.entry.serving.length;
  const own = judged.entry.serving.flatMap((index) =>
    limitsOf(world, capacities, judged, load, index).map((limit) => ({
      limit,
      share: load.requestsPerSecond / share,
    })),
  );
  const database = databaseLimit(world, capacities, judged);
  return [...own, ...(database ? [{ limit: database, share: load.requestsPerSecond }] : [])]
    .filter(({ limit, share: wanted }) => limit.requestsPerSecond < wanted)
    .toSorted((a, b) => a.limit.requestsPerSecond / a.share - b.limit.requestsPerSecond / b.share);
}
