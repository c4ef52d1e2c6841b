import { BITS, baseOf, both, contains, type Family, familyOf, prefixLength } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import { isPods, type Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy } from '../law.ts';
import { type Crowd, crowd, oneForm } from '../reading/crowd.ts';
import { DOORS, type Door, leadsThrough, openDoors } from '../reading/doors.ts';
import type { Data } from '../reading/objects.ts';
import { ofType, referred, type Stack, stacks } from '../reading/openstack-tree.ts';
import { pairwise } from '../reading/pairs.ts';
import {
  hostsOfParty,
  leadsFrom,
  sourcesAt,
  sourcesSeen,
  targetsDialled,
  targetsFrom,
  type Whose,
} from '../reading/parties.ts';

/** Who may be at either end: a host of the site behind its groups, or just an address. */
interface End {
  name: string;
  address: string;
  /** Local names of the security groups of its port. */
  groups?: string[];
}
interface Seen extends End {
  family: Family;
}
/** Whoever may be at the other end. */
const peersOf = <E extends Seen>({ address, family }: Seen, all: readonly E[]): E[] =>
  all.filter((each) => each.address !== address && each.family === family);

export const securityGroups: Policy = {
  id: 'security-groups',
  title:
    'security groups admit exactly the flows of the table, both ways, for every pair of addresses and every port',
  why: 'What a group lets in and no flow needs is a way in; what a flow needs and a group refuses fails on the day its first packet is sent. A host may reach services of others on their ports anywhere, for their addresses are not ours and a group knows no exceptions; at our own sites the other end refuses what is not in the table.',
  check(model, tree) {
    return stacks(tree).flatMap((stack) => judge(model, siteOf(model, stack.site), stack));
  },
};

/** A flow of the table within the site, or between it and others. */
interface Row {
  flow: Flow;
  whose: Whose;
}
const ROWS: readonly Row[] = FLOWS.flatMap((flow) =>
  (['own', 'others'] as const).filter((whose) => leadsFrom(flow, whose)).map((whose) => ({ flow, whose })),
);
type Direction = 'ingress' | 'egress';
interface Rule {
  name: string;
  value: Data;
}

function judge(model: Model, site: Site, stack: Stack): Finding[] {
  const rules = ofType(stack, 'networking_secgroup_rule_v2').map(
    ({ name, value }): Rule => ({ name, value }),
  );
  const hosts = hostEnds(stack);
  const [own, about] = [ownRules(rules), peerRules(rules, hosts)];
  const table = tableOf(model, site);
  const seen = (end: End) => ({ ...end, family: familyOf(end.address) });
  const inside = hosts.map((end) => {
    const leaving = [...own('egress', end), ...about('ingress', end)];
    return {
      ...seen(end),
      toInside: { rows: table.startsInside(end), rules: leaving },
      toOutside: { rows: table.startsOutwards(end), rules: leaving },
      answering: { rows: table.answersInside(end), rules: [...own('ingress', end), ...about('egress', end)] },
    };
  });
  const outside = otherEnds(model, site).map((end) => ({
    ...seen(end),
    toInside: { rows: table.comesIn(end), rules: about('ingress', end) },
    answering: { rows: table.answersOutside(end), rules: about('egress', end) },
  }));
  const needed = new Set<string>();
  const doorsOf = openDoors(DOORS, (opener: Row | Rule, door) =>
    'flow' in opener ? leadsThrough(opener.flow, door) : opens(opener.value, door),
  );
  /** Doors that are open and should not be, or the other way round, where groups guard these directions. */
  const faultsOf = (...guarded: Direction[]) =>
    pairwise((rows: Row[], between: Rule[]) => {
      const ways = guarded.map((each) => between.filter(({ value }) => value.direction === each));
      return doorsOf([...rows, ...between]).flatMap((door) => {
        const expected = rows.some(({ flow }) => leadsThrough(flow, door));
        const open = ways.map((way) => way.filter(({ value }) => opens(value, door)));
        for (const [only, second] of expected ? open : []) if (only && !second) needed.add(only.name);
        return expected === open.every((way) => way.length > 0) ? [] : [{ door, expected }];
      });
    });
  const [within, outwards, inwards] = [
    faultsOf('egress', 'ingress'),
    faultsOf('egress'),
    faultsOf('ingress'),
  ];
  const between = (from: Seen, to: Seen, faults: ReturnType<typeof within>): Finding[] =>
    faults.map(({ door, expected }) => ({
      path: stack.path,
      text: `"${[...(to.groups ?? []), ...(from.groups ?? [])][0]}"`,
      message: `${from.name} to ${to.name}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'admitted and not in the table of flows'}`,
      fix: expected ? 'admit it in both groups' : 'remove the rule, or add the flow to the table',
    }));
  const found = [
    ...inside.flatMap((from) => [
      ...peersOf(from, inside).flatMap((to) => between(from, to, within(from.toInside, to.answering))),
      ...peersOf(from, outside).flatMap((to) => between(from, to, outwards(from.toOutside, to.answering))),
    ]),
    ...outside.flatMap((from) =>
      peersOf(from, inside).flatMap((to) => between(from, to, inwards(from.toInside, to.answering))),
    ),
  ];
  const spare = rules
    .filter(({ name }) => !needed.has(name))
    .map(
      ({ name }): Finding => ({
        path: stack.path,
        text: `"${name}"`,
        message: `the rule ${name} admits nothing that is in the table and that no other rule admits`,
        fix: 'remove it',
      }),
    );
  return [...found, ...spare];
}

const hostEnds = (stack: Stack): End[] =>
  ofType(stack, 'networking_port_v2').flatMap(({ value }) =>
    (value.fixed_ip as Data[]).map(({ ip_address }) => ({
      name: `${value.name} (${ip_address})`,
      address: ip_address,
      groups: (value.security_group_ids ?? []).map(referred),
    })),
  );

/** Balancers and their amphorae, hosts of other sites as the world sees them, people, and strangers of each kind. */
function otherEnds(model: Model, site: Site): End[] {
  const ends = (name: string, addresses: string[]) =>
    addresses.map((address) => ({ name: `${name} (${address})`, address: address.split('/')[0]! }));
  const own = (['app', 'api', 'database'] as const).flatMap((balancer) =>
    ends(`the ${balancer} balancer`, targetsDialled({ kind: 'balancer', balancer }, site, site)),
  );
  const all = [
    ...own,
    ...ends('a balancer inside', targetsDialled({ kind: 'octavia' }, site, site)),
    ...ends('an amphora', sourcesSeen({ kind: 'balancer', balancer: 'app' }, model, site, site).map(some)),
    ...ends('a neighbour', Object.values(site.networks.nodes).map(some)),
    ...model.sites
      .filter((each) => each !== site)
      .flatMap((each) => [
        ...ends(`the app of ${each.code}`, targetsDialled({ kind: 'balancer', balancer: 'app' }, site, each)),
        ...each.hosts.flatMap((host) =>
          ends(host.name, [...Object.values(host.public), ...Object.values(host.address)]),
        ),
      ]),
    ...ends('an administrator', model.administrators.networks.map(some)),
    ...ends('the router', targetsDialled({ kind: 'router' }, site, site)),
    ...ends('the internet', ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']),
    ...ends('a private network of others', ['172.20.1.1', 'fd99::1']),
  ];
  return [...new Map(all.map((end) => [end.address, end])).values()];
}
/** An address of a network that nobody of ours has. */
const some = (network: string): string =>
  network.includes('/')
    ? network
        .split('/')[0]!
        .replace(/\d+$/, (last) => `${Number(last) + 13}`)
        .replace(/::$/, '::13')
    : network;

/** Which rows may be about an end. Pods of one site meet in the overlay, where no group sees them. */
function tableOf(model: Model, site: Site) {
  const isHost = (party: Party, { address }: End): boolean =>
    hostsOfParty(party, site).some((host) => both(host.address).includes(address));
  const rows = ROWS.filter(
    ({ flow, whose }) => whose === 'others' || !(isPods(flow.from) && isPods(flow.to)),
  );
  const sources = new Map(rows.map((row) => [row, sourcesAt(row.flow.from, model, site, row.whose)]));
  const targets = new Map(rows.map((row) => [row, targetsFrom(row.flow.to, model, site, row.whose)]));
  const isOutside = ({ to }: Flow): boolean => to.kind === 'outside' || to.kind === 'internet';
  return {
    // A host of this site differs from an outsider by its groups.
    startsInside: (end: End) =>
      rows.filter((row) =>
        row.whose === 'own' ? isHost(row.flow.from, end) : sources.get(row)!(end.address),
      ),
    startsOutwards: (end: End) => rows.filter(({ flow }) => isHost(flow.from, end)),
    comesIn: (end: End) => rows.filter((row) => sources.get(row)!(end.address)),
    answersInside: (end: End) => rows.filter(({ flow }) => isHost(flow.to, end)),
    answersOutside: (end: End) => rows.filter((row) => isOutside(row.flow) || targets.get(row)!(end.address)),
  };
}
// What a rule means, read once more from the documentation of the networking API.

const PROTOCOLS: Record<string, string> = { 'ipv6-icmp': 'icmp' };

const isOf = (rule: Data, address: string): boolean =>
  rule.ethertype === { ipv4: 'IPv4', ipv6: 'IPv6' }[familyOf(address)];

function opens(rule: Data, door: Door): boolean {
  if (rule.protocol !== undefined && (PROTOCOLS[rule.protocol] ?? rule.protocol) !== door.protocol)
    return false;
  if (rule.port_range_min === undefined) return true;
  return door.port >= rule.port_range_min && door.port <= rule.port_range_max;
}

/** The rules of the groups of an end, in its family. */
function ownRules(rules: readonly Rule[]) {
  const byGroup = Map.groupBy(
    rules,
    ({ value }) => `${value.direction} ${referred(value.security_group_id)}`,
  );
  return (direction: Direction, { groups = [], address }: End): Rule[] =>
    groups
      .flatMap((group) => byGroup.get(`${direction} ${group}`) ?? [])
      .filter(({ value }) => isOf(value, address));
}

/** The rules that are about an address as the other end; most name one address, and are looked up. */
function peerRules(rules: readonly Rule[], hosts: readonly End[]) {
  const members = Map.groupBy(
    hosts.flatMap(({ groups = [], address }) => groups.map((group) => ({ group, address }))),
    ({ group }) => group,
  );
  const single = new Map<string, Rule[]>();
  const others: { rule: Rule; isPeer: Crowd }[] = [];
  for (const rule of rules) {
    const { remote_group_id: group, remote_ip_prefix: prefix } = rule.value;
    if (group)
      others.push({
        rule,
        isPeer: crowd((members.get(referred(group)) ?? []).map(({ address }) => address)),
      });
    else if (prefix === undefined) others.push({ rule, isPeer: () => true });
    else if (prefixLength(prefix) === BITS[familyOf(prefix)]) {
      const key = oneForm(baseOf(prefix));
      single.set(key, [...(single.get(key) ?? []), rule]);
    } else others.push({ rule, isPeer: (address) => contains(prefix, address) });
  }
  return (direction: Direction, { address }: End): Rule[] =>
    [
      ...(single.get(oneForm(address)) ?? []),
      ...others.filter(({ isPeer }) => isPeer(address)).map(({ rule }) => rule),
    ].filter(({ value }) => value.direction === direction);
}
