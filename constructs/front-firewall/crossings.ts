import type { AtSite } from '#constructs/at-site.ts';
import {
  both,
  FAMILIES,
  type Family,
  familyOf,
  hostRoute,
  isPrivate,
  prefixLength,
  routerOf,
} from '#sites/address.ts';
import type { Host } from '#sites/model.ts';
import { announced, appAddress, reachable } from '#sites/questions.ts';
import {
  type Conversation,
  conversations,
  type End,
  isWithin,
  portsOnHosts,
} from '#sites/traffic/conversations.ts';
import type { Flow } from '#sites/traffic/flows.ts';
import { isBalancer, type Party } from '#sites/traffic/parties.ts';

/**
 * What the front firewall stands between: the world, the network of the edges' public legs, and the network of all hosts. An
 * edge has a leg in both of the inner ones, so what edges and hosts say to each other does not cross it.
 */
export type FirewallZone = 'world' | 'public' | 'nodes';
/** One side of a crossing; `any` is every address of the zone. */
export interface Side {
  zone: FirewallZone | 'firewall';
  /** What a person calls it: `dc_workers`. */
  name: string;
  addresses: 'any' | string[];
}
/** Something that the front firewall lets through, or takes itself. */
export interface Crossing {
  from: Side;
  to: Side;
  families: Family[];
  protocol: 'tcp' | 'udp' | 'icmp';
  ports: { first: number; last: number }[];
  /** Names of the flows that need it, and the first one's reason. */
  flows: string[];
  why: string;
}

/**
 * What crosses the front firewall of an on-premises site, conversation by conversation. Hosts stand here by their own
 * addresses: both pf and nftables translate a destination before they filter.
 */
export function crossings(place: AtSite): Crossing[] {
  const byFlow = Map.groupBy(conversations(place.model, place.site), ({ flow }) => flow);
  return reduced([...byFlow].flatMap(([flow, all]) => ofFlow(flow, all, place)));
}

function ofFlow(flow: Flow, all: Conversation[], place: AtSite): Crossing[] {
  const ports = portsOnHosts(flow);
  if (flow.protocol === 'vrrp' || (flow.protocol !== 'icmp' && ports.length === 0)) return [];
  const { name, protocol, why } = flow;
  return pairs(all, place)
    .filter(([from, to]) => from.zone !== to.zone)
    .map(([from, to]) => ({
      from,
      to,
      families: families(from, to, place),
      protocol,
      ports,
      flows: [name],
      why,
    }))
    .filter((crossing) => crossing.families.length > 0);
}

/** Both sides of what may cross: from the world to this site, and from this site to the world, its own app and the firewall. */
function pairs(all: Conversation[], place: AtSite): [Side, Side][] {
  const arriving = all.filter((each) => each.way === 'in' && isFromWorld(each));
  const leaving = all.filter(({ way }) => way === 'out');
  const reached = arriving.slice(0, 1).flatMap(({ to }) => inside(to, place));
  const speakers = leaving.slice(0, 1).flatMap(({ from }) => sides(from.hosts, label(from.party), place));
  const near = leaving.filter(isWithin).flatMap(({ to }) => withinReach(to.party, place));
  return [
    ...product(arriving.flatMap(fromWorld), reached),
    ...product(speakers, [...leaving.flatMap(toWorld), ...near]),
  ];
}

const product = <A, B>(as: A[], bs: B[]): [A, B][] => as.flatMap((a) => bs.map((b): [A, B] => [a, b]));

/** What hosts of a site reach there through the front firewall: the app by its public address, and the firewall itself. */
function withinReach(party: Party, place: AtSite): Side[] {
  if (party.kind === 'router') return firewall(place);
  return isBalancer(party, 'app') ? [app(place)] : [];
}

/** People and strangers come from the world wherever they are met, everybody else from another site. */
const isFromWorld = (conversation: Conversation): boolean =>
  isOutsider(conversation.from.party) === isWithin(conversation);
const isOutsider = ({ kind }: Party): boolean => kind === 'internet' || kind === 'administrators';

/** Who of the world a conversation brings to this site. */
function fromWorld({ from: { party, site, addresses } }: Conversation): Side[] {
  if (party.kind === 'internet') return [{ zone: 'world', name: 'internet', addresses: 'any' }];
  const texts = addresses.map(({ text }) => text);
  const name = isOutsider(party) ? party.kind : `${site.code}_${label(party)}`;
  return texts.length > 0 ? [{ zone: 'world', name, addresses: texts }] : [];
}

/** What a conversation reaches at this site from the world: hosts that the world knows, each by its own address. */
function inside({ party, hosts }: End, place: AtSite): Side[] {
  if (party.kind === 'balancer') return party.balancer === 'app' ? [app(place)] : [];
  const known = hosts.filter((host) => !isPrivate(reachable(host)));
  return sides(known, known.length < hosts.length ? `reachable_${label(party)}` : label(party), place);
}

/** Hosts of this site; edges speak to the world by their public leg. */
function sides(hosts: readonly Host[], name: string, { site }: AtSite): Side[] {
  const nodes = hosts.filter(({ role }) => role !== 'edge').flatMap(({ address }) => both(address));
  const edges = hosts.filter(({ role }) => role === 'edge').flatMap((host) => both(host.public));
  return [
    ...(nodes.length > 0 ? [{ zone: 'nodes' as const, name: `${site.code}_${name}`, addresses: nodes }] : []),
    ...(edges.length > 0 ? [{ zone: 'public' as const, name: `${site.code}_edges`, addresses: edges }] : []),
  ];
}

function toWorld(conversation: Conversation): Side[] {
  const { party, site, addresses } = conversation.to;
  if (party.kind === 'outside') return [{ zone: 'world', name: 'any', addresses: 'any' }];
  const open = addresses.filter(({ text }) => !isPrivate(text)).map(({ text }) => text);
  return isWithin(conversation) || open.length === 0
    ? []
    : [{ zone: 'world', name: `${site.code}_${label(party)}`, addresses: open }];
}

const firewall = ({ site }: AtSite): Side[] =>
  site.routing ? [{ zone: 'firewall', name: 'firewall', addresses: both(site.routing.peer.address) }] : [];

/** The app at this site, by its own addresses and, where they are announced, by those of the service. */
const app = ({ model, site }: AtSite): Side => ({
  zone: 'public',
  name: `${site.code}_app`,
  addresses: [...both(appAddress(site)), ...both(announced(model, site))],
});

function label(party: Party): string {
  switch (party.kind) {
    case 'role':
      return `${party.role.replaceAll('-', '_')}s`;
    case 'balancer':
      return party.balancer;
    case 'pods':
    case 'namespace':
    case 'all-pods':
      return 'workers';
    default:
      return party.kind;
  }
}

function families(from: Side, to: Side, { site }: AtSite): Family[] {
  const has = ({ addresses }: Side, family: Family) =>
    addresses === 'any'
      ? site.networks.public[family] !== undefined
      : addresses.some((address) => familyOf(address) === family);
  return FAMILIES.filter((family) => has(from, family) && has(to, family));
}

/** Each crossing once, and none that another one covers; the one that stays names the flows of both. */
function reduced(all: Crossing[]): Crossing[] {
  const kept: Crossing[] = [];
  const twins = new Map<string, Crossing>();
  for (const crossing of all) {
    const key = bySides(crossing);
    const twin = twins.get(key);
    if (twin) {
      twin.ports = [...twin.ports, ...crossing.ports];
      twin.flows = [...new Set([...twin.flows, ...crossing.flows])];
    } else {
      const own = { ...crossing };
      twins.set(key, own);
      kept.push(own);
    }
  }
  for (const each of kept) each.ports = joined(each.ports);
  const near = neighbours(kept);
  return kept.filter((narrow) => {
    const wide = near(narrow).find((each) => each !== narrow && covers(each, narrow));
    if (wide) wide.flows = [...new Set([...wide.flows, ...narrow.flows])];
    return !wide;
  });
}
/** The same text for crossings of one protocol between the same addresses, in whichever order they are named. */
const bySides = ({ protocol, from, to }: Crossing): string =>
  JSON.stringify([
    protocol,
    ...[from, to].map(({ zone, addresses }) => [
      zone,
      addresses === 'any' ? addresses : [...new Set(addresses)].sort(),
    ]),
  ]);

/**
 * Those of which one may cover another, in their order: whoever covers it has the first address of where it comes from, or takes all.
 * With as many sites as one likes these are a few flows of one of them.
 */
function neighbours(all: readonly Crossing[]): (narrow: Crossing) => readonly Crossing[] {
  const known = new Map<string, Crossing[]>();
  const put = (key: string, crossing: Crossing) => {
    const found = known.get(key) ?? [];
    found.push(crossing);
    known.set(key, found);
  };
  for (const crossing of all) {
    const { addresses } = crossing.from;
    for (const each of addresses === 'any' ? [addresses] : new Set(addresses)) put(each, crossing);
  }
  const place = new Map(all.map((crossing, index) => [crossing, index]));
  return ({ from: { addresses } }) => {
    if (addresses === 'any') return known.get(addresses) ?? [];
    const [first] = addresses;
    if (first === undefined) return all;
    return [...(known.get(first) ?? []), ...(known.get('any') ?? [])].sort(
      (a, b) => place.get(a)! - place.get(b)!,
    );
  };
}

function covers(wide: Crossing, narrow: Crossing): boolean {
  return (
    wide.protocol === narrow.protocol &&
    within(wide.from, narrow.from) &&
    within(wide.to, narrow.to) &&
    narrow.ports.every(({ first, last }) =>
      wide.ports.some((port) => port.first <= first && last <= port.last),
    )
  );
}
const within = (wide: Side, narrow: Side): boolean =>
  wide.zone === narrow.zone &&
  (wide.addresses === 'any' ||
    (narrow.addresses !== 'any' && narrow.addresses.every((address) => wide.addresses.includes(address))));

const joined = (ports: Crossing['ports']): Crossing['ports'] =>
  [...new Map(ports.map((port) => [`${port.first}-${port.last}`, port])).values()].sort(
    (a, b) => a.first - b.first,
  );

/** A host whose public address is not on an interface of its own: the front firewall translates, one to one. */
export const translated = ({ site }: AtSite): { host: Host; outer: string; inner: string }[] =>
  site.hosts
    .filter(
      ({ role, public: outer, address }) =>
        role !== 'edge' && outer.ipv4 && address.ipv4 && outer.ipv4 !== address.ipv4,
    )
    .map((host) => ({ host, outer: host.public.ipv4!, inner: host.address.ipv4! }));

/** The firewall's own addresses in the inner networks, which its pair shares: in that of the hosts the first one there is. */
export function gateways({
  site,
}: AtSite): { zone: 'public' | 'nodes'; family: Family; address: string; length: number }[] {
  const edge = site.edge?.kind === 'haproxy' ? site.edge.gateway : {};
  return FAMILIES.flatMap((family) => {
    const open = site.networks.public[family];
    const nodes = site.networks.nodes[family];
    return [
      ...(open && edge[family]
        ? [{ zone: 'public' as const, family, address: edge[family], length: prefixLength(open) }]
        : []),
      ...(nodes
        ? [{ zone: 'nodes' as const, family, address: routerOf(nodes), length: prefixLength(nodes) }]
        : []),
    ];
  });
}

/** Every address that stands inside, and so never speaks from the world: our networks, and the service addresses where they are announced. */
export const innerNetworks = ({ model, site }: AtSite): string[] => [
  ...both(site.networks.public),
  ...both(site.networks.nodes),
  ...both(announced(model, site)).map(hostRoute),
];
