import { type Address, addressesOf, addressOf, isPrivate, toNumber } from '../address.ts';
import type { Host, Model, Site } from '../model.ts';
import {
  apiAddress,
  appAddress,
  balancerSources,
  databaseAddress,
  databaseNodes,
  hostsOf,
  others,
  reachable,
  workers,
} from '../questions.ts';
import { FLOWS, type Flow } from './flows.ts';
import { isBalancer, isPods, type Party } from './parties.ts';

/** One side of a conversation. */
export interface End {
  party: Party;
  /** Where it is; of outsiders the site that they are met at. */
  site: Site;
  /** The hosts of the site that it is made of: workers for pods, none for outsiders and for Octavia. */
  hosts: readonly Host[];
  /** What packets have: as shown to the other end by who dials, as dialled for who answers. Everything for outsiders. */
  addresses: readonly Address[];
}

/** One flow of the table between two places, as one of them sees it. */
export interface Conversation {
  flow: Flow;
  /** Whether the site answers or dials; a flow within a site is there once for each. */
  way: 'in' | 'out';
  from: End;
  to: End;
}

/**
 * The table of flows joined with the sites, once. In the order of the table, of each flow what the site answers, then what it
 * dials, itself before the others. Every firewall is a projection of this.
 * @param isWanted the flows to join; @default all
 */
export function conversations(
  model: Model,
  site: Site,
  isWanted: (flow: Flow) => boolean = () => true,
): Conversation[] {
  return FLOWS.filter(isWanted).flatMap((flow) => [
    ...reached(flow, model, site).map((from) => conversation('in', flow, { model, from, to: site })),
    ...reached(flow, model, site).map((to) => conversation('out', flow, { model, from: site, to })),
  ]);
}

/** Whether both ends are at one site. */
export const isWithin = ({ from, to }: Conversation): boolean => from.site === to.site;

/** Ports as a host sees them: pods are reached at node ports only. Empty for protocols without ports, and for pods that have none. */
export const portsOnHosts = ({ to, ports }: Flow): { first: number; last: number }[] =>
  ports.flatMap(({ port, end = port, nodePort }) => {
    if (!isPods(to)) return [{ first: port, last: end }];
    return nodePort ? [{ first: nodePort, last: nodePort }] : [];
  });

interface Between {
  model: Model;
  from: Site;
  to: Site;
}

function conversation(way: Conversation['way'], flow: Flow, between: Between): Conversation {
  return {
    flow,
    way,
    from: new LazyEnd(flow.from, between.from, () => shown(flow, between)),
    to: new LazyEnd(flow.to, between.to, () => dialled(flow, between)),
  };
}

/** Hosts and addresses are worked out when they are asked for: most renderers look at a few conversations of many. */
class LazyEnd implements End {
  readonly party: Party;
  readonly site: Site;
  readonly #addressesOfEnd: () => Address[];
  #hosts: readonly Host[] | undefined;
  #addresses: readonly Address[] | undefined;

  constructor(party: Party, site: Site, addressesOfEnd: () => Address[]) {
    this.party = party;
    this.site = site;
    this.#addressesOfEnd = addressesOfEnd;
  }
  get hosts() {
    this.#hosts ??= hostsAt(this.party, this.site);
    return this.#hosts;
  }
  get addresses() {
    this.#addresses ??= this.#addressesOfEnd();
    return this.#addresses;
  }
}

/** The hosts of one site that a party means; pods run on its workers, outsiders on none. */
function hostsAt(party: Party, site: Site): readonly Host[] {
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

/** The sites that a flow leads to from one site, which are also those that it comes from: itself before the others. */
const reached = ({ reach = 'own' }: Flow, model: Model, site: Site): Site[] => [
  ...(reach === 'others' ? [] : [site]),
  ...(reach === 'own' ? [] : others(model, site)),
];

const EVERYTHING: Address[] = [
  { family: 'ipv4', text: '0.0.0.0/0' },
  { family: 'ipv6', text: '::/0' },
];

/** What the dialling end shows to the other one: private addresses within a site, public ones between sites. */
function shown(flow: Flow, { model, from, to }: Between): Address[] {
  const { from: party } = flow;
  switch (party.kind) {
    case 'internet':
      return EVERYTHING;
    case 'administrators':
      return model.administrators.networks.map(addressOf);
    case 'router':
      return addressesOf(from.routing?.peer.address);
    case 'balancer':
      // Without an edge the balancer runs on the hosts themselves.
      return from.edge ? balancerSources(from).map(addressOf) : hostsAt(party, from).flatMap(inside);
    default:
      return ofHosts(flow, party, from, from === to);
  }
}

/** By what the dialling end dials the other one. */
function dialled(flow: Flow, { from, to }: Between): Address[] {
  const { to: party } = flow;
  switch (party.kind) {
    case 'outside':
    case 'internet':
      return EVERYTHING;
    case 'balancer':
      return addressesOf({ app: appAddress, api: apiAddress, database: databaseAddress }[party.balancer](to));
    case 'router':
      return addressesOf(to.routing?.peer.address);
    case 'octavia':
      return to.edge?.kind === 'octavia'
        ? [to.edge.app, to.edge.api, to.edge.database].flatMap(({ address }) => addressesOf(address))
        : [];
    default:
      return ofHosts(flow, party, to, from === to);
  }
}

/** Edges speak VRRP to each other on both of their legs. */
function ofHosts({ protocol }: Flow, party: Party, site: Site, isNear: boolean): Address[] {
  const hosts = hostsAt(party, site);
  if (protocol === 'vrrp') return hosts.flatMap((host) => [...inside(host), ...addressesOf(host.public)]);
  return hosts.flatMap(isNear ? inside : abroad);
}

const inside = ({ address }: Host): Address[] => addressesOf(address);
/** A host with nothing but a private address is unknown at other sites. */
const abroad = (host: Host): Address[] => [reachable(host)].filter((text) => !isPrivate(text)).map(addressOf);

/**
 * The addresses by which machines of ours come to the app's balancer of a site: limits are for everybody else. Of another site
 * all that the world may see of a host, for which family it takes is its resolver's choice; of the own site both, for the way
 * to a public address may translate a private one. A host without a public address that leaves its site through a router
 * shared with others is not known here, and counts as a client. In the order of their numbers.
 */
export function machinesAtApp(model: Model, site: Site): readonly Address[] {
  const known = machinesKnown.get(model) ?? new Map<Site, readonly Address[]>();
  machinesKnown.set(model, known);
  const machines = known.get(site) ?? machinesOf(model, site);
  known.set(site, machines);
  return machines;
}
/** Four files of every edge and the cluster ask, and the answer is as long as all sites together. */
const machinesKnown = new WeakMap<Model, Map<Site, readonly Address[]>>();

function machinesOf(model: Model, site: Site): Address[] {
  const machines = conversations(model, site, ({ to }) => isBalancer(to, 'app'))
    .filter(({ way }) => way === 'in')
    .flatMap(({ from }) => from.hosts.map((host) => ({ host, isNear: from.site === site })));
  const all = machines.flatMap(({ host, isNear }) =>
    [...inside(host), ...addressesOf(host.public)].filter(({ text }) => isNear || !isPrivate(text)),
  );
  return [...new Map(all.map((address) => [address.text, address])).values()].sort(byNumber);
}
/** IPv4 first, then by number. */
function byNumber(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family === 'ipv4' ? -1 : 1;
  const difference = toNumber(a.text) - toNumber(b.text);
  return difference < 0n ? -1 : Number(difference > 0n);
}
