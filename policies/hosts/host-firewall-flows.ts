import { both, contains, type Family, familyOf, fromNumber, isPrivate, rangeOf } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { announced, others, reachable } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import type { Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy } from '../law.ts';
import { DOORS, type Door, leadsThrough, matches } from '../reading/doors.ts';
import { hostsOfParty, sitesReached, sourcesSeen, targetsDialled } from '../reading/parties.ts';

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

interface Pair {
  direction: 'in' | 'out';
  remote: string;
  local: string;
}

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
  const found: Finding[] = [];
  for (const pair of pairs(place)) {
    const { direction, remote, local } = pair;
    // Which rows and rules are about two ends is asked once, not at every port.
    const rows = FLOWS.filter((flow) => isRow(flow, place, pair));
    const between = rules[direction].filter((rule) => isBetween(rule, pair));
    for (const door of [...DOORS, VRRP]) {
      const expected = rows.some((flow) => leadsThrough(flow, door));
      const first = between.find((rule) => opens(rule, door));
      if (first) needed.add(first);
      if (expected === (first !== undefined)) continue;
      const way = direction === 'in' ? `${remote} to ${local}` : `${local} to ${remote}`;
      found.push({
        path,
        text: first?.text ?? `chain ${direction}put`,
        message: `${place.host.name}: ${way}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'admitted and not in the table of flows'}`,
        fix: expected ? 'admit it' : 'remove the rule, or add the flow to the table',
      });
    }
  }
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

function pairs(place: HostOfSite): Pair[] {
  const { site, model, host } = place;
  const own = [...both(host.address), ...(host.role === 'edge' ? both(host.public) : [])];
  const virtual =
    host.role === 'edge' ? (['app', 'api'] as const).flatMap((each) => dialled(place, each)) : [];
  const remotes = [
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
  ];
  const paired = (direction: Pair['direction'], locals: string[]): Pair[] =>
    locals.flatMap((local) =>
      [...new Set(remotes)]
        .filter((remote) => familyOf(remote) === familyOf(local) && remote !== local)
        .map((remote) => ({ direction, local, remote })),
    );
  return [...paired('in', [...own, ...virtual]), ...paired('out', own)];
}
/** An address of a network that nobody of ours has. */
const stranger = (network: string): string => fromNumber(familyOf(network), rangeOf(network).last - 5n);

/** The addresses by which a balancer of the edges is dialled; the database's stands beside that of the API. */
const dialled = ({ model, site }: HostOfSite, balancer: 'app' | 'api'): string[] => [
  ...targetsDialled({ kind: 'balancer', balancer }, site, site),
  ...(balancer === 'app' ? both(announced(model, site)) : []),
];

/** Whether a flow of the table leads between the two, in to the host or out of it. */
function isRow(flow: Flow, place: HostOfSite, { direction, remote, local }: Pair): boolean {
  const { model, site, host } = place;
  const isHere = (party: Party) => hostsOfParty(party, site).some(({ name }) => name === host.name);
  if (direction === 'out') {
    if (!isHere(flow.from)) return false;
    if (flow.to.kind === 'outside') return true;
    if (flow.protocol === 'vrrp') return bothLegs(flow.to, place).includes(remote);
    return sitesReached(flow, model, site).some((to) => targetsDialled(flow.to, site, to).includes(remote));
  }
  if (!isHere(flow.to)) return false;
  const from = model.sites.filter((each) => sitesReached(flow, model, each).includes(site));
  const comes = (each: Site): boolean =>
    flow.protocol === 'vrrp'
      ? bothLegs(flow.from, place).includes(remote)
      : sourcesSeen(flow.from, model, each, site).some((network) => matches(network, remote));
  return from.some((each) => comes(each) && arrives(flow, place, each).includes(local));
}
const bothLegs = (party: Party, { site, host }: HostOfSite): string[] =>
  hostsOfParty(party, site)
    .filter((other) => other.name !== host.name)
    .flatMap((other) => [...both(other.address), ...both(other.public)]);

/** The addresses by which a host is met: by its own site inside, by all others outside, and as a balancer by the balancer's. */
function arrives(flow: Flow, place: HostOfSite, from: Site): string[] {
  const { site, host } = place;
  if (flow.to.kind === 'balancer') {
    if (flow.to.balancer === 'database') return targetsDialled(flow.to, site, site);
    return dialled(place, flow.to.balancer);
  }
  if (host.role !== 'edge') return both(host.address);
  if (flow.protocol === 'vrrp') return [...both(host.address), ...both(host.public)];
  return from === site && flow.from.kind !== 'router' ? both(host.address) : both(host.public);
}

// What a rule means, read once more from the manual of nftables.

interface Rule {
  text: string;
  family?: Family;
  saddr?: string[];
  daddr?: string[];
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
      family,
      saddr: values(/\bsaddr (\{[^}]*\}|\S+)/),
      daddr: values(/\bdaddr (\{[^}]*\}|\S+)/),
      protocol,
      ports,
      isFlow,
    },
  ];
}

function isBetween(rule: Rule, { direction, remote, local }: Pair): boolean {
  const [source, target] = direction === 'in' ? [remote, local] : [local, remote];
  if (rule.family && rule.family !== familyOf(source)) return false;
  const within = (all: string[] | undefined, address: string) =>
    !all || all.some((each) => (each.includes('/') ? contains(each, address) : each === address));
  return within(rule.saddr, source) && within(rule.daddr, target);
}

const opens = (rule: Rule, door: Door): boolean =>
  (!rule.protocol || rule.protocol === door.protocol) &&
  (!rule.ports || rule.ports.some(([first, last]) => first <= door.port && door.port <= last));
