import { contains, type Family, familyOf, hostRoute, prefixLength } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import type { Role } from '#sites/schema/schema.ts';
import {
  FLOWS,
  type Flow,
  hostsAt,
  type Party,
  sourceAddresses,
  targetAddresses,
  targetSites,
} from '#sites/traffic/flows.ts';
import { familiesOf, type Place } from './place.ts';

/** One thing that a security group lets through. */
export interface Admitted {
  direction: 'ingress' | 'egress';
  family: Family;
  protocol: Flow['protocol'];
  /** Absent for protocols without ports. */
  ports?: { first: number; last: number };
  /** Hosts of a role of this site, or addresses. */
  remote: { role: Role } | { cidr: string };
  /** Names of the flows that need it. */
  flows: string[];
}

/**
 * What the hosts of one role let in and out, from the table of flows alone. Pods are their workers here: within a site they
 * talk in the overlay, which is a flow of its own, and from outside they are reached at their node ports. Nothing is listed
 * twice: OpenStack refuses a rule that is there, and what a wider rule lets through needs no narrower one.
 */
export function admitted({ model, site, role }: Place & { role: Role }): Admitted[] {
  const all = FLOWS.flatMap((flow) => [
    ...model.sites
      .filter((from) => targetSites(flow, model, from).includes(site) && isAt(flow.to, site, role))
      .flatMap((from) =>
        rules('ingress', flow, site, from === site, sources(flow, { model, site, role }, from)),
      ),
    ...(isAt(flow.from, site, role) ? targetSites(flow, model, site) : []).flatMap((to) =>
      rules('egress', flow, site, to === site, targets(flow, { site, role }, to)),
    ),
  ]);
  return merged(all);
}

/** From where a balancer's listener may be dialled, in one family; in the order of their texts, in which Octavia keeps them. */
export function allowedSources(
  { model, site }: Place,
  flow: (to: Party) => boolean,
  port: number,
  family: Family,
): string[] {
  const cidrs = FLOWS.filter(({ to, ports }) => flow(to) && ports.some((each) => each.port === port)).flatMap(
    (each) =>
      model.sites
        .filter((from) => targetSites(each, model, from).includes(site))
        .flatMap((from) => sourceAddresses(each.from, model, from, site)),
  );
  const networks = [...new Set(cidrs.map(network))].filter((each) => familyOf(each) === family);
  return networks.filter((each) => !networks.some((other) => other !== each && within(other, each))).sort();
}

type Remote = Admitted['remote'];
const isAt = (party: Party, site: Site, role: Role): boolean =>
  hostsAt(party, site).some((host) => host.role === role);
const isPods = ({ kind }: Party): boolean => kind === 'pods' || kind === 'namespace' || kind === 'all-pods';
const network = (address: string): string => (address.includes('/') ? address : hostRoute(address));

function sources({ from: party }: Flow, { model, site, role }: Place & { role: Role }, from: Site): Remote[] {
  const hosts = from === site ? hostsAt(party, site) : [];
  if (hosts.length > 0) return groups(hosts, role);
  return sourceAddresses(party, model, from, site).map((address) => ({ cidr: network(address) }));
}

function targets({ to: party }: Flow, { site, role }: { site: Site; role: Role }, to: Site): Remote[] {
  // Whoever is outside has an address that we do not know, and a security group knows no exceptions.
  if (party.kind === 'outside' || party.kind === 'internet') return [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }];
  const hosts = to === site ? hostsAt(party, site) : [];
  if (hosts.length > 0) return groups(hosts, role);
  return targetAddresses(party, site, to).map((address) => ({ cidr: network(address) }));
}

/** By role; a host that is alone in its role talks to itself without leaving. */
const groups = (hosts: { role: Role }[], own: Role): Remote[] =>
  [...new Set(hosts.map(({ role }) => role))]
    .filter((role) => role !== own || hosts.filter((host) => host.role === own).length > 1)
    .map((role) => ({ role }));

function rules(
  direction: Admitted['direction'],
  flow: Flow,
  site: Site,
  within: boolean,
  remotes: Remote[],
): Admitted[] {
  if (within && isPods(flow.from) && isPods(flow.to)) return [];
  const ports = flow.ports.flatMap(({ port, end = port, nodePort }) => {
    if (!isPods(flow.to)) return [{ first: port, last: end }];
    return nodePort ? [{ first: nodePort, last: nodePort }] : [];
  });
  const portless = flow.protocol === 'icmp' || flow.protocol === 'vrrp';
  return familiesOf(site).flatMap((family) =>
    remotes
      .filter((remote) => 'role' in remote || familyOf(remote.cidr) === family)
      .flatMap((remote) =>
        (portless ? [undefined] : ports).map(
          (each): Admitted => ({
            direction,
            family,
            protocol: flow.protocol,
            ports: each,
            remote,
            flows: [flow.name],
          }),
        ),
      ),
  );
}

/**
 * Each rule once, and none that another one covers; the one that stays names the flows of both. Rules of single addresses are
 * many and cover only others of the same address, so each address is looked at by itself, after the few networks.
 */
function merged(all: Admitted[]): Admitted[] {
  const wide = reduced(all.filter((rule) => !ofOneAddress(rule)));
  const byAddress = Map.groupBy(all.filter(ofOneAddress), ({ remote }) =>
    'cidr' in remote ? remote.cidr : '',
  );
  return [...wide, ...[...byAddress.values()].flatMap((rules) => reduced(rules, wide))];
}
const ofOneAddress = ({ remote, family }: Admitted): boolean =>
  'cidr' in remote && prefixLength(remote.cidr) === (family === 'ipv4' ? 32 : 128);

function reduced(all: Admitted[], over: Admitted[] = []): Admitted[] {
  const kept: Admitted[] = [];
  for (const rule of all) {
    const wider = over.find((each) => covers(each, rule)) ?? kept.find((each) => covers(each, rule));
    if (wider) {
      wider.flows = [...new Set([...wider.flows, ...rule.flows])];
      continue;
    }
    const narrower = kept.filter((each) => covers(rule, each));
    for (const each of narrower) kept.splice(kept.indexOf(each), 1);
    kept.push({ ...rule, flows: [...new Set([...rule.flows, ...narrower.flatMap(({ flows }) => flows)])] });
  }
  return kept;
}

function covers(wide: Admitted, narrow: Admitted): boolean {
  if (wide.direction !== narrow.direction || wide.family !== narrow.family) return false;
  if (wide.protocol !== narrow.protocol) return false;
  if (
    wide.ports &&
    narrow.ports &&
    !(wide.ports.first <= narrow.ports.first && narrow.ports.last <= wide.ports.last)
  )
    return false;
  if ('role' in wide.remote) return 'role' in narrow.remote && wide.remote.role === narrow.remote.role;
  if ('role' in narrow.remote) return prefixLength(wide.remote.cidr) === 0;
  return within(wide.remote.cidr, narrow.remote.cidr);
}
const within = (wide: string, narrow: string): boolean =>
  prefixLength(wide) <= prefixLength(narrow) && contains(wide, narrow.split('/')[0]!);
