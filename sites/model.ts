import type { Family, PerFamily } from './address.ts';
import type { Role, SiteInput, SurvivalGoal, SurvivalPromise } from './schema/schema.ts';

/**
 * What follows from the YAML files: every default filled in, every name and address derived. Pure; assumes an
 * input that `load/load.ts` has accepted. Constructs and policies read this and nothing else.
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
  /** What the whole platform promises to outlive. */
  survives: SurvivalPromise[];
  /** What it has to bear at its peak, all sites together. */
  load: { students: number; requestsPerSecond: number; videoMegabytesPerSecond: number };
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
