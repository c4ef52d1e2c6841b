import { type Static, Type } from 'typebox';
import { ROLES, VOLUME_STORES } from './choices.ts';
import {
  Address,
  Addresses,
  Asn,
  ByteSize,
  closed,
  Hostname,
  Interface,
  LABEL,
  Name,
  Network,
  Networks,
  named,
  oneOf,
  SOMETHING,
  text,
} from './values.ts';

const Size = Type.Object(
  {
    cpus: Type.Integer({ minimum: 1, maximum: 512, description: 'virtual processors', examples: [4] }),
    memory: named('ByteSize', ByteSize, 'memory, such as 16Gi'),
    flavor: Type.Optional(text('the OpenStack flavor of this size', ['c4.m8'], 255)),
    disk: Type.Optional(named('ByteSize', ByteSize, 'the disk of the operating system, such as 40Gi')),
  },
  { ...closed, title: 'size' },
);

export const Host = Type.Object(
  {
    role: oneOf(ROLES, 'what the host is for'),
    machine: Type.Optional(
      Type.String({
        pattern: SOMETHING,
        description: 'the physical machine that carries it, one of `machines`',
        examples: ['pm1'],
      }),
    ),
    address: named('Addresses', Addresses, 'where its own site reaches it, in `networks.nodes`'),
    public: Type.Optional(
      named('Addresses', Addresses, 'where the rest of the world reaches it, in `networks.public`'),
    ),
  },
  { ...closed, title: 'host' },
);
const Hosts = Type.Unsafe<Record<string, Static<typeof Host>>>({
  type: 'object',
  title: 'set of hosts',
  description: 'the hosts by short name; the full name of `worker1` at site lyn is lyn-worker1',
  minProperties: 1,
  // Each has an address, a certificate and a playbook's turn; a site of more is two.
  maxProperties: 1000,
  propertyNames: {
    pattern: `^${LABEL}$`,
    description: 'a name of at most 63 lower-case letters, digits and hyphens, a letter first',
    examples: ['worker1'],
  },
  additionalProperties: { $ref: '#/$defs/Host' },
});

const Volume = Type.Object(
  {
    device: Type.String({
      pattern: '^(?=.{1,200}$)/dev(/[A-Za-z0-9_#+:=@-][A-Za-z0-9._#+:=@-]*)+$',
      description:
        'the path of a block device, the same on each host: letters, digits and ._#+:=@- between single slashes',
      examples: ['/dev/disk/by-id/virtio-cockroachdb'],
    }),
    size: named('ByteSize', ByteSize, 'its size on each host, such as 320Gi'),
    store: Type.Optional(
      oneOf(
        VOLUME_STORES,
        'where the bytes are; the default is a block volume in OpenStack, a local disk elsewhere',
      ),
    ),
  },
  { ...closed, title: 'volume' },
);

const VirtualAddress = Type.Object(
  {
    address: named('Addresses', Addresses, 'what clients dial'),
    master: Type.String({
      pattern: SOMETHING,
      description: 'the edge that holds the address while it is well',
      examples: ['edge1'],
    }),
    vrid: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 254,
        description: 'the VRRP router of IPv4 (default: app 51, api 61); IPv6 takes the next number',
      }),
    ),
  },
  { ...closed, title: 'virtual address' },
);
const Balancer = Type.Object(
  {
    address: named('Addresses', Addresses, 'what the site dials, in `networks.balancers`'),
    public: Type.Optional(named('Addresses', Addresses, 'the floating address that the world dials')),
  },
  { ...closed, title: 'balancer' },
);

const HaproxyEdge = Type.Object(
  {
    kind: Type.Literal('haproxy', { description: 'HAProxy and Keepalived on hosts of role edge' }),
    app: named('VirtualAddress', VirtualAddress, 'the app: an address in `networks.public`'),
    api: named(
      'VirtualAddress',
      VirtualAddress,
      'the Kubernetes API and the database: an address in `networks.nodes`',
    ),
    gateway: Type.Optional(
      named('Addresses', Addresses, 'the way out of `networks.public` (default: the BGP peer)'),
    ),
    interfaces: Type.Optional(
      Type.Object(
        { public: named('Interface', Interface), nodes: named('Interface', Interface) },
        {
          ...closed,
          title: 'pair of interfaces',
          description: 'which interface of an edge is in which network; default eth0 and eth1',
        },
      ),
    ),
  },
  { ...closed, title: 'HAProxy edge' },
);
const OctaviaEdge = Type.Object(
  {
    kind: Type.Literal('octavia', { description: 'load balancers of OpenStack' }),
    app: named('Balancer', Balancer, 'the app; the only one with a floating address'),
    api: named('Balancer', Balancer, 'the Kubernetes API, from inside only'),
    database: named('Balancer', Balancer, 'the database, from inside only'),
  },
  { ...closed, title: 'Octavia edge' },
);
const Edge = Type.Unsafe<Static<typeof HaproxyEdge> | Static<typeof OctaviaEdge>>({
  type: 'object',
  title: 'edge',
  description: 'the way in: `kind: haproxy` on hosts of our own, or `kind: octavia` in OpenStack',
  discriminator: { propertyName: 'kind' },
  oneOf: [HaproxyEdge, OctaviaEdge],
});

const Openstack = Type.Object(
  {
    region: text('the region', ['RegionOne'], 255),
    externalNetwork: text('the network that floating addresses come from', ['public'], 255),
    image: text('the image of every host', ['debian-12'], 255),
    hypervisors: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: 'how many physical machines the hosts are spread over',
      examples: [3],
    }),
    designate: Type.Optional(
      Type.Boolean({ description: 'the site keeps its DNS zone in Designate (default false)' }),
    ),
    nameServers: Type.Optional(
      Type.Array(Hostname, {
        minItems: 1,
        maxItems: 13,
        uniqueItems: true,
        description: 'the name servers of Designate, to which the zone of the platform delegates',
        examples: [['ns1.cloud.example.net']],
      }),
    ),
  },
  { ...closed, title: 'OpenStack', description: 'the site is made by Terraform in this OpenStack' },
);

const SiteDatabase = Type.Object(
  {
    arbiter: Type.Optional(
      Type.Boolean({
        description: 'votes, never holds a lease, serves no app (default false)',
      }),
    ),
    volume: named('Volume', Volume, 'the disk of each database node'),
  },
  {
    ...closed,
    title: 'database of a site',
    description: 'the site carries nodes of the database: on its workers, else on hosts of role database',
  },
);

export const SiteSchema = Type.Object(
  {
    name: text('what people call the site', ['Lyon']),
    networks: Type.Object(
      {
        nodes: named('Networks', Networks, 'where the hosts are'),
        public: Type.Optional(named('Networks', Networks, 'where public or floating addresses are')),
        balancers: Type.Optional(named('Networks', Networks, 'where the load balancers of Octavia live')),
      },
      { ...closed, title: 'set of networks' },
    ),
    machines: Type.Optional(
      Type.Array(Name, {
        maxItems: 1000,
        uniqueItems: true,
        description: 'the physical machines of the site, each lost as a whole',
        examples: [['pm1', 'pm2', 'pm3']],
      }),
    ),
    sizes: Type.Optional(
      Type.Unsafe<Partial<Record<(typeof ROLES)[number], Static<typeof Size>>>>(
        Type.Object(Object.fromEntries(ROLES.map((role) => [role, Type.Optional(named('Size', Size))])), {
          ...closed,
          title: 'set of sizes',
          description: 'by role, where the usual size does not suit',
        }),
      ),
    ),
    hosts: Hosts,
    edge: Type.Optional(Edge),
    routing: Type.Optional(
      Type.Object(
        {
          asn: named('Asn', Asn, 'our autonomous system number at this site'),
          peer: Type.Object(
            {
              asn: named('Asn', Asn, 'its autonomous system number'),
              address: named('Addresses', Addresses, 'where the edges dial it, in `networks.public`'),
            },
            { ...closed, title: 'BGP peer', description: 'the upstream router' },
          ),
        },
        {
          ...closed,
          title: 'routing',
          description: 'BGP with the upstream router, which takes the anycast addresses',
        },
      ),
    ),
    openstack: Type.Optional(Openstack),
    kubernetes: Type.Optional(
      Type.Object(
        {
          pods: named('Networks', Networks, 'where pods are: a /24 (IPv4) and a /120 (IPv6) for each node'),
          services: named('Networks', Networks, 'where services are, of the same families as pods'),
          resolvers: Type.Optional(
            Type.Array(Address, {
              minItems: 1,
              maxItems: 3,
              uniqueItems: true,
              description:
                'name servers that pods ask, by way of the cluster, for names of others (default: those in /etc/resolv.conf of each node, which must not be 127.0.0.53)',
              examples: [['192.0.2.53']],
            }),
          ),
        },
        { ...closed, title: 'cluster', description: 'the site has a Kubernetes cluster' },
      ),
    ),
    database: Type.Optional(SiteDatabase),
    objects: Type.Optional(
      Type.Object(
        {
          volume: named('Volume', Volume, 'the disk of each worker for Ceph'),
          gateways: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 16, description: 'gateways for clients (default 2)' }),
          ),
        },
        { ...closed, title: 'object store', description: 'the site has a zone of the object store' },
      ),
    ),
  },
  {
    ...closed,
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'site',
    title: 'site',
    description: 'One site of the platform: its capabilities are what it has a key for.',
    $defs: {
      Address,
      Network,
      Addresses,
      Networks,
      ByteSize,
      Asn,
      Interface,
      Size,
      Host,
      Volume,
      VirtualAddress,
      Balancer,
    },
  },
);
