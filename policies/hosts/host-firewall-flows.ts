import { both, type Family, familyOf, fromNumber, isPrivate, rangeOf } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { announced, others, reachable } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import type { Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy } from '../law.ts';
import { type Crowd, crowd } from '../reading/crowd.ts';
import { DOORS, type Door, leadsThrough } from '../reading/doors.ts';
import { pairwise, type Side } from '../reading/pairs.ts';
import {
  hostsOfParty,
  isPart,
  leadsFrom,
  sourcesAt,
  targetsDialled,
  targetsFrom,
  type Whose,
} from '../reading/parties.ts';

export const hostFirewallFlows: Policy = {
  id: 'host-firewall-flows',
  title:
    'the firewall of every host of ours drops by default and admits exactly the flows of the table, in and out',
  why: 'Edges and rented hosts stand in the open: what listens there by mistake is found within the hour, and what their firewall forgets is missed on the day of a failover. An intruder on one must not reach more from it than its work needs.',
  check: (model, tree) =>
    model.sites.flatMap((site) =>
      site.hosts.flatMap((host) => {
        const path = `${site.code}/hosts/${host.name}/etc/nftables.conf`;
        const text = tree.get(path);
        if (text !== undefined) return judge({ model, site, host }, path, text);
        return isInTheOpen(site, host)
          ? [{ path: `${site.code}/hosts`, message: `${host.name} has no firewall`, fix: `add ${path}` }]
          : [];
      }),
    ),
};

interface HostOfSite {
  model: Model;
  site: Site;
  host: Host;
}
/** No group of OpenStack and no Calico stands before it. */
const isInTheOpen = (site: Site, { role }: Host): boolean =>
  !site.openstack && (role === 'edge' || role === 'database');

function judge(place: HostOfSite, path: string, text: string): Finding[] {
  const chains = chainsOf(text);
  const open = ['input', 'forward', 'output'].filter((name) => !chains.get(name)?.isDropping);
  if (open.length > 0)
    return open.map((name) => ({
      path,
      message: `the chain ${name} does not drop by default`,
      fix: 'write `policy drop`',
    }));
  const rules = { in: chains.get('input')!.rules, out: chains.get('output')!.rules };
  const needed = new Set<Rule>();
  /** Doors that are open and should not be, or the other way round. */
  const faults = pairwise((rows: Row[], between: Rule[]) =>
    [...DOORS, VRRP].flatMap((door) => {
      const expected = rows.some(({ flow }) => leadsThrough(flow, door));
      const first = between.find((rule) => opens(rule, door));
      if (first) needed.add(first);
      return expected === (first !== undefined) ? [] : [{ door, expected, first }];
    }),
  );
  const found = (['in', 'out'] as const).flatMap((direction) => {
    const remotes = remotesOf(place).map((remote) => remoteEnd(place, direction, rules[direction], remote));
    const locals = localsOf(place, direction).map((local) =>
      localEnd(place, direction, rules[direction], local),
    );
    return locals.flatMap((local) =>
      remotes
        .filter(({ address, family }) => family === local.family && address !== local.address)
        .flatMap((remote) =>
          faults(remote, local).map(({ door, expected, first }): Finding => {
            const way =
              direction === 'in'
                ? `${remote.address} to ${local.address}`
                : `${local.address} to ${remote.address}`;
            return {
              path,
              text: first?.text ?? `chain ${direction}put`,
              message: `${place.host.name}: ${way}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'admitted and not in the table of flows'}`,
              fix: expected ? 'admit it' : 'remove the rule, or add the flow to the table',
            };
          }),
        ),
    );
  });
  const spare = [...rules.in, ...rules.out]
    .filter((rule) => rule.isFlow && !needed.has(rule))
    .map(
      (rule): Finding => ({
        path,
        text: rule.text,
        message: `${place.host.name}: this rule admits nothing that is in the table`,
        fix: 'remove it',
      }),
    );
  return [...found, ...spare];
}

const VRRP: Door = { protocol: 'vrrp', port: 0 };

/** A flow of the table within the site, or between it and others. */
interface Row {
  flow: Flow;
  whose: Whose;
}
const ROWS: readonly Row[] = FLOWS.flatMap((flow) =>
  (['own', 'others'] as const).filter((whose) => leadsFrom(flow, whose)).map((whose) => ({ flow, whose })),
);
type Direction = 'in' | 'out';
/** An address at one end, with what is said of it. */
interface End extends Side<Row, Rule> {
  address: string;
  family: Family;
}

function localsOf(place: HostOfSite, direction: Direction): string[] {
  const { host } = place;
  const own = [...both(host.address), ...(host.role === 'edge' ? both(host.public) : [])];
  const virtual =
    host.role === 'edge' ? (['app', 'api'] as const).flatMap((each) => dialled(place, each)) : [];
  return direction === 'in' ? [...own, ...virtual] : own;
}

function remotesOf(place: HostOfSite): string[] {
  const { site, model, host } = place;
  return [
    ...new Set([
      ...site.hosts
        .filter((each) => each !== host)
        .flatMap((each) => [...both(each.address), ...(each.role === 'edge' ? both(each.public) : [])]),
      ...others(model, site).flatMap((other) => [
        ...other.hosts.map(reachable).filter((address) => !isPrivate(address)),
        ...targetsDialled({ kind: 'balancer', balancer: 'app' }, site, other),
      ]),
      ...targetsDialled({ kind: 'router' }, site, site),
      ...model.administrators.networks.map(stranger),
      ...[...both(site.networks.nodes), ...both(site.networks.public)].map(stranger),
      '93.184.215.14',
      '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
      ...(host.role === 'edge' ? [] : dialled(place, 'api')),
    ]),
  ];
}
/** An address of a network that nobody of ours has. */
const stranger = (network: string): string => fromNumber(familyOf(network), rangeOf(network).last - 5n);

/** The addresses by which a balancer of the edges is dialled; the database's stands beside that of the API. */
const dialled = ({ model, site }: HostOfSite, balancer: 'app' | 'api'): string[] => [
  ...targetsDialled({ kind: 'balancer', balancer }, site, site),
  ...(balancer === 'app' ? both(announced(model, site)) : []),
];

const isHere = (party: Party, { site, host }: HostOfSite): boolean => isPart(party, host, site);

/** The other end: whoever comes, or whoever the host dials. */
function remoteEnd(place: HostOfSite, direction: Direction, rules: readonly Rule[], address: string): End {
  const { model, site } = place;
  const isRow = ({ flow, whose }: Row): boolean => {
    const [there, here] = direction === 'in' ? [flow.from, flow.to] : [flow.to, flow.from];
    if (!isHere(here, place)) return false;
    if (there.kind === 'outside') return direction === 'out';
    if (flow.protocol === 'vrrp') return bothLegs(there, place).includes(address);
    return (direction === 'in' ? sourcesAt : targetsFrom)(there, model, site, whose)(address);
  };
  const isAbout = ({ from, to }: Rule): boolean => (direction === 'in' ? from : to)(address);
  return end(address, ROWS.filter(isRow), rules.filter(isAbout));
}

/** An address of the host's own. */
function localEnd(place: HostOfSite, direction: Direction, rules: readonly Rule[], address: string): End {
  const isRow = ({ flow, whose }: Row): boolean =>
    direction === 'out' || arrives(flow, place, whose).includes(address);
  const isAbout = ({ from, to }: Rule): boolean => (direction === 'in' ? to : from)(address);
  return end(address, ROWS.filter(isRow), rules.filter(isAbout));
}
const end = (address: string, rows: Row[], rules: Rule[]): End => ({
  address,
  family: familyOf(address),
  rows,
  rules,
});
const bothLegs = (party: Party, { site, host }: HostOfSite): string[] =>
  hostsOfParty(party, site)
    .filter((other) => other.name !== host.name)
    .flatMap((other) => [...both(other.address), ...both(other.public)]);

/** The addresses by which a host is met: by its own site inside, by all others outside, and as a balancer by the balancer's. */
function arrives(flow: Flow, place: HostOfSite, whose: Whose): string[] {
  const { site, host } = place;
  if (flow.to.kind === 'balancer') {
    if (flow.to.balancer === 'database') return targetsDialled(flow.to, site, site);
    return dialled(place, flow.to.balancer);
  }
  if (host.role !== 'edge') return both(host.address);
  if (flow.protocol === 'vrrp') return [...both(host.address), ...both(host.public)];
  return whose === 'own' && flow.from.kind !== 'router' ? both(host.address) : both(host.public);
}

// What a rule means, read once more from the manual of nftables.

interface Rule {
  text: string;
  from: Crowd;
  to: Crowd;
  protocol?: string;
  ports?: [number, number][];
  /** It stands for a flow; the others are what every host needs of its neighbours. */
  isFlow: boolean;
}
interface Chain {
  isDropping: boolean;
  rules: Rule[];
}

function chainsOf(text: string): Map<string, Chain> {
  const chains = [...text.matchAll(/^ {2}chain (\w+) \{\n([\s\S]*?)^ {2}\}/gm)];
  return new Map(
    chains.map(([, name = '', body = '']) => {
      const lines = body.split('\n').map((line) => line.trim());
      const rules = lines
        .filter((line) => /\b(accept|jump)\b/.test(line) && !line.startsWith('type filter'))
        .flatMap(ruleOf);
      return [name, { isDropping: /policy drop;/.test(lines[0] ?? ''), rules }];
    }),
  );
}

/** Loopback and answers are nobody's flow, and neighbours are asked for their addresses; all else that accepts is a rule. */
function ruleOf(line: string): Rule[] {
  if (/^(iifname|oifname) lo accept$|^ct state established,related accept$/.test(line)) return [];
  const isFlow = line.includes(' comment "');
  const values = (pattern: RegExp): string[] | undefined =>
    pattern
      .exec(line)?.[1]
      ?.replaceAll(/[{}\s]/g, '')
      .split(',');
  const family = /\bip6 |\bicmpv6 /.test(line) ? 'ipv6' : /\bip |\bicmp /.test(line) ? 'ipv4' : undefined;
  const ports = values(/\bdport (\{[^}]*\}|\S+)/)?.map((each): [number, number] => {
    const [first = '', last = first] = each.split('-');
    return [Number(first), Number(last)];
  });
  const among = (addresses: string[] | undefined): Crowd => {
    const isOne = addresses ? crowd(addresses) : () => true;
    return (address) => (family === undefined || family === familyOf(address)) && isOne(address);
  };
  const isEcho = /icmp(v6)? type .*echo-request/.test(line);
  const protocol = line.includes('l4proto vrrp')
    ? 'vrrp'
    : (/\b(tcp|udp) dport/.exec(line)?.[1] ?? (isEcho ? 'icmp' : undefined));
  // What every host needs of its neighbours carries no flow: errors, neighbour discovery, an address by DHCP.
  const isNeed =
    !isFlow &&
    ((/^icmp(v6)? type/.test(line) && !isEcho) || /\b(sport 67|sport 68|sport 546|sport 547)\b/.test(line));
  if (isNeed) return [];
  return [
    {
      text: line,
      from: among(values(/\bsaddr (\{[^}]*\}|\S+)/)),
      to: among(values(/\bdaddr (\{[^}]*\}|\S+)/)),
      protocol,
      ports,
      isFlow,
    },
  ];
}

const opens = (rule: Rule, door: Door): boolean =>
  (!rule.protocol || rule.protocol === door.protocol) &&
  (!rule.ports || rule.ports.some(([first, last]) => first <= door.port && door.port <= last));
