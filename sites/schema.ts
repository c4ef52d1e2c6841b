import { type Static, type TSchema, Type } from 'typebox';

/**
 * The shape of everything a person writes in `sites/`, once: JSON Schema for ajv and for editors, and the
 * TypeScript types below. What has a good default is optional here and filled in by `model.ts`.
 */

const closed = { additionalProperties: false };
const IPV4 = String.raw`(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const IPV6 = String.raw`[0-9a-fA-F]*:[0-9a-fA-F:]*`;
const LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';

/** One value, or one of each address family: `10.0.0.1` or `[10.0.0.1, 2001:db8::1]`. */
const perFamily = (item: TSchema, description: string) =>
  Type.Unsafe<string | string[]>(
    Type.Union([item, Type.Array(item, { minItems: 1, maxItems: 2 })], { description }),
  );
const Address = Type.String({ pattern: `^(${IPV4}|${IPV6})$`, description: 'an IPv4 or IPv6 address' });
const Network = Type.String({
  pattern: `^(${IPV4}|${IPV6})/\\d{1,3}$`,
  description: 'a network in CIDR notation, such as 10.0.0.0/24',
});
const Addresses = perFamily(Address, 'an address, or one of each family: [10.0.0.1, 2001:db8::1]');
const Networks = perFamily(Network, 'a network, or one of each family: [10.0.0.0/24, 2001:db8::/64]');
const Hostname = Type.String({ pattern: `^${LABEL}(\\.${LABEL})+$`, description: 'a DNS name' });
const Name = Type.String({
  pattern: `^${LABEL}$`,
  maxLength: 20,
  description: 'lower case, digits, hyphens',
});
const SiteCode = Type.String({
  pattern: '^[a-z][a-z0-9]{0,7}$',
  description: 'a site: the name of its file without .yaml',
});
const ByteSize = Type.String({
  pattern: '^[1-9]\\d*(Mi|Gi|Ti)$',
  description: 'a size with a binary unit, such as 320Gi',
});
const Asn = Type.Integer({ minimum: 1, maximum: 4294967294, description: 'an autonomous system number' });
const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>(Type.Enum([...values], { description }));

export const ROLES = ['edge', 'bastion', 'control-plane', 'worker', 'database'] as const;
export const SURVIVAL_GOALS = ['host', 'site', 'site-and-host'] as const;
export const VOLUME_STORES = ['local', 'block', 'ceph', 'nfs'] as const;

const Size = Type.Object(
  {
    cpus: Type.Integer({ minimum: 1, maximum: 512, description: 'virtual processors' }),
    memory: ByteSize,
    flavor: Type.Optional(Type.String({ description: 'the OpenStack flavor of this size' })),
    disk: Type.Optional(ByteSize),
  },
  closed,
);

const Host = Type.Object(
  {
    role: oneOf(ROLES, 'what the host is for'),
    machine: Type.Optional(
      Type.String({ description: 'the physical machine that carries it, from `machines`' }),
    ),
    address: Addresses,
    public: Type.Optional(Addresses),
  },
  closed,
);

const Volume = Type.Object(
  {
    device: Type.String({ pattern: '^/dev/.+', description: 'the block device on each host' }),
    size: ByteSize,
    store: Type.Optional(
      oneOf(VOLUME_STORES, 'where the bytes are: local disk or an OpenStack block volume (default local)'),
    ),
  },
  closed,
);

const VirtualAddress = Type.Object(
  {
    address: Addresses,
    master: Type.String({ description: 'the edge that holds the address while it is well' }),
    vrid: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 254,
        description: 'VRRP router of IPv4; IPv6 takes the next number',
      }),
    ),
  },
  closed,
);
const Balancer = Type.Object({ address: Addresses, public: Type.Optional(Addresses) }, closed);

const HaproxyEdge = Type.Object(
  {
    kind: Type.Literal('haproxy'),
    app: VirtualAddress,
    api: VirtualAddress,
    gateway: Type.Optional(Addresses),
    interfaces: Type.Optional(
      Type.Object(
        { public: Type.String(), nodes: Type.String() },
        { ...closed, description: 'default eth0, eth1' },
      ),
    ),
  },
  closed,
);
const OctaviaEdge = Type.Object(
  { kind: Type.Literal('octavia'), app: Balancer, api: Balancer, database: Balancer },
  closed,
);

export const SiteSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'what people call the site' }),
    networks: Type.Object(
      { nodes: Networks, public: Type.Optional(Networks), balancers: Type.Optional(Networks) },
      closed,
    ),
    machines: Type.Optional(Type.Array(Name, { uniqueItems: true, description: 'the physical hosts' })),
    sizes: Type.Optional(
      Type.Object(Object.fromEntries(ROLES.map((role) => [role, Type.Optional(Size)])), closed),
    ),
    hosts: Type.Record(Type.String({ pattern: `^${LABEL}$` }), Host, {
      ...closed,
      minProperties: 1,
      description: 'short name -> host; its full name is <site>-<short name>',
    }),
    edge: Type.Optional(Type.Union([HaproxyEdge, OctaviaEdge])),
    routing: Type.Optional(
      Type.Object(
        { asn: Asn, peer: Type.Object({ asn: Asn, address: Addresses }, closed) },
        { ...closed, description: 'BGP with the upstream router, which announces the anycast addresses' },
      ),
    ),
    openstack: Type.Optional(
      Type.Object(
        {
          region: Type.String(),
          externalNetwork: Type.String({ description: 'the network that floating addresses come from' }),
          image: Type.String(),
          hypervisors: Type.Integer({ minimum: 1 }),
          designate: Type.Optional(Type.Boolean({ description: 'the site keeps its DNS zone in Designate' })),
        },
        closed,
      ),
    ),
    kubernetes: Type.Optional(Type.Object({ pods: Networks, services: Networks }, closed)),
    database: Type.Optional(
      Type.Object(
        {
          arbiter: Type.Optional(Type.Boolean({ description: 'votes, never holds a lease, serves no app' })),
          volume: Volume,
        },
        closed,
      ),
    ),
    objects: Type.Optional(
      Type.Object(
        { volume: Volume, gateways: Type.Optional(Type.Integer({ minimum: 1, maximum: 16 })) },
        closed,
      ),
    ),
  },
  { ...closed, $id: 'site', title: 'A site of the platform' },
);

export const PlatformSchema = Type.Object(
  {
    domain: Hostname,
    contact: Type.String({ pattern: '^[^@\\s]+@[^@\\s]+\\.[a-z]+$', description: 'an e-mail address' }),
    administrators: Type.Object(
      {
        networks: Type.Array(Network, { minItems: 1 }),
        keys: Type.Array(
          Type.String({
            pattern: '^(ssh-ed25519|sk-ssh-ed25519@openssh\\.com|ecdsa-sha2-nistp256) [A-Za-z0-9+/=]+( .*)?$',
          }),
          { minItems: 1, description: 'public SSH keys' },
        ),
      },
      closed,
    ),
    database: Type.Object(
      {
        survive: oneOf(SURVIVAL_GOALS, 'what may be lost at once with no write refused'),
        leases: Type.Array(SiteCode, {
          minItems: 1,
          uniqueItems: true,
          description: 'sites, first choice first',
        }),
        licence: Type.Optional(oneOf(['free', 'enterprise'] as const, 'CockroachDB licence (default free)')),
        backup: Type.Optional(
          Type.Object(
            {
              at: Type.Optional(
                Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'UTC, default 01:30' }),
              ),
              keepDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650, description: 'default 30' })),
            },
            closed,
          ),
        ),
      },
      closed,
    ),
    objects: Type.Optional(Type.Object({ primary: SiteCode }, closed)),
    anycast: Type.Optional(Addresses),
    limits: Type.Optional(
      Type.Object(
        {
          connectionsPer10s: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: 'new TCP connections of one client at an edge, default 100',
            }),
          ),
          requestsPerSecond: Type.Optional(
            Type.Integer({ minimum: 1, description: 'HTTP requests of one client at a site, default 60' }),
          ),
        },
        closed,
      ),
    ),
    app: Type.Optional(
      Type.Object(
        {
          api: Type.Optional(
            Type.Object({ min: Type.Integer({ minimum: 2 }), max: Type.Integer({ minimum: 2 }) }, closed),
          ),
          web: Type.Optional(
            Type.Object({ min: Type.Integer({ minimum: 2 }), max: Type.Integer({ minimum: 2 }) }, closed),
          ),
        },
        closed,
      ),
    ),
    time: Type.Array(Hostname, {
      minItems: 3,
      uniqueItems: true,
      description: 'NTP servers, the same at every site',
    }),
  },
  { ...closed, $id: 'platform', title: 'What all sites share' },
);

export type SiteInput = Static<typeof SiteSchema>;
export type PlatformInput = Static<typeof PlatformSchema>;
export type Role = (typeof ROLES)[number];
export type SurvivalGoal = (typeof SURVIVAL_GOALS)[number];
/** What the YAML files say, before anything is derived: `sites` by site code. */
export interface Input {
  platform: PlatformInput;
  sites: Record<string, SiteInput>;
}
