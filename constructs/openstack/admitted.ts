import { contains, type Family, hostRoute, ofFamily, prefixLength } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import type { Role } from '#sites/schema/schema.ts';
import {
  type Conversation,
  conversations,
  type End,
  isWithin,
  portsOnHosts,
} from '#sites/traffic/conversations.ts';
import type { Flow } from '#sites/traffic/flows.ts';
import { isPods, type Party } from '#sites/traffic/parties.ts';
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
 * What the hosts of one role let in and out, conversation by conversation. Pods are their workers here: within a site they
 * talk in the overlay, which is a flow of its own, and from outside they are reached at their node ports. Nothing is listed
 * twice: OpenStack refuses a rule that is there, and what a wider rule lets through needs no narrower one.
 */
export function admitted({ model, site, role }: Place & { role: Role }): Admitted[] {
  const all = conversations(model, site).flatMap((each) => {
    const own = each.way === 'in' ? each.to : each.from;
    return own.hosts.some((host) => host.role === role) ? rules(each, { site, role }) : [];
  });
  return merged(all);
}

/** From where a balancer's listener may be dialled, in one family; in the order of their texts, in which Octavia keeps them. */
export function allowedSources(
  { model, site }: Place,
  flow: (to: Party) => boolean,
  port: number,
  family: Family,
): string[] {
  const sources = conversations(
    model,
    site,
    ({ to, ports }) => flow(to) && ports.some((each) => each.port === port),
  )
    .filter(({ way }) => way === 'in')
    .flatMap(({ from }) => from.addresses);
  const networks = [...new Set(ofFamily(sources, family).map(network))];
  return networks.filter((each) => !networks.some((other) => other !== each && within(other, each))).sort();
}

type Remote = Admitted['remote'];
const network = (address: string): string => (address.includes('/') ? address : hostRoute(address));

/** The other end in one family: hosts of the site by their roles, everybody else by addresses. */
function remotes(
  { hosts, addresses }: End,
  { family, near, role }: { family: Family; near: boolean; role: Role },
): Remote[] {
  if (near && hosts.length > 0) return groups(hosts, role);
  // Outsiders have addresses that we do not know, and a security group knows no exceptions.
  return ofFamily(addresses, family).map((address) => ({ cidr: network(address) }));
}

/** By role; a host that is alone in its role talks to itself without leaving. */
const groups = (hosts: readonly Host[], own: Role): Remote[] =>
  [...new Set(hosts.map(({ role }) => role))]
    .filter((role) => role !== own || hosts.filter((host) => host.role === own).length > 1)
    .map((role) => ({ role }));

function rules(conversation: Conversation, { site, role }: { site: Site; role: Role }): Admitted[] {
  const { flow, way, from, to } = conversation;
  const near = isWithin(conversation);
  if (near && isPods(flow.from) && isPods(flow.to)) return [];
  const other = way === 'in' ? from : to;
  const portless = flow.protocol === 'icmp' || flow.protocol === 'vrrp';
  return familiesOf(site).flatMap((family) =>
    remotes(other, { family, near, role }).flatMap((remote) =>
      (portless ? [undefined] : portsOnHosts(flow)).map(
        (ports): Admitted => ({
          direction: way === 'in' ? 'ingress' : 'egress',
          family,
          protocol: flow.protocol,
          ports,
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
