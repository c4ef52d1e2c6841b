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
import { announced, appAddress, type Host, type Model, others, reachable, type Site } from '#sites/model.ts';
import {
  FLOWS,
  type Flow,
  hostsAt,
  type Party,
  sourceAddresses,
  targetAddresses,
  targetSites,
} from '#sites/traffic/flows.ts';

export interface Place {
  model: Model;
  site: Site;
}

/**
 * What the front firewall stands between: the world, the network of the edges' public legs, and the network of all hosts. An
 * edge has a leg in both of the inner ones, so what edges and hosts say to each other does not cross it.
 */
export type Zone = 'world' | 'public' | 'nodes';
/** One side of a crossing; `any` is every address of the zone. */
export interface Side {
  zone: Zone | 'firewall';
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
 * What crosses the front firewall of an on-premises site, from the table of flows alone. Hosts stand here by their own
 * addresses: both pf and nftables translate a destination before they filter.
 */
export function crossings(place: Place): Crossing[] {
  return reduced(FLOWS.flatMap((flow) => ofFlow(flow, place)));
}

function ofFlow(flow: Flow, place: Place): Crossing[] {
  const pairs = [
    ...product(fromWorld(flow, place), inside(flow.to, place)),
    ...product(insiders(flow, place), toWorld(flow, place)),
    ...product(insiders(flow, place), ownApp(flow, place)),
    ...product(insiders(flow, place), firewall(flow, place)),
  ];
  const pods = isPods(flow.to);
  const ports = flow.ports.flatMap(({ port, end = port, nodePort }) =>
    pods ? (nodePort ? [{ first: nodePort, last: nodePort }] : []) : [{ first: port, last: end }],
  );
  if (flow.protocol === 'vrrp' || (flow.protocol !== 'icmp' && ports.length === 0)) return [];
  const { name, protocol, why } = flow;
  return pairs
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

const product = <A, B>(as: A[], bs: B[]): [A, B][] => as.flatMap((a) => bs.map((b): [A, B] => [a, b]));
const isPods = ({ kind }: Party): boolean => kind === 'pods' || kind === 'namespace' || kind === 'all-pods';

/** Who of the world a flow brings to this site. */
function fromWorld(flow: Flow, { model, site }: Place): Side[] {
  if (flow.from.kind === 'internet' || flow.from.kind === 'administrators') {
    const addresses = flow.from.kind === 'internet' ? ('any' as const) : model.administrators.networks;
    return targetSites(flow, model, site).includes(site)
      ? [{ zone: 'world', name: flow.from.kind, addresses }]
      : [];
  }
  return others(model, site)
    .filter((other) => targetSites(flow, model, other).includes(site))
    .map(
      (other): Side => ({
        zone: 'world',
        name: `${other.code}_${label(flow.from)}`,
        addresses: sourceAddresses(flow.from, model, other, site),
      }),
    )
    .filter(({ addresses }) => addresses.length > 0);
}

/** What a flow reaches at this site from the world: hosts that the world knows, each by its own address. */
function inside(party: Party, place: Place): Side[] {
  if (party.kind === 'balancer') return party.balancer === 'app' ? [app(place)] : [];
  const all = hostsAt(party, place.site);
  const known = all.filter((host) => !isPrivate(reachable(host)));
  return sides(known, known.length < all.length ? `reachable_${label(party)}` : label(party), place);
}

/** Who of this site a flow lets speak; edges speak to the world by their public leg. */
const insiders = (flow: Flow, place: Place): Side[] =>
  sides(hostsAt(flow.from, place.site), label(flow.from), place);

function sides(hosts: Host[], name: string, { site }: Place): Side[] {
  const nodes = hosts.filter(({ role }) => role !== 'edge').flatMap(({ address }) => both(address));
  const edges = hosts.filter(({ role }) => role === 'edge').flatMap((host) => both(host.public));
  return [
    ...(nodes.length > 0 ? [{ zone: 'nodes' as const, name: `${site.code}_${name}`, addresses: nodes }] : []),
    ...(edges.length > 0 ? [{ zone: 'public' as const, name: `${site.code}_edges`, addresses: edges }] : []),
  ];
}

function toWorld(flow: Flow, { model, site }: Place): Side[] {
  if (flow.to.kind === 'outside') return [{ zone: 'world', name: 'any', addresses: 'any' }];
  return targetSites(flow, model, site)
    .filter((other) => other !== site)
    .map(
      (other): Side => ({
        zone: 'world',
        name: `${other.code}_${label(flow.to)}`,
        addresses: targetAddresses(flow.to, site, other).filter((address) => !isPrivate(address)),
      }),
    )
    .filter(({ addresses }) => addresses.length > 0);
}

const ownApp = (flow: Flow, place: Place): Side[] =>
  flow.to.kind === 'balancer' &&
  flow.to.balancer === 'app' &&
  targetSites(flow, place.model, place.site).includes(place.site)
    ? [app(place)]
    : [];

const firewall = (flow: Flow, { site }: Place): Side[] =>
  flow.to.kind === 'router' && site.routing
    ? [{ zone: 'firewall', name: 'firewall', addresses: both(site.routing.peer.address) }]
    : [];

/** The app at this site, by its own addresses and, where they are announced, by those of the service. */
const app = ({ model, site }: Place): Side => ({
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

function families(from: Side, to: Side, { site }: Place): Family[] {
  const has = ({ addresses }: Side, family: Family) =>
    addresses === 'any'
      ? site.networks.public[family] !== undefined
      : addresses.some((address) => familyOf(address) === family);
  return FAMILIES.filter((family) => has(from, family) && has(to, family));
}

/** Each crossing once, and none that another one covers; the one that stays names the flows of both. */
function reduced(all: Crossing[]): Crossing[] {
  const kept: Crossing[] = [];
  for (const crossing of all) {
    const twin = kept.find((each) => sameSides(each, crossing));
    if (twin) {
      twin.ports = [...twin.ports, ...crossing.ports];
      twin.flows = [...new Set([...twin.flows, ...crossing.flows])];
    } else kept.push({ ...crossing });
  }
  for (const each of kept) each.ports = joined(each.ports);
  return kept.filter((narrow) => {
    const wide = kept.find((each) => each !== narrow && covers(each, narrow));
    if (wide) wide.flows = [...new Set([...wide.flows, ...narrow.flows])];
    return !wide;
  });
}
const sameSides = (a: Crossing, b: Crossing): boolean =>
  a.protocol === b.protocol && covers({ ...a, ports: b.ports }, b) && covers({ ...b, ports: a.ports }, a);

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
export const translated = ({ site }: Place): { host: Host; outer: string; inner: string }[] =>
  site.hosts
    .filter(
      ({ role, public: outer, address }) =>
        role !== 'edge' && outer.ipv4 && address.ipv4 && outer.ipv4 !== address.ipv4,
    )
    .map((host) => ({ host, outer: host.public.ipv4!, inner: host.address.ipv4! }));

/** The firewall's own addresses in the inner networks, which its pair shares: in that of the hosts the first one there is. */
export function gateways({
  site,
}: Place): { zone: 'public' | 'nodes'; family: Family; address: string; length: number }[] {
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
export const innerNetworks = ({ model, site }: Place): string[] => [
  ...both(site.networks.public),
  ...both(site.networks.nodes),
  ...both(announced(model, site)).map(hostRoute),
];
