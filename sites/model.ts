import { both, FAMILIES, type Family, familyOf, type PerFamily, perFamily, preferred } from './address.ts';
import type { Input, Role, SiteInput, SurvivalGoal } from './schema/schema.ts';

/**
 * What follows from the YAML files: every default filled in, every name and address derived. Pure; assumes an
 * input that `load.ts` has accepted. Constructs and policies read this and nothing else.
 */
export interface Model {
  domain: string;
  /** Nobody relies on it: what it does not promise is said by notes. */
  lab: boolean;
  contact: string;
  /** Where the images of the app are pulled from, such as `registry.fredu.fr`. */
  registry: string;
  /** The address at which people open the runbooks, without a slash at its end; absent where only the tree has them. */
  runbooks?: string;
  administrators: { networks: string[]; keys: string[] };
  database: Database;
  /** Absent where no site has an object store. */
  objects?: ObjectStores;
  anycast: PerFamily;
  limits: { connectionsPer10s: number; requestsPerSecond: number };
  /** `release` is the tag of its images, absent where it is that of the lock. */
  app: { api: Bounds; web: Bounds; release?: string };
  time: string[];
  /** Who serves the zone of the domain, the first of them by name taking updates; absent where the zone is made elsewhere. */
  dns?: {
    servers: DnsHost[];
    /** Machines of others that have a name in the domain. */
    hosts: DnsHost[];
    mail: { exchangers: string[]; senders: string[] };
  };
  /** In the order of the lease preference, then by code. */
  sites: Site[];
}
/** The one realm of the object stores: the zone of the primary site takes writes, those of the others copy it. */
export interface ObjectStores {
  realm: string;
  primary: SiteWith<'objects'>;
  secondaries: SiteWith<'objects'>[];
}
/** A name of the platform's own zone, whole, and where it leads. */
export interface DnsHost {
  name: string;
  address: PerFamily;
}
export interface Bounds {
  min: number;
  max: number;
}
export interface Database {
  name: string;
  survive: SurvivalGoal;
  licence: 'free' | 'enterprise';
  /** Replicas of every range. */
  replicas: number;
  /** Voters that each site must hold; they add up to `replicas`. */
  voters: { site: Site; count: number }[];
  leases: Site[];
  backup: { at: string; keepDays: number };
  /** Every database node of every site. */
  nodes: Host[];
}

/** A place with its capabilities: what is absent here, the site does not have. */
export interface Site {
  code: string;
  name: string;
  /** `sxb.fredu.fr` */
  domain: string;
  networks: { nodes: PerFamily; public: PerFamily; balancers: PerFamily };
  machines: string[];
  hosts: Host[];
  edge?: HaproxyEdge | OctaviaEdge;
  routing?: { asn: number; peer: { asn: number; address: PerFamily } };
  openstack?: NonNullable<SiteInput['openstack']> & { designate: boolean };
  kubernetes?: { pods: PerFamily; services: PerFamily; families: Family[]; resolvers: string[] };
  database?: { arbiter: boolean; volume: Volume };
  objects?: { zone: string; volume: Volume; gateways: number; endpoint: string };
}
/** A site of which it is known that it has these capabilities; `site-kinds.ts` names them. */
export type SiteWith<Capability extends keyof Site> = Site & Required<Pick<Site, Capability>>;
export interface Volume {
  device: string;
  /** In bytes. */
  sizeBytes: number;
  store: string;
}
export interface Host {
  /** `sxb-worker1`: the host name. */
  name: string;
  /** `worker1`: the key in the site's file. */
  key: string;
  /** `worker1.sxb.fredu.fr` */
  fqdn: string;
  site: string;
  role: Role;
  /** What it is lost together with; the host itself where the file names no machine. */
  machine: string;
  address: PerFamily;
  public: PerFamily;
  /** The family that all sites speak with each other. */
  abroad: Family;
  cpus: number;
  memoryBytes: number;
  flavor?: string;
  diskBytes: number;
}
export interface VirtualAddress {
  address: PerFamily;
  master: Host;
  backups: Host[];
  vrid: { ipv4: number; ipv6: number };
}
export interface HaproxyEdge {
  kind: 'haproxy';
  app: VirtualAddress;
  api: VirtualAddress;
  gateway: PerFamily;
  interfaces: { public: string; nodes: string };
}
export interface Balancer {
  address: PerFamily;
  public: PerFamily;
}
export interface OctaviaEdge {
  kind: 'octavia';
  app: Balancer;
  api: Balancer;
  database: Balancer;
}

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
      memoryBytes: bytes(size.memory),
      diskBytes: bytes(size.disk),
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
  sizeBytes: bytes(value.size),
  store: value.store ?? (openstack ? 'block' : 'local'),
});

const UNITS = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
/** `64Gi` in bytes. */
export const bytes = (text: string): number =>
  Number(text.slice(0, -2)) * UNITS[text.slice(-2) as keyof typeof UNITS];

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

// What each part of the platform asks of a site.

export const hostsOf = (site: Site, role: Role): Host[] => site.hosts.filter((host) => host.role === role);
export const workers = (site: Site): Host[] => hostsOf(site, 'worker');
/** The hosts that carry a database node: the workers where there is Kubernetes, hosts of role `database` elsewhere. */
export const databaseNodes = (site: Site): Host[] =>
  site.database ? hostsOf(site, site.kubernetes ? 'worker' : 'database') : [];
export const siteOf = (model: Model, code: string): Site => model.sites.find((site) => site.code === code)!;
export const others = (model: Model, site: Site): Site[] =>
  model.sites.filter((each) => each.code !== site.code);
/** Sites that serve the app to the world. */
export const appSites = (model: Model): Site[] => model.sites.filter((site) => site.kubernetes && site.edge);
/**
 * Where other sites reach a host: its public address, or its own where that is public; in the family that all sites have,
 * and in the other one where the host has not got it.
 */
export const reachable = ({ public: open, address, abroad }: Host): string =>
  open[abroad] ?? address[abroad] ?? preferred({ ...address, ...open });
/** Where the world reaches the app at a site. */
export const appAddress = (site: Site): PerFamily =>
  site.edge?.kind === 'octavia' ? site.edge.app.public : (site.edge?.app.address ?? {});
/** The service addresses that a site announces: those of the families that its router speaks. */
export const announced = (model: Model, site: Site): PerFamily => {
  const { ipv4, ipv6 } = site.routing?.peer.address ?? {};
  return {
    ...(ipv4 && model.anycast.ipv4 ? { ipv4: model.anycast.ipv4 } : {}),
    ...(ipv6 && model.anycast.ipv6 ? { ipv6: model.anycast.ipv6 } : {}),
  };
};
/** Where pods of a site reach its Kubernetes API. */
export const apiAddress = (site: Site): PerFamily => site.edge?.api.address ?? {};
/** Where a site's pooler reaches the database: the balancer's address. */
export const databaseAddress = (site: Site): PerFamily =>
  site.edge?.kind === 'octavia' ? site.edge.database.address : (site.edge?.api.address ?? {});
/** The addresses that connections come from behind the site's balancer: what Traefik and the firewalls trust. */
export function balancerSources(site: Site): string[] {
  if (site.edge?.kind === 'octavia') return both(site.networks.balancers);
  return hostsOf(site, 'edge').flatMap((host) => both(host.address));
}
/** Two nodes of every other site and every node of its own, as each is dialled from this site. */
export function joinAddresses(model: Model, site: Site): { host: Host; address: string }[] {
  return model.sites.flatMap((other) => {
    const nodes = databaseNodes(other);
    if (other.code === site.code) return nodes.map((host) => ({ host, address: preferred(host.address) }));
    const start = model.sites.indexOf(site) % Math.max(1, nodes.length);
    const two = nodes.length < 3 ? nodes : [nodes[start]!, nodes[(start + 1) % nodes.length]!];
    return two.map((host) => ({ host, address: reachable(host) }));
  });
}
