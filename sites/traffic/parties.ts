import type { Role } from '../schema/schema.ts';

/** One side of a flow, named by what it is; `conversations` say which hosts and addresses that means. */
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

export type PodsParty = Extract<Party, { kind: 'pods' | 'namespace' | 'all-pods' }>;
/** Whether a party runs as pods, which other sites reach at the node ports of the workers only. */
export const isPods = (party: Party): party is PodsParty =>
  party.kind === 'pods' || party.kind === 'namespace' || party.kind === 'all-pods';
/** Whether a party is the hosts of this role, by that name. */
export const isRole = (party: Party, name: Role): boolean => party.kind === 'role' && party.role === name;
/** Whether a party is the balancer of this name. */
export const isBalancer = (party: Party, name: 'app' | 'api' | 'database'): boolean =>
  party.kind === 'balancer' && party.balancer === name;

export const role = (name: Role): Party => ({ kind: 'role', role: name });
export const pods = (namespace: string, app: string): Party => ({ kind: 'pods', namespace, app });
export const balancer = (name: 'app' | 'api' | 'database'): Party => ({ kind: 'balancer', balancer: name });
export const outside = (service: Extract<Party, { kind: 'outside' }>['service']): Party => ({
  kind: 'outside',
  service,
});
export const internet: Party = { kind: 'internet' };
export const hosts: Party = { kind: 'hosts' };
export const administrators: Party = { kind: 'administrators' };
export const router: Party = { kind: 'router' };
export const octavia: Party = { kind: 'octavia' };
export const arbiters: Party = { kind: 'arbiters' };
export const kubernetes: Party = { kind: 'kubernetes' };
export const database: Party = { kind: 'database' };
export const allPods: Party = { kind: 'all-pods' };
export const edges = role('edge');
export const traefik = pods('traefik', 'traefik');
export const api = pods('education', 'education-api');
export const web = pods('education', 'education-web');
export const migrations = pods('education', 'education-migrations');
export const objectGateway = pods('rook-ceph', 'ceph-rgw');
export const ceph: Party = { kind: 'namespace', namespace: 'rook-ceph' };
export const certManager = pods('cert-manager', 'cert-manager');
export const pgbouncer = pods('education', 'pgbouncer');
export const memcached = pods('education', 'memcached');
export const prometheus = pods('monitoring', 'prometheus');
export const alertmanager = pods('monitoring', 'alertmanager');
export const blackbox = pods('monitoring', 'blackbox-exporter');
export const kubeStateMetrics = pods('monitoring', 'kube-state-metrics');
export const grafana = pods('monitoring', 'grafana');
