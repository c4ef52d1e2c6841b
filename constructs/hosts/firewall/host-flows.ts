import { both, FAMILIES, type Family, familyOf } from '#sites/address.ts';
import { announced, type Host, type Model, type Site } from '#sites/model.ts';
import {
  FLOWS,
  type Flow,
  hostsAt,
  type Party,
  sourceAddresses,
  targetAddresses,
  targetSites,
} from '#sites/traffic/flows.ts';

interface Place {
  model: Model;
  site: Site;
  host: Host;
}

/** One flow as one host sees it, in one family. */
export interface HostFlow {
  direction: 'in' | 'out';
  family: Family;
  protocol: Flow['protocol'];
  ports: { first: number; last: number }[];
  /** Addresses and networks of the other end; `any` is every address there is. */
  remotes: 'any' | string[];
  /** Addresses of this host that are meant, virtual ones among them. */
  locals: string[];
  flow: Flow;
}

/**
 * What a host without pods takes and sends, from the table of flows alone: each flow that ends or begins there, by the
 * addresses that packets will have. A host with two legs is met on the one that the other end shares with it.
 */
export function hostFlows(place: Place): HostFlow[] {
  return FLOWS.flatMap((flow) => [...incoming(flow, place), ...outgoing(flow, place)]);
}

function incoming(flow: Flow, place: Place): HostFlow[] {
  const { model, site, host } = place;
  if (!hostsAt(flow.to, site).includes(host)) return [];
  const from = model.sites.filter((each) => targetSites(flow, model, each).includes(site));
  const near = from.includes(site) ? sourcesOf(flow, place, site) : [];
  const far = from.filter((each) => each !== site).flatMap((each) => sourcesOf(flow, place, each));
  const [inner, outer] = legs(host);
  if (flow.to.kind === 'balancer') return sided('in', flow, [...near, ...far], balanced(flow.to, place));
  if (flow.protocol === 'vrrp') return sided('in', flow, near, [...inner, ...outer]);
  const isOutside = flow.from.kind === 'router' || flow.from.kind === 'internet';
  return [...sided('in', flow, near, isOutside ? outer : inner), ...sided('in', flow, far, outer)];
}

/** Where the own site and where everybody else meets a host: an edge has two legs, any other one; its public address is translated. */
const legs = (host: Host): [inner: string[], outer: string[]] =>
  host.role === 'edge' ? [both(host.address), both(host.public)] : [both(host.address), both(host.address)];

function outgoing(flow: Flow, { model, site, host }: Place): HostFlow[] {
  if (!hostsAt(flow.from, site).includes(host)) return [];
  const own = [...new Set(legs(host).flat())];
  if (flow.to.kind === 'outside') return sided('out', flow, ['0.0.0.0/0', '::/0'], own);
  const targets = targetSites(flow, model, site).flatMap((to) =>
    flow.protocol === 'vrrp' ? peers(flow.to, { model, site, host }) : targetAddresses(flow.to, site, to),
  );
  return sided(
    'out',
    flow,
    targets.filter((address) => !own.includes(address)),
    own,
  );
}

/** Edges speak VRRP to each other on both of their legs. */
const peers = (party: Party, { site, host }: Place): string[] =>
  hostsAt(party, site)
    .filter((other) => other !== host)
    .flatMap((other) => [...both(other.address), ...both(other.public)]);

function sourcesOf(flow: Flow, place: Place, from: Site): string[] {
  if (flow.protocol === 'vrrp') return peers(flow.from, place);
  const own = both(place.host.address);
  return sourceAddresses(flow.from, place.model, from, place.site).filter(
    (address) => !own.includes(address),
  );
}

/** The addresses by which a balancer is dialled, whichever edge holds them. */
const balanced = (party: Party & { kind: 'balancer' }, { model, site }: Place): string[] => [
  ...targetAddresses(party, site, site),
  ...(party.balancer === 'app' ? both(announced(model, site)) : []),
];

function sided(direction: 'in' | 'out', flow: Flow, remotes: string[], own: string[]): HostFlow[] {
  const ports = flow.ports.flatMap(({ port, end = port, nodePort }) => {
    if (!isPods(flow.to)) return [{ first: port, last: end }];
    return nodePort ? [{ first: nodePort, last: nodePort }] : [];
  });
  if (ports.length === 0 && flow.ports.length > 0) return [];
  return FAMILIES.flatMap((family) => {
    const there = [...new Set(remotes)].filter((address) => familyOf(address) === family);
    const here = own.filter((address) => familyOf(address) === family);
    if (there.length === 0 || here.length === 0) return [];
    const any = there.find((each) => each.endsWith('/0'));
    return [
      {
        direction,
        family,
        protocol: flow.protocol,
        ports,
        remotes: any ? ('any' as const) : there,
        locals: here,
        flow,
      },
    ];
  });
}

const isPods = ({ kind }: Party): boolean => kind === 'pods' || kind === 'namespace' || kind === 'all-pods';
