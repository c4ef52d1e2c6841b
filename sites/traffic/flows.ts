import { both, familyOf, isPrivate, toNumber } from '../address.ts';
import {
  apiAddress,
  appAddress,
  balancerSources,
  databaseAddress,
  databaseNodes,
  type Host,
  hostsOf,
  type Model,
  others,
  reachable,
  type Site,
  workers,
} from '../model.ts';
import type { Role } from '../schema/schema.ts';

/**
 * Who may talk to whom, on which port, and why: the one table from which every firewall is rendered (nftables,
 * security groups, NetworkPolicies, the front firewall's sheet). What is not here is refused everywhere.
 */
export interface Flow {
  /** Stable, in kebab case: firewall rules and findings are named by it. */
  name: string;
  from: Party;
  to: Party;
  /** Where `to` is, seen from `from`: the same site, every other site, or both. Default `own`. */
  reach?: 'own' | 'others' | 'all';
  protocol: 'tcp' | 'udp' | 'icmp' | 'vrrp';
  ports: Port[];
  why: string;
}
/** `nodePort` is where a pod's port is reached from outside its cluster. */
export interface Port {
  port: number;
  /** Last port of a range. */
  end?: number;
  nodePort?: number;
}

/** One side of a flow, named by what it is; `hostsAt`, `sourceAddresses` and `targetAddresses` say which machines and addresses that means. */
export type Party =
  | { kind: 'internet' }
  | { kind: 'administrators' }
  | { kind: 'router' }
  | { kind: 'role'; role: Role }
  /** Control plane and workers. */
  | { kind: 'kubernetes' }
  /** The hosts that carry a database node; CockroachDB uses the host's network, so no pod selector can name it. */
  | { kind: 'database' }
  | { kind: 'hosts' }
  /** Hosts of sites without Kubernetes: nothing of ours watches them from within. */
  | { kind: 'arbiters' }
  /** As a target: the address that clients dial. As a source: the addresses that its connections come from. */
  | { kind: 'balancer'; balancer: 'app' | 'api' | 'database' }
  /** Octavia's balancers themselves, by their addresses inside the site. */
  | { kind: 'octavia' }
  | { kind: 'pods'; namespace: string; app: string }
  /** Every pod of a namespace whose pods an operator makes, the jobs that it starts now and then among them. */
  | { kind: 'namespace'; namespace: string }
  /** Every pod of the site: cluster services such as DNS. */
  | { kind: 'all-pods' }
  /** Services of others, outside every site: named, for their addresses are not ours. */
  | {
      kind: 'outside';
      service:
        | 'ntp'
        | 'dns'
        | 'packages'
        | 'registry'
        | 'acme'
        | 'licence'
        | 'dns-api'
        | 'smtp'
        | 'traces'
        | 'on-call';
    };

/** Ports named once. */
export const PORTS = {
  http: 80,
  https: 443,
  kubernetesApi: 6443,
  sql: 26257,
  rpc: 26258,
  cockroachHttp: 8080,
  pgbouncer: 6432,
  memcached: 11211,
  otlp: 4318,
  traefikWeb: { port: 8000, nodePort: 30080 },
  traefikWebsecure: { port: 8443, nodePort: 30443 },
  traefikPing: { port: 8082, nodePort: 30082 },
  traefikMetrics: 9101,
  /** Inside Traefik's pod, on loopback: where connections of our own machines to the object store are led on to. */
  traefikObjects: 8444,
  /** Where an object gateway listens in its pod, whatever port its Service has. */
  objectGateway: 8080,
  /** @see https://docs.ceph.com/en/latest/rados/configuration/network-config-ref/ */
  cephMonitor: 3300,
  cephDaemons: { port: 6800, end: 7568 },
  peers: 10000,
  api: 8080,
  web: 8081,
  apiMetrics: 9464,
  nodeExporter: 9100,
  haproxyMetrics: 8405,
  octaviaMetrics: 8088,
  kubelet: 10250,
  etcdMetrics: 2381,
  prometheus: { port: 9090, nodePort: 30990 },
  alertmanager: 9093,
  alertmanagerPeers: 9094,
  kubeStateMetrics: 8080,
  blackbox: 9115,
  grafana: 3000,
  pgbouncerExporter: 9127,
  memcachedExporter: 9150,
  cephManager: 9283,
  cephExporter: 9926,
  zoneExporter: 9927,
  certificateExporter: 9928,
  coredns: 9153,
} as const;

const role = (name: Role): Party => ({ kind: 'role', role: name });
export const pods = (namespace: string, app: string): Party => ({ kind: 'pods', namespace, app });
const balancer = (name: 'app' | 'api' | 'database'): Party => ({ kind: 'balancer', balancer: name });
const outside = (service: Extract<Party, { kind: 'outside' }>['service']): Party => ({
  kind: 'outside',
  service,
});
const internet: Party = { kind: 'internet' };
const hosts: Party = { kind: 'hosts' };
const kubernetes: Party = { kind: 'kubernetes' };
const database: Party = { kind: 'database' };
const allPods: Party = { kind: 'all-pods' };
const edges = role('edge');
const traefik = pods('traefik', 'traefik');
const api = pods('education', 'education-api');
const web = pods('education', 'education-web');
const migrations = pods('education', 'education-migrations');
const objectGateway = pods('rook-ceph', 'ceph-rgw');
const ceph: Party = { kind: 'namespace', namespace: 'rook-ceph' };
const certManager = pods('cert-manager', 'cert-manager');
const pgbouncer = pods('education', 'pgbouncer');
const memcached = pods('education', 'memcached');
const prometheus = pods('monitoring', 'prometheus');
const alertmanager = pods('monitoring', 'alertmanager');
const blackbox = pods('monitoring', 'blackbox-exporter');
const kubeStateMetrics = pods('monitoring', 'kube-state-metrics');
const grafana = pods('monitoring', 'grafana');
const port = (...numbers: number[]): Port[] => numbers.map((number) => ({ port: number }));

export const FLOWS: Flow[] = [
  // The way in: client -> balancer -> Traefik -> app.
  {
    name: 'app',
    from: internet,
    to: balancer('app'),
    protocol: 'tcp',
    ports: port(PORTS.http, PORTS.https),
    reach: 'all',
    why: 'students and teachers, and the other sites object store, reach the ingress',
  },
  {
    name: 'app-to-traefik',
    from: balancer('app'),
    to: traefik,
    protocol: 'tcp',
    ports: [PORTS.traefikWeb, PORTS.traefikWebsecure, PORTS.traefikPing],
    why: 'the balancer passes TCP on with PROXY v2 and asks /ping whether a worker takes traffic',
  },
  {
    name: 'traefik-to-api',
    from: traefik,
    to: api,
    protocol: 'tcp',
    ports: port(PORTS.api),
    why: 'requests under /api',
  },
  {
    name: 'traefik-to-web',
    from: traefik,
    to: web,
    protocol: 'tcp',
    ports: port(PORTS.web),
    why: 'pages and static files',
  },
  {
    name: 'traefik-to-object-store',
    from: traefik,
    to: objectGateway,
    protocol: 'tcp',
    ports: port(PORTS.objectGateway),
    why: 'S3 of the site under its own name',
  },
  {
    name: 'traefik-to-kubernetes-api',
    from: traefik,
    to: role('control-plane'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'Traefik watches routes, services and endpoints',
  },

  // The app and what it stands on.
  {
    name: 'api-to-pgbouncer',
    from: api,
    to: pgbouncer,
    protocol: 'tcp',
    ports: port(PORTS.pgbouncer),
    why: 'SQL through the pooler',
  },
  {
    name: 'api-to-memcached',
    from: api,
    to: memcached,
    protocol: 'tcp',
    ports: port(PORTS.memcached),
    why: 'course lists are kept for minutes',
  },
  {
    name: 'api-to-object-store',
    from: api,
    to: balancer('app'),
    reach: 'all',
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'files are read at the own site and written where the object store takes writes',
  },
  {
    name: 'api-to-mail',
    from: api,
    to: outside('smtp'),
    protocol: 'tcp',
    ports: port(465, 587),
    why: 'invitations and new passwords leave through a mail relay',
  },
  {
    name: 'api-to-traces',
    from: api,
    to: outside('traces'),
    protocol: 'tcp',
    ports: port(PORTS.otlp),
    why: 'where a collector is named it is told how requests come to be answered',
  },
  {
    name: 'migrations-to-database',
    from: migrations,
    to: balancer('database'),
    protocol: 'tcp',
    ports: port(PORTS.sql),
    why: 'schema changes need session state, which the pooler does not keep',
  },
  {
    name: 'pgbouncer-to-database',
    from: pgbouncer,
    to: balancer('database'),
    protocol: 'tcp',
    ports: port(PORTS.sql),
    why: 'the pooler dials the balancer of its site',
  },
  {
    name: 'balancer-to-database',
    from: balancer('database'),
    to: database,
    protocol: 'tcp',
    ports: port(PORTS.sql, PORTS.cockroachHttp),
    why: 'SQL, and /health?ready=1 over TLS, which a draining node fails',
  },

  // The database among itself, across sites.
  {
    name: 'database-rpc',
    from: database,
    to: database,
    reach: 'all',
    protocol: 'tcp',
    ports: port(PORTS.rpc),
    why: 'Raft, leases and distributed SQL between all nodes',
  },
  {
    name: 'database-setup',
    from: pods('cockroachdb', 'cockroachdb-setup'),
    to: database,
    protocol: 'tcp',
    ports: port(PORTS.sql, PORTS.rpc),
    why: 'the cluster is made once, and its settings, zones, users and schedules are applied',
  },
  {
    name: 'database-backup',
    from: database,
    to: balancer('app'),
    reach: 'all',
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'every node writes its part of a backup to the object store that takes writes',
  },
  {
    name: 'database-licence',
    from: database,
    to: outside('licence'),
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'a free licence is throttled after 7 days without telemetry',
  },

  // The object store among itself, across sites.
  {
    name: 'ceph',
    from: ceph,
    to: ceph,
    protocol: 'tcp',
    ports: [{ port: PORTS.cephMonitor }, PORTS.cephDaemons, { port: PORTS.objectGateway }],
    why: 'monitors, disks, managers and gateways, and the operator that asks a gateway how it is',
  },
  {
    name: 'ceph-to-kubernetes-api',
    from: ceph,
    to: role('control-plane'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'the operator makes the daemons; a manager says there which of them is active',
  },
  {
    name: 'object-store-sync',
    from: ceph,
    to: balancer('app'),
    reach: 'others',
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'gateways fetch what is new in the other zones and pass on what only the first zone may decide',
  },

  // Kubernetes.
  {
    name: 'kubernetes-api',
    from: kubernetes,
    to: balancer('api'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'kubelets, proxies and controllers',
  },
  {
    name: 'kubernetes-service',
    from: kubernetes,
    to: role('control-plane'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'the service `kubernetes`, which pods of the cluster dial, leads to the control plane without the balancer',
  },
  {
    name: 'bastion-to-kubernetes-api',
    from: role('bastion'),
    to: balancer('api'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'administrators reach the API through the bastion only',
  },
  {
    name: 'balancer-to-kubernetes-api',
    from: balancer('api'),
    to: role('control-plane'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'the balancer spreads the API over the control plane',
  },
  {
    name: 'etcd',
    from: role('control-plane'),
    to: role('control-plane'),
    protocol: 'tcp',
    ports: [{ port: 2379, end: 2380 }],
    why: 'etcd clients and peers',
  },
  {
    name: 'etcd-snapshots',
    from: role('control-plane'),
    to: balancer('app'),
    reach: 'all',
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'snapshots of etcd go to the object store that takes writes',
  },
  {
    name: 'kubelet',
    from: role('control-plane'),
    to: kubernetes,
    protocol: 'tcp',
    ports: port(10250),
    why: 'logs, exec and metrics of pods',
  },
  {
    name: 'metrics-server',
    from: pods('kube-system', 'metrics-server'),
    to: kubernetes,
    protocol: 'tcp',
    ports: port(10250),
    why: 'processor and memory use of pods, which the autoscalers read',
  },
  {
    name: 'pod-overlay',
    from: kubernetes,
    to: kubernetes,
    protocol: 'udp',
    ports: port(4789),
    why: 'Calico carries pod traffic in VXLAN',
  },
  {
    name: 'cluster-dns',
    from: allPods,
    to: pods('kube-system', 'kube-dns'),
    protocol: 'udp',
    ports: port(53),
    why: 'names of services',
  },
  {
    name: 'cluster-dns-tcp',
    from: allPods,
    to: pods('kube-system', 'kube-dns'),
    protocol: 'tcp',
    ports: port(53),
    why: 'answers that do not fit a datagram',
  },

  // Public certificates.
  {
    name: 'certificates-acme',
    from: certManager,
    to: outside('acme'),
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'certificates for the public names',
  },
  {
    name: 'certificates-dns',
    from: certManager,
    to: outside('dns-api'),
    protocol: 'tcp',
    ports: port(53),
    why: 'DNS-01: the challenge is written into the zone by signed updates',
  },
  {
    name: 'certificates-dns-seen',
    from: certManager,
    to: outside('dns-api'),
    protocol: 'udp',
    ports: port(53),
    why: 'every server of the zone is asked whether it has the challenge before the authority is',
  },

  // Observation.
  {
    name: 'scrape-hosts',
    from: prometheus,
    to: hosts,
    protocol: 'tcp',
    ports: port(PORTS.nodeExporter),
    why: 'what every host measures of itself',
  },
  {
    name: 'scrape-arbiter-hosts',
    from: prometheus,
    to: { kind: 'arbiters' },
    reach: 'others',
    protocol: 'tcp',
    ports: port(PORTS.nodeExporter),
    why: 'nobody at an arbiter site scrapes its hosts',
  },
  {
    name: 'scrape-haproxy',
    from: prometheus,
    to: edges,
    protocol: 'tcp',
    ports: port(PORTS.haproxyMetrics),
    why: 'connections, refusals and servers at the edge',
  },
  {
    name: 'scrape-octavia',
    from: prometheus,
    to: { kind: 'octavia' },
    protocol: 'tcp',
    ports: port(PORTS.octaviaMetrics),
    why: 'the balancers of an OpenStack site',
  },
  {
    name: 'scrape-database',
    from: prometheus,
    to: database,
    reach: 'all',
    protocol: 'tcp',
    ports: port(PORTS.cockroachHttp),
    why: 'each site watches all database nodes, for any of them may be the one that sees',
  },
  {
    name: 'scrape-kubelets',
    from: prometheus,
    to: kubernetes,
    protocol: 'tcp',
    ports: port(PORTS.kubelet),
    why: 'containers, volumes and the kubelet itself',
  },
  {
    name: 'scrape-etcd',
    from: prometheus,
    to: role('control-plane'),
    protocol: 'tcp',
    ports: port(PORTS.etcdMetrics),
    why: 'the health of etcd',
  },
  {
    name: 'prometheus-to-kubernetes-api',
    from: prometheus,
    to: role('control-plane'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'which pods there are, and how the API server does',
  },
  {
    name: 'scrape-traefik',
    from: prometheus,
    to: traefik,
    protocol: 'tcp',
    ports: port(PORTS.traefikMetrics),
    why: 'requests, latencies, refusals',
  },
  {
    name: 'scrape-api',
    from: prometheus,
    to: api,
    protocol: 'tcp',
    ports: port(PORTS.apiMetrics),
    why: 'the app by route',
  },
  {
    name: 'scrape-pgbouncer',
    from: prometheus,
    to: pgbouncer,
    protocol: 'tcp',
    ports: port(PORTS.pgbouncerExporter),
    why: 'pools and waiting clients',
  },
  {
    name: 'scrape-memcached',
    from: prometheus,
    to: memcached,
    protocol: 'tcp',
    ports: port(PORTS.memcachedExporter),
    why: 'hits and evictions',
  },
  {
    name: 'scrape-ceph',
    from: prometheus,
    to: pods('rook-ceph', 'ceph-mgr'),
    protocol: 'tcp',
    ports: port(PORTS.cephManager),
    why: 'the state of the object store',
  },
  {
    name: 'scrape-ceph-exporter',
    from: prometheus,
    to: pods('rook-ceph', 'ceph-exporter'),
    protocol: 'tcp',
    ports: port(PORTS.cephExporter),
    why: 'gateways and their copying between sites',
  },
  {
    name: 'scrape-zone-exporter',
    from: prometheus,
    to: pods('rook-ceph', 'zone-exporter'),
    protocol: 'tcp',
    ports: port(PORTS.zoneExporter),
    why: 'which zone takes writes, and how far behind the copies are',
  },
  ...['education', 'monitoring', 'cockroachdb'].map(
    (namespace): Flow => ({
      name: `scrape-certificates-${namespace}`,
      from: prometheus,
      to: pods(namespace, 'certificate-exporter'),
      protocol: 'tcp',
      ports: port(PORTS.certificateExporter),
      why: 'until when certificates of the database’s authority last',
    }),
  ),
  {
    name: 'scrape-kube-state',
    from: prometheus,
    to: kubeStateMetrics,
    protocol: 'tcp',
    ports: port(PORTS.kubeStateMetrics),
    why: 'what Kubernetes wants and has',
  },
  {
    name: 'scrape-coredns',
    from: prometheus,
    to: pods('kube-system', 'kube-dns'),
    protocol: 'tcp',
    ports: port(PORTS.coredns),
    why: 'name resolution in the cluster',
  },
  {
    name: 'scrape-alertmanager',
    from: prometheus,
    to: alertmanager,
    protocol: 'tcp',
    ports: port(PORTS.alertmanager),
    why: 'alerts go out, and the sender is watched',
  },
  {
    name: 'scrape-grafana',
    from: prometheus,
    to: grafana,
    protocol: 'tcp',
    ports: port(PORTS.grafana),
    why: 'the dashboards are watched as well',
  },
  {
    name: 'prometheus-to-blackbox',
    from: prometheus,
    to: blackbox,
    protocol: 'tcp',
    ports: port(PORTS.blackbox),
    why: 'probes of public names and of certificates',
  },
  {
    name: 'observers',
    from: prometheus,
    to: prometheus,
    reach: 'others',
    protocol: 'tcp',
    ports: [PORTS.prometheus],
    why: 'each observer knows whether the others live, so that one failure pages once',
  },
  {
    name: 'blackbox-to-front',
    from: blackbox,
    to: balancer('app'),
    reach: 'all',
    protocol: 'tcp',
    ports: port(PORTS.http, PORTS.https),
    why: 'every public name of every site, as a client sees it',
  },
  {
    name: 'blackbox-to-database',
    from: blackbox,
    to: database,
    reach: 'all',
    protocol: 'tcp',
    ports: port(PORTS.cockroachHttp),
    why: 'how long the certificates of the database still last',
  },
  {
    name: 'kube-state-to-kubernetes-api',
    from: kubeStateMetrics,
    to: role('control-plane'),
    protocol: 'tcp',
    ports: port(PORTS.kubernetesApi),
    why: 'it watches every object',
  },
  {
    name: 'grafana-to-prometheus',
    from: grafana,
    to: prometheus,
    protocol: 'tcp',
    ports: [PORTS.prometheus],
    why: 'dashboards',
  },
  {
    name: 'alertmanager-peers',
    from: alertmanager,
    to: alertmanager,
    protocol: 'tcp',
    ports: port(PORTS.alertmanagerPeers),
    why: 'one message per alert, not one per replica',
  },
  {
    name: 'alertmanager-to-on-call',
    from: alertmanager,
    to: outside('on-call'),
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'alerts reach people through the web hook of their on-call service',
  },

  // Edges among themselves and with the router.
  {
    name: 'vrrp',
    from: edges,
    to: edges,
    protocol: 'vrrp',
    ports: [],
    why: 'who holds the virtual addresses',
  },
  {
    name: 'haproxy-peers',
    from: edges,
    to: edges,
    protocol: 'tcp',
    ports: port(PORTS.peers),
    why: 'both edges share their stick tables',
  },
  {
    name: 'bgp',
    from: edges,
    to: { kind: 'router' },
    protocol: 'tcp',
    ports: port(179),
    why: 'the anycast addresses are announced',
  },
  {
    name: 'bgp-back',
    from: { kind: 'router' },
    to: edges,
    protocol: 'tcp',
    ports: port(179),
    why: 'either side opens the session',
  },
  {
    name: 'bfd',
    from: edges,
    to: { kind: 'router' },
    protocol: 'udp',
    ports: port(3784),
    why: 'a dead path is seen within 300 ms',
  },
  {
    name: 'bfd-back',
    from: { kind: 'router' },
    to: edges,
    protocol: 'udp',
    ports: port(3784),
    why: 'BFD runs both ways',
  },

  // Administration, and what every host needs.
  {
    name: 'ssh-to-bastion',
    from: { kind: 'administrators' },
    to: role('bastion'),
    protocol: 'tcp',
    ports: port(22),
    why: 'the only way in for people',
  },
  {
    name: 'ssh-from-bastion',
    from: role('bastion'),
    to: hosts,
    protocol: 'tcp',
    ports: port(22),
    why: 'administration and Kubespray',
  },
  {
    name: 'ssh-to-arbiters',
    from: { kind: 'administrators' },
    to: { kind: 'arbiters' },
    protocol: 'tcp',
    ports: port(22),
    why: 'a site without a cluster has no bastion, and must be mended when both clusters are lost',
  },
  {
    name: 'icmp',
    from: hosts,
    to: hosts,
    reach: 'all',
    protocol: 'icmp',
    ports: [],
    why: 'path MTU and reachability between our hosts',
  },
  {
    name: 'time',
    from: hosts,
    to: outside('ntp'),
    protocol: 'udp',
    ports: port(123),
    why: 'one time source; a database node stops at 80 % of the clock offset',
  },
  {
    name: 'names',
    from: hosts,
    to: outside('dns'),
    protocol: 'udp',
    ports: port(53),
    why: 'name resolution',
  },
  {
    name: 'names-tcp',
    from: hosts,
    to: outside('dns'),
    protocol: 'tcp',
    ports: port(53),
    why: 'answers that do not fit a datagram',
  },
  {
    name: 'packages',
    from: hosts,
    to: outside('packages'),
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'operating system updates',
  },
  {
    name: 'images',
    from: kubernetes,
    to: outside('registry'),
    protocol: 'tcp',
    ports: port(PORTS.https),
    why: 'container images',
  },
];

/** The hosts of one site that a party means; pods run on its workers, outsiders on none. */
export function hostsAt(party: Party, site: Site): Host[] {
  switch (party.kind) {
    case 'role':
      return hostsOf(site, party.role);
    case 'kubernetes':
      return site.kubernetes ? [...hostsOf(site, 'control-plane'), ...workers(site)] : [];
    case 'database':
      return databaseNodes(site);
    case 'hosts':
      return site.hosts;
    case 'arbiters':
      return site.kubernetes ? [] : site.hosts;
    case 'pods':
    case 'namespace':
    case 'all-pods':
      return site.kubernetes ? workers(site) : [];
    case 'balancer':
      if (party.balancer === 'database' && !site.kubernetes) return databaseNodes(site);
      return site.edge?.kind === 'haproxy' ? hostsOf(site, 'edge') : [];
    default:
      return [];
  }
}

/** Addresses a flow's *source* shows to a host of `to`: private within a site, public between sites. */
export function sourceAddresses(party: Party, model: Model, from: Site, to: Site): string[] {
  switch (party.kind) {
    case 'internet':
      return ['0.0.0.0/0', '::/0'];
    case 'administrators':
      return model.administrators.networks;
    case 'router':
      return both(from.routing?.peer.address ?? {});
    case 'balancer':
      // Without an edge the balancer runs on the hosts themselves.
      if (from.edge) return balancerSources(from);
      return hostsAt(party, from).flatMap((host) => both(host.address));
    default:
      return hostsAt(party, from).flatMap((host) =>
        from.code === to.code ? both(host.address) : abroad(host),
      );
  }
}

/** Addresses that a flow's *target* is dialled by from a site; empty for outsiders, whose addresses are not ours. */
export function targetAddresses(party: Party, from: Site, to: Site): string[] {
  if (party.kind === 'balancer') {
    const address = { app: appAddress, api: apiAddress, database: databaseAddress }[party.balancer](to);
    return both(address);
  }
  if (party.kind === 'router') return both(to.routing?.peer.address ?? {});
  if (party.kind === 'octavia') {
    const edge = to.edge?.kind === 'octavia' ? [to.edge.app, to.edge.api, to.edge.database] : [];
    return edge.flatMap(({ address }) => both(address));
  }
  return hostsAt(party, to).flatMap((host) => (from.code === to.code ? both(host.address) : abroad(host)));
}

/**
 * The addresses by which machines of ours come to the app's balancer of a site, as the flows of the table bring them there:
 * limits are for everybody else. Of another site all that the world may see of a host, for which family it takes is its
 * resolver's choice; of the own site both, for the way to a public address may translate a private one. A host without
 * a public address that leaves its site through a router shared with others is not known here, and counts as a client.
 */
export function machinesAtApp(model: Model, site: Site): string[] {
  const addresses = FLOWS.filter(({ from, to }) => isApp(to) && from.kind !== 'internet').flatMap((flow) =>
    model.sites
      .filter((from) => targetSites(flow, model, from).includes(site))
      .flatMap((from) =>
        hostsAt(flow.from, from)
          .flatMap((host) => [...both(host.address), ...both(host.public)])
          .filter((address) => from === site || !isPrivate(address)),
      ),
  );
  return [...new Set(addresses)].sort((a, b) => compareAddresses(a, b));
}
const isApp = (party: Party): boolean => party.kind === 'balancer' && party.balancer === 'app';
/** IPv4 first, then by number. */
function compareAddresses(a: string, b: string): number {
  if (familyOf(a) !== familyOf(b)) return familyOf(a) === 'ipv4' ? -1 : 1;
  const difference = toNumber(a) - toNumber(b);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** A host with nothing but a private address is unknown at other sites. */
const abroad = (host: Host): string[] => [reachable(host)].filter((address) => !isPrivate(address));

/** The sites that a flow leads to from one site. */
export function targetSites(flow: Flow, model: Model, from: Site): Site[] {
  const reach = flow.reach ?? 'own';
  return [...(reach === 'others' ? [] : [from]), ...(reach === 'own' ? [] : others(model, from))];
}
