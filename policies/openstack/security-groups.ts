import { contains, familyOf } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import { isPods, type Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy } from '../law.ts';
import { DOORS, type Door, leadsThrough, matches } from '../reading/doors.ts';
import type { Data } from '../reading/objects.ts';
import { ofType, referred, type Stack, stacks } from '../reading/openstack-tree.ts';
import { hostsOfParty, sitesReached, sourcesSeen, targetsDialled } from '../reading/parties.ts';

/** Who may be at either end: a host of the site behind its groups, or just an address. */
interface End {
  name: string;
  address: string;
  /** Local names of the security groups of its port. */
  groups?: string[];
}
export const securityGroups: Policy = {
  id: 'security-groups',
  title:
    'security groups admit exactly the flows of the table, both ways, for every pair of addresses and every port',
  why: 'What a group lets in and no flow needs is a way in; what a flow needs and a group refuses fails on the day its first packet is sent. A host may reach services of others on their ports anywhere, for their addresses are not ours and a group knows no exceptions; at our own sites the other end refuses what is not in the table.',
  check(model, tree) {
    return stacks(tree).flatMap((stack) => judge(model, siteOf(model, stack.site), stack));
  },
};

function judge(model: Model, site: Site, stack: Stack): Finding[] {
  const hosts = hostEnds(stack);
  const others = otherEnds(model, site);
  const rules = ofType(stack, 'networking_secgroup_rule_v2').map(({ name, value }) => ({ name, value }));
  const addresses = new Map<string, string[]>();
  for (const { groups = [], address } of hosts)
    for (const group of groups) addresses.set(group, [...(addresses.get(group) ?? []), address]);
  const byGroup = Map.groupBy(
    rules,
    ({ value }) => `${value.direction} ${referred(value.security_group_id)}`,
  );
  const needed = new Set<string>();
  /** The rules of one end that are about the other one, whatever their port. */
  const about = (direction: 'ingress' | 'egress', self: End, peer: End) =>
    (self.groups ?? [])
      .flatMap((group) => byGroup.get(`${direction} ${group}`) ?? [])
      .filter(({ value }) => isOf(value, self.address) && isPeer(value, peer.address, addresses));
  const found: Finding[] = [];
  const pairs = [
    ...hosts.flatMap((from) => [...hosts, ...others].map((to) => ({ from, to }))),
    ...others.flatMap((from) => hosts.map((to) => ({ from, to }))),
  ].filter(({ from, to }) => from.address !== to.address && familyOf(from.address) === familyOf(to.address));
  for (const { from, to } of pairs) {
    const rows = FLOWS.filter((flow) => isRow(flow, { model, site, from, to }));
    const between = [
      ...(from.groups ? [about('egress', from, to)] : []),
      ...(to.groups ? [about('ingress', to, from)] : []),
    ];
    for (const door of DOORS) {
      const expected = rows.some((flow) => leadsThrough(flow, door));
      const ways = between.map((each) =>
        each.filter(({ value }) => opens(value, door)).map(({ name }) => name),
      );
      for (const [only, second] of expected ? ways : []) if (only && !second) needed.add(only);
      if (expected === ways.every((way) => way.length > 0)) continue;
      found.push({
        path: stack.path,
        text: `"${[...(to.groups ?? []), ...(from.groups ?? [])][0]}"`,
        message: `${from.name} to ${to.name}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'admitted and not in the table of flows'}`,
        fix: expected ? 'admit it in both groups' : 'remove the rule, or add the flow to the table',
      });
    }
  }
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

/** Whether a flow leads from the one end to the other; pods of one site meet in the overlay, where no group sees them. */
function isRow(
  flow: Flow,
  { model, site, from, to }: { model: Model; site: Site; from: End; to: End },
): boolean {
  const at = (party: Party) => hostsOfParty(party, site).flatMap(({ address }) => Object.values(address));
  const sources = (place: Site): string[] =>
    place === site && from.groups ? at(flow.from) : sourcesSeen(flow.from, model, place, site);
  const reaches = (place: Site): boolean => {
    if (place === site && isPods(flow.from) && isPods(flow.to)) return false;
    if (to.groups) return at(flow.to).includes(to.address);
    return false;
  };
  if (to.groups) {
    return model.sites.some(
      (place) =>
        sitesReached(flow, model, place).includes(site) &&
        reaches(place) &&
        // A host of this site differs from an outsider by its groups.
        sources(place).some((each) => matches(each, from.address)),
    );
  }
  if (!at(flow.from).includes(from.address)) return false;
  if (flow.to.kind === 'outside' || flow.to.kind === 'internet') return true;
  return sitesReached(flow, model, site).some(
    (place) =>
      !(place === site && isPods(flow.from) && isPods(flow.to)) &&
      targetsDialled(flow.to, site, place).includes(to.address),
  );
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

function isPeer(rule: Data, address: string, members: ReadonlyMap<string, string[]>): boolean {
  if (rule.remote_group_id) return members.get(referred(rule.remote_group_id))?.includes(address) ?? false;
  return rule.remote_ip_prefix === undefined || contains(rule.remote_ip_prefix, address);
}
