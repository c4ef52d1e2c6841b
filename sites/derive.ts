import { FAMILIES, type Family, familyOf, type PerFamily, perFamily } from './address.ts';
import type {
  Balancer,
  Bounds,
  Database,
  DnsHost,
  HaproxyEdge,
  Host,
  Model,
  OctaviaEdge,
  Site,
  SiteWith,
  VirtualAddress,
  Volume,
} from './model.ts';
import { databaseNodes } from './questions.ts';
import type { Input, Role, SiteInput, SurvivalGoal, SurvivalPromise } from './schema/schema.ts';
import { Size } from './size.ts';
import { REPLICAS, voters } from './voters.ts';

/** Full-size hosts of each role, for files that say nothing: vCPUs, memory and disk as in the 2020 platform or more. */
const SIZES: Record<Role, { cpus: number; memory: string; disk: string }> = {
  edge: { cpus: 4, memory: '4Gi', disk: '32Gi' },
  bastion: { cpus: 1, memory: '2Gi', disk: '20Gi' },
  'control-plane': { cpus: 4, memory: '8Gi', disk: '60Gi' },
  worker: { cpus: 16, memory: '64Gi', disk: '120Gi' },
  database: { cpus: 4, memory: '16Gi', disk: '40Gi' },
};

/** The size of a site's hosts of one role, as its file has it or as usual. */
export const sizeOf = (sizes: SiteInput['sizes'], role: Role) => ({ ...SIZES[role], ...sizes?.[role] });

/** Pods of the app at each site, where the file says nothing. */
export const APP_BOUNDS = { api: { min: 3, max: 9 }, web: { min: 2, max: 6 } } satisfies Model['app'];

/** The same keys in an order that no file has a say in. */
const ordered = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
const bounds = ({ min, max }: Bounds): Bounds => ({ min, max });
const dnsHosts = (domain: string, named: Record<string, string | string[]>): DnsHost[] =>
  Object.keys(named)
    .sort()
    .map((key) => ({ name: `${key}.${domain}`, address: perFamily(named[key]) }));

/** The order of keys in the files leaves no trace in the model. */
export function model(input: Input): Model {
  const { platform } = input;
  const codes = Object.keys(input.sites).sort(preference(platform.database.leases));
  const abroad = commonFamily(Object.values(input.sites).map(({ networks }) => networks.nodes)) ?? 'ipv4';
  const sites = codes.map((code) => site(code, input.sites[code]!, platform.domain, abroad));
  const stores = sites.filter((each): each is SiteWith<'objects'> => each.objects !== undefined);
  const primary = stores.find((each) => each.code === platform.objects?.primary);
  return {
    domain: platform.domain,
    lab: platform.lab ?? false,
    contact: platform.contact,
    registry: platform.registry ?? `registry.${platform.domain}`,
    runbooks: platform.runbooks,
    administrators: { networks: platform.administrators.networks, keys: platform.administrators.keys },
    database: database(platform.database, sites, platform.domain, platform.lab),
    survives: platform.survives ?? promisesOf(platform.database.survive),
    load: loadOf(platform.load),
    objects: primary && {
      realm: platform.domain.split('.')[0]!,
      primary,
      secondaries: stores.filter((each) => each !== primary),
    },
    anycast: perFamily(platform.anycast),
    limits: { connectionsPer10s: 100, requestsPerSecond: 60, ...platform.limits },
    app: {
      api: bounds(platform.app?.api ?? APP_BOUNDS.api),
      web: bounds(platform.app?.web ?? APP_BOUNDS.web),
      release: platform.app?.release,
    },
    time: platform.time,
    dns: platform.dns && {
      servers: dnsHosts(platform.domain, platform.dns.servers),
      hosts: dnsHosts(platform.domain, platform.dns.hosts ?? {}),
      mail: { exchangers: [], senders: [], ...platform.dns.mail },
    },
    sites,
  };
}

/** What follows from the goal of the database, for the platform as a whole. */
const promisesOf = (goal: SurvivalGoal): SurvivalPromise[] => {
  const all: SurvivalPromise[] = ['any-host', 'any-site', 'any-site-and-a-host'];
  return all.slice(0, { host: 1, site: 2, 'site-and-host': 3 }[goal]);
};

/**
 * As many students as `npm run bench:app` has; at the peak as many requests as the platform of 2020 answered when it was measured
 * (1,000 a second), and 40 of them watching a video of 5 Mbit/s at the same time.
 */
function loadOf(given: Input['platform']['load'] = {}): Model['load'] {
  const students = given.students ?? 50_000;
  return {
    students,
    requestsPerSecond: given.requestsPerSecond ?? Math.ceil(students / 50),
    videoMegabytesPerSecond: given.videoMegabytesPerSecond ?? Math.ceil(students / 2000),
  };
}

/** The order of sites everywhere: by the lease preference, then by code. */
export function preference(leases: readonly string[] = []): (a: string, b: string) => number {
  const rank = (code: string) => leases.indexOf(code) + 1 || leases.length + 1;
  return (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The first family that all of these networks have, by which sites speak with each other; absent where they share none. */
export const commonFamily = (nodes: (string | string[])[]): Family | undefined =>
  FAMILIES.find((family) =>
    nodes.every((network) => [network].flat().some((text) => familyOf(text) === family)),
  );

function site(code: string, input: SiteInput, platformDomain: string, abroad: Family): Site {
  const domain = `${code}.${platformDomain}`;
  const hosts = Object.entries(input.hosts).map(([key, host]): Host => {
    const size = sizeOf(input.sizes, host.role);
    return {
      name: `${code}-${key}`,
      key,
      fqdn: `${key}.${domain}`,
      site: code,
      role: host.role,
      machine: `${code}-${host.machine ?? key}`,
      address: perFamily(host.address),
      public: perFamily(host.public),
      abroad,
      cpus: size.cpus,
      memoryBytes: Size.parse(size.memory).bytes,
      diskBytes: Size.parse(size.disk).bytes,
      flavor: size.flavor,
    };
  });
  hosts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const { kubernetes, edge, database: store, objects, routing, openstack } = input;
  const pods = perFamily(kubernetes?.pods);
  return {
    code,
    name: input.name,
    domain,
    networks: {
      nodes: perFamily(input.networks.nodes),
      public: perFamily(input.networks.public),
      balancers: perFamily(input.networks.balancers),
    },
    machines: input.machines ?? [],
    hosts,
    edge: edge?.kind === 'haproxy' ? haproxyEdge(edge, hosts, routing) : edge && octaviaEdge(edge),
    routing: routing && {
      asn: routing.asn,
      peer: { asn: routing.peer.asn, address: perFamily(routing.peer.address) },
    },
    openstack: openstack && { designate: false, ...ordered(openstack) },
    kubernetes: kubernetes && {
      pods,
      services: perFamily(kubernetes.services),
      families: FAMILIES.filter((family) => pods[family]),
      resolvers: kubernetes.resolvers ?? [],
    },
    database: store && { arbiter: store.arbiter ?? false, volume: volume(store.volume, !!openstack) },
    objects: objects && {
      zone: code,
      volume: volume(objects.volume, !!openstack),
      gateways: objects.gateways ?? 2,
      endpoint: `https://s3.${domain}`,
    },
  };
}

/** VRRP routers of IPv4 where the file names none; IPv6 takes the next number. */
export const VRIDS = { app: 51, api: 61 };

function haproxyEdge(
  edge: Extract<NonNullable<SiteInput['edge']>, { kind: 'haproxy' }>,
  hosts: Host[],
  routing: SiteInput['routing'],
): HaproxyEdge {
  const edges = hosts.filter((host) => host.role === 'edge');
  const virtual = (value: typeof edge.app, vrid: number): VirtualAddress => {
    const first = value.vrid ?? vrid;
    return {
      address: perFamily(value.address),
      master: edges.find((host) => host.key === value.master)!,
      backups: edges.filter((host) => host.key !== value.master),
      vrid: { ipv4: first, ipv6: first + 1 },
    };
  };
  return {
    kind: 'haproxy',
    app: virtual(edge.app, VRIDS.app),
    api: virtual(edge.api, VRIDS.api),
    gateway: { ...perFamily(routing?.peer.address), ...given(perFamily(edge.gateway)) },
    interfaces: { public: edge.interfaces?.public ?? 'eth0', nodes: edge.interfaces?.nodes ?? 'eth1' },
  };
}

function octaviaEdge(edge: Extract<NonNullable<SiteInput['edge']>, { kind: 'octavia' }>): OctaviaEdge {
  const balancer = (value: typeof edge.app): Balancer => ({
    address: perFamily(value.address),
    public: perFamily(value.public),
  });
  return {
    kind: 'octavia',
    app: balancer(edge.app),
    api: balancer(edge.api),
    database: balancer(edge.database),
  };
}

/** Without the families that were not written. */
const given = (value: PerFamily): PerFamily =>
  Object.fromEntries(Object.entries(value).filter(([, address]) => address !== undefined));

/** `eth0.40` is a VLAN on `eth0`: the interface is made, with the number that stands behind the point. */
export function vlanOf(device: string): { on: string; id: number } | undefined {
  const [, on, digits] = /^(.+)\.([1-9]\d*)$/.exec(device) ?? [];
  const id = Number(digits);
  return on !== undefined && id <= 4094 ? { on, id } : undefined;
}

type VolumeInput = NonNullable<SiteInput['database']>['volume'];
const volume = (value: VolumeInput, openstack: boolean): Volume => ({
  device: value.device,
  sizeBytes: Size.parse(value.size).bytes,
  store: value.store ?? (openstack ? 'block' : 'local'),
});

function database(
  input: Input['platform']['database'],
  sites: Site[],
  domain: string,
  lab = false,
): Database {
  const leases = input.leases.flatMap((code) => sites.find((each) => each.code === code) ?? []);
  const placed = voters(REPLICAS[input.survive], input.survive, leases, sites);
  // A lab has as many replicas as it has nodes for.
  const replicas = lab ? placed.reduce((sum, { count }) => sum + count, 0) : REPLICAS[input.survive];
  return {
    name: input.name ?? databaseName(domain),
    survive: input.survive,
    licence: input.licence ?? 'free',
    replicas,
    voters: placed,
    leases,
    backup: { at: '01:30', keepDays: 30, ...input.backup },
    nodes: sites.flatMap(databaseNodes),
  };
}

/** `my_school` of `my-school.fr`: a hyphen would have to be quoted wherever the name is used. */
export const databaseName = (domain: string): string => domain.split('.')[0]!.replaceAll('-', '_');
