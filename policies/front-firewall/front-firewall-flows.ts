import { both, contains, familyOf, fromNumber, isPrivate, rangeOf } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { announced, appAddress, others, reachable } from '#sites/questions.ts';
import { FLOWS } from '#sites/traffic/flows.ts';
import type { Finding, Policy } from '../law.ts';
import { DOORS, type Door, leadsThrough, matches } from '../reading/doors.ts';
import { hostsOfParty, sitesReached, sourcesSeen, targetsDialled } from '../reading/parties.ts';

/** Who may be at either end of what crosses the front firewall. */
interface End {
  name: string;
  address: string;
  zone: FirewallZone;
  host?: Host;
  /** The other site that it stands at. */
  site?: Site;
  kind: 'host' | 'app' | 'stranger';
}
type FirewallZone = 'world' | 'public' | 'nodes';
const ZONES: Record<string, FirewallZone> = { wan: 'world', lan: 'nodes', opt1: 'public' };

export const frontFirewallFlows: Policy = {
  id: 'front-firewall-flows',
  title:
    'the front firewall lets through exactly the flows of the table, for every pair of addresses and every port',
  why: 'The front firewall is the first that an attacker meets and the last that anybody looks into: a rule that no flow needs stays for years, and a flow that it forgets is found out in a failover. Every end is tried against every other one, on every port of the table and its neighbours.',
  check: (model, tree) =>
    model.sites.flatMap((site) => {
      const path = `${site.code}/front-firewall/pfsense.xml`;
      const text = tree.get(path);
      return text === undefined ? [] : judge({ model, site }, path, rulesOf(text));
    }),
};

function judge({ model, site }: { model: Model; site: Site }, path: string, rules: Rule[]): Finding[] {
  const ends = everyone(model, site);
  const needed = new Set<Rule>();
  const found: Finding[] = [];
  for (const from of ends) {
    for (const to of ends) {
      if (from.zone === to.zone || familyOf(from.address) !== familyOf(to.address)) continue;
      const rows = FLOWS.filter((flow) => isRow(flow, { model, site, from, to }));
      const between = rules.filter((rule) => leads(rule, { from, to }));
      for (const door of DOORS) {
        const expected = rows.some((flow) => leadsThrough(flow, door));
        const first = between.find((rule) => opens(rule, door));
        if (first?.pass) needed.add(first);
        if (expected === (first?.pass ?? false)) continue;
        found.push({
          path,
          text: first ? `<tracker>${first.tracker}<` : '<filter>',
          message: `${from.name} to ${to.name}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'let through and not in the table of flows'}`,
          fix: expected ? 'let it through' : 'remove the rule, or add the flow to the table',
        });
      }
    }
  }
  const spare = rules
    .filter((rule) => rule.pass && !needed.has(rule) && !rule.self)
    .map(
      ({ tracker }): Finding => ({
        path,
        text: `<tracker>${tracker}<`,
        message: `the rule ${tracker} lets nothing through that is in the table and that no earlier rule lets through`,
        fix: 'remove it',
      }),
    );
  return [...found, ...spare];
}

function everyone(model: Model, site: Site): End[] {
  const at = (
    zone: FirewallZone,
    kind: End['kind'],
    name: string,
    addresses: string[],
    rest: Partial<End> = {},
  ): End[] => addresses.map((address) => ({ zone, kind, name: `${name} (${address})`, address, ...rest }));
  return [
    ...site.hosts.flatMap((host) =>
      host.role === 'edge'
        ? at('public', 'host', host.name, both(host.public), { host })
        : at('nodes', 'host', host.name, both(host.address), { host }),
    ),
    ...at('public', 'app', 'the app', [...both(appAddress(site)), ...both(announced(model, site))]),
    ...at('nodes', 'stranger', 'a neighbour', both(site.networks.nodes).map(some)),
    ...at('public', 'stranger', "an edge's neighbour", both(site.networks.public).map(some)),
    ...others(model, site).flatMap((other) => [
      ...at('world', 'app', `the app of ${other.code}`, both(appAddress(other)), { site: other }),
      ...other.hosts.flatMap((host) =>
        at('world', 'host', host.name, isPrivate(reachable(host)) ? [] : [reachable(host)], {
          host,
          site: other,
        }),
      ),
    ]),
    ...at('world', 'stranger', 'an administrator', model.administrators.networks.map(some)),
    ...at('world', 'stranger', 'the internet', ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']),
    ...at('world', 'stranger', 'somebody with an address of ours', both(site.networks.nodes).map(some)),
  ];
}

type Row = { model: Model; site: Site; from: End; to: End };

/** Whether a flow leads from the one end to the other. */
function isRow(flow: (typeof FLOWS)[number], { model, site, from, to }: Row): boolean {
  const isAt = (party: typeof flow.from, host: Host | undefined) =>
    !!host && hostsOfParty(party, site).some(({ name }) => name === host.name);
  if (from.zone === 'world') {
    if (both(site.networks.nodes).some((network) => contains(network, from.address))) return false;
    const reached =
      to.kind === 'app'
        ? flow.to.kind === 'balancer' && flow.to.balancer === 'app'
        : flow.to.kind !== 'balancer' && isAt(flow.to, to.host) && !isPrivate(reachable(to.host!));
    const anyone = flow.from.kind === 'internet' || flow.from.kind === 'administrators';
    const places = anyone ? [site] : others(model, site);
    return (
      reached &&
      places.some(
        (place) =>
          sitesReached(flow, model, place).includes(site) &&
          sourcesSeen(flow.from, model, place, site).some((each) => matches(each, from.address)),
      )
    );
  }
  if (!isAt(flow.from, from.host)) return false;
  if (to.zone === 'world') {
    if (flow.to.kind === 'outside') return !isOurs(site, to.address);
    return (
      !!to.site &&
      sitesReached(flow, model, site).includes(to.site) &&
      targetsDialled(flow.to, site, to.site).includes(to.address)
    );
  }
  // Edges and hosts meet in the hosts' network, where no front firewall is.
  return (
    from.zone === 'nodes' &&
    to.kind === 'app' &&
    flow.to.kind === 'balancer' &&
    flow.to.balancer === 'app' &&
    sitesReached(flow, model, site).includes(site)
  );
}
/** An address of a network that nobody of ours has. */
const some = (network: string): string => fromNumber(familyOf(network), rangeOf(network).last - 5n);

const isOurs = ({ networks }: Site, address: string): boolean =>
  [...both(networks.public), ...both(networks.nodes)].some((network) => contains(network, address));

// What a rule means, read once more from pfSense's documentation: the first one that applies decides.

interface Rule {
  tracker: string;
  pass: boolean;
  zone?: FirewallZone;
  families: string[];
  protocol: string;
  from: Matcher;
  to: Matcher;
  ports: [number, number][];
  /** It is about the firewall's own addresses. */
  self: boolean;
}
const ADDRESS = /^(\d+(\.\d+){3}|[0-9a-f:]*:[0-9a-f:]*)(\/\d+)?$/;
type Matcher = (address: string) => boolean;

function rulesOf(xml: string): Rule[] {
  const aliases = new Map(
    blocks(xml, 'alias').map((block) => [word(block, 'name')!, (word(block, 'address') ?? '').split(' ')]),
  );
  const side = (block: string): Matcher => {
    const name = word(block, 'address');
    // A name that no alias has means nobody.
    const networks =
      name === undefined ? undefined : (aliases.get(name) ?? [name]).filter((each) => ADDRESS.test(each));
    const isNot = block.includes('<not/>');
    return (address) => !networks || networks.some((each) => matches(each, address)) !== isNot;
  };
  return blocks(blocks(xml, 'filter')[0] ?? '', 'rule').map((block) => {
    const [source = '', destination = ''] = [...blocks(block, 'source'), ...blocks(block, 'destination')];
    const port = word(destination, 'port');
    const ports = port === undefined ? [] : (aliases.get(port) ?? [port]).map(range);
    return {
      tracker: word(block, 'tracker') ?? '?',
      pass: word(block, 'type') === 'pass',
      zone: ZONES[word(block, 'interface') ?? ''],
      families:
        { inet: ['ipv4'], inet6: ['ipv6'], inet46: ['ipv4', 'ipv6'] }[word(block, 'ipprotocol') ?? ''] ?? [],
      protocol: word(block, 'protocol') ?? 'any',
      from: side(source),
      to: side(destination),
      ports,
      self: word(destination, 'network') === '(self)',
    };
  });
}
const blocks = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map((match) => match[1]!);
const word = (block: string, tag: string): string | undefined =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(block)?.[1];
const range = (text: string): [number, number] => {
  const [first = '', last = first] = text.split(/[-:]/);
  return [Number(first), Number(last)];
};

/** Whether a rule is about what goes from the one end to the other, whatever its port. */
const leads = (rule: Rule, { from, to }: { from: End; to: End }): boolean =>
  !rule.self &&
  rule.zone === from.zone &&
  rule.families.includes(familyOf(from.address)) &&
  rule.from(from.address) &&
  rule.to(to.address);

const opens = (rule: Rule, door: Door): boolean =>
  (rule.protocol === 'any' || rule.protocol === door.protocol) &&
  (rule.ports.length === 0 || rule.ports.some(([first, last]) => first <= door.port && door.port <= last));
