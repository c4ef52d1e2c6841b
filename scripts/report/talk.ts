import type { Model, Site } from '#sites/model.ts';
import { type Conversation, conversations, type End } from '#sites/traffic/conversations.ts';
import type { Flow } from '#sites/traffic/flows.ts';
import type { Party } from '#sites/traffic/parties.ts';

/** What a conversation is about: the layers of the map, in the order in which they are drawn. */
export const KINDS = {
  clients: 'the way in',
  database: 'database',
  objects: 'object store',
  cluster: 'Kubernetes',
  observation: 'observation',
  administration: 'administration',
  basics: 'basics and services of others',
} as const;
export type Kind = keyof typeof KINDS;

/** Two places on the map, and the flows between them, by their place in `Talk.flows`. */
export interface Line {
  kind: Kind;
  from: string;
  to: string;
  flows: number[];
}
/** One flow, from or to somebody on the map. */
export interface Exchange {
  flow: Flow;
  from: string[];
  to: string[];
  fromSite: Site;
  toSite: Site;
}
export interface Talk {
  /** Those that somebody has. */
  flows: Flow[];
  lines: Line[];
  exchanges: Exchange[];
}

/** Who is on the map and is none of our hosts. */
export const OUTSIDERS: Record<string, string> = {
  internet: 'Internet',
  administrators: 'Administrators',
  services: 'Others',
};
export const routerOf = ({ code }: Site): string => `${code}:router`;
export const octaviaOf = ({ code }: Site): string => `${code}:octavia`;

/** The conversations of all sites as lines between places of the map. */
export function talkOf(model: Model): Talk {
  const exchanges = model.sites
    .flatMap((site) => conversations(model, site).filter(({ way }) => way === 'out'))
    .map(exchange)
    .filter(({ from, to }) => from.length > 0 && to.length > 0);
  const flows = [...new Set(exchanges.map(({ flow }) => flow))];
  const lines = new Map<string, Line>();
  for (const { flow, from, to } of exchanges) {
    const [kind, index] = [kindOf(flow), flows.indexOf(flow)];
    for (const one of from)
      for (const other of to) {
        if (one === other) continue;
        const [first, second] = one < other ? [one, other] : [other, one];
        const key = `${kind} ${first} ${second}`;
        const line = lines.get(key) ?? { kind, from: first, to: second, flows: [] };
        if (!line.flows.includes(index)) line.flows.push(index);
        lines.set(key, line);
      }
  }
  return { flows, lines: [...lines.values()], exchanges };
}

const exchange = ({ flow, from, to }: Conversation): Exchange => ({
  flow,
  from: placesOf(from),
  to: placesOf(to),
  fromSite: from.site,
  toSite: to.site,
});

function placesOf({ party, site, hosts }: End): string[] {
  if (hosts.length > 0) return hosts.map(({ name }) => name);
  switch (party.kind) {
    case 'internet':
    case 'administrators':
      return [party.kind];
    case 'outside':
      return ['services'];
    case 'router':
      return site.routing ? [routerOf(site)] : [];
    case 'balancer':
    case 'octavia':
      return site.edge?.kind === 'octavia' ? [octaviaOf(site)] : [];
    default:
      return [];
  }
}

const WATCHERS = ['monitoring', 'node-exporter', 'kube-system'];
export function kindOf({ from, to, protocol }: Flow): Kind {
  const either = (is: (party: Party) => boolean) => is(from) || is(to);
  const inNamespace = (...names: string[]) =>
    either(
      (party) => (party.kind === 'pods' || party.kind === 'namespace') && names.includes(party.namespace),
    );
  if (protocol === 'icmp' || either(({ kind }) => kind === 'outside')) return 'basics';
  if (
    either((party) => party.kind === 'administrators' || (party.kind === 'role' && party.role === 'bastion'))
  )
    return 'administration';
  if (inNamespace(...WATCHERS) && !either(({ kind }) => kind === 'all-pods')) return 'observation';
  if (
    either(
      (party) => party.kind === 'database' || (party.kind === 'balancer' && party.balancer === 'database'),
    ) ||
    inNamespace('cockroachdb')
  )
    return 'database';
  if (inNamespace('rook-ceph')) return 'objects';
  if (
    either(
      (party) =>
        ['kubernetes', 'all-pods'].includes(party.kind) ||
        (party.kind === 'role' && party.role === 'control-plane') ||
        (party.kind === 'balancer' && party.balancer === 'api'),
    )
  )
    return 'cluster';
  return 'clients';
}

/** A side of a flow in words. */
export function partyText(party: Party): string {
  switch (party.kind) {
    case 'internet':
      return 'anyone';
    case 'administrators':
      return 'administrators';
    case 'router':
      return 'router';
    case 'role':
      return `hosts of role ${party.role}`;
    case 'kubernetes':
      return 'control plane and workers';
    case 'database':
      return 'database nodes';
    case 'hosts':
      return 'hosts';
    case 'arbiters':
      return 'hosts of arbiter sites';
    case 'balancer':
      return `balancer of the ${{ app: 'app', api: 'Kubernetes API', database: 'database' }[party.balancer]}`;
    case 'octavia':
      return 'balancers of Octavia';
    case 'pods':
      return `pods ${party.namespace}/${party.app}`;
    case 'namespace':
      return `pods of ${party.namespace}`;
    case 'all-pods':
      return 'every pod';
    case 'outside':
      return `${party.service}, of others`;
  }
}

/** `tcp 26257, 8080 (node port 30080)` */
export const portsText = ({ protocol, ports }: Flow): string =>
  [
    protocol,
    ports
      .map(
        ({ port, end, nodePort }) =>
          `${port}${end ? `–${end}` : ''}${nodePort ? ` (node port ${nodePort})` : ''}`,
      )
      .join(', '),
  ]
    .join(' ')
    .trim();
