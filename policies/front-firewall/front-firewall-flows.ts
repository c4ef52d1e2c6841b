import { both, contains, familyOf, fromNumber, isPrivate, rangeOf } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { announced, appAddress, others, reachable } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import type { Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy } from '../law.ts';
import { type Crowd, crowd } from '../reading/crowd.ts';
import { DOORS, type Door, leadsThrough } from '../reading/doors.ts';
import { pairwise, type Side } from '../reading/pairs.ts';
import { isPart, leadsFrom, sourcesAt, targetsDialled } from '../reading/parties.ts';

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
  const starts = starters(model, site);
  const ends = everyone(model, site).map((end) => ({
    ...end,
    family: familyOf(end.address),
    starting: {
      rows: starts(end),
      rules: rules.filter((rule) => comesFrom(rule, end)),
    },
    answering: Object.fromEntries(Object.values(ZONES).map((zone) => [zone, answering(end, zone)])) as Record<
      FirewallZone,
      Side<Flow, Rule>
    >,
  }));
  function answering(end: End, from: FirewallZone): Side<Flow, Rule> {
    if (from === end.zone) return { rows: [], rules: [] };
    return {
      rows: FLOWS.filter((flow) => answers(flow, { site, from }, end)),
      rules: rules.filter((rule) => rule.to(end.address)),
    };
  }
  const needed = new Set<Rule>();
  /** Doors that are open and should not be, or the other way round. */
  const faults = pairwise((rows: Flow[], between: Rule[]) =>
    DOORS.flatMap((door) => {
      const expected = rows.some((flow) => leadsThrough(flow, door));
      const first = between.find((rule) => opens(rule, door));
      if (first?.pass) needed.add(first);
      return expected === (first?.pass ?? false) ? [] : [{ door, expected, first }];
    }),
  );
  const found: Finding[] = [];
  for (const from of ends) {
    for (const to of ends) {
      if (from.zone === to.zone || from.family !== to.family) continue;
      for (const { door, expected, first } of faults(from.starting, to.answering[from.zone]))
        found.push({
          path,
          text: first ? `<tracker>${first.tracker}<` : '<filter>',
          message: `${from.name} to ${to.name}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'let through and not in the table of flows'}`,
          fix: expected ? 'let it through' : 'remove the rule, or add the flow to the table',
        });
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

/** Whether a host of the site is one that a party stands for. */
const isAt = (party: Party, site: Site, host: Host | undefined): boolean =>
  !!host && isPart(party, host, site);

/** The flows that an end may start. */
function starters(model: Model, site: Site): (from: End) => Flow[] {
  const strangers = FLOWS.flatMap((flow) => {
    const whose = flow.from.kind === 'internet' || flow.from.kind === 'administrators' ? 'own' : 'others';
    return leadsFrom(flow, whose) ? [{ flow, isSource: sourcesAt(flow.from, model, site, whose) }] : [];
  });
  return (from) => {
    if (from.zone !== 'world') return FLOWS.filter((flow) => isAt(flow.from, site, from.host));
    if (both(site.networks.nodes).some((network) => contains(network, from.address))) return [];
    return strangers.filter(({ isSource }) => isSource(from.address)).map(({ flow }) => flow);
  };
}

/** Whether an end may answer a flow that comes from a zone. */
function answers(flow: Flow, { site, from }: { site: Site; from: FirewallZone }, to: End): boolean {
  const isApp = flow.to.kind === 'balancer' && flow.to.balancer === 'app';
  if (from === 'world') {
    if (to.kind === 'app') return isApp;
    return flow.to.kind !== 'balancer' && isAt(flow.to, site, to.host) && !isPrivate(reachable(to.host!));
  }
  if (to.zone === 'world') {
    if (flow.to.kind === 'outside') return !isOurs(site, to.address);
    return (
      !!to.site && leadsFrom(flow, 'others') && targetsDialled(flow.to, site, to.site).includes(to.address)
    );
  }
  // Edges and hosts meet in the hosts' network, where no front firewall is.
  return from === 'nodes' && to.kind === 'app' && isApp && leadsFrom(flow, 'own');
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
  from: Crowd;
  to: Crowd;
  ports: [number, number][];
  /** It is about the firewall's own addresses. */
  self: boolean;
}
const ADDRESS = /^(\d+(\.\d+){3}|[0-9a-f:]*:[0-9a-f:]*)(\/\d+)?$/;

function rulesOf(xml: string): Rule[] {
  const aliases = new Map(
    blocks(xml, 'alias').map((block) => [word(block, 'name')!, (word(block, 'address') ?? '').split(' ')]),
  );
  const side = (block: string): Crowd => {
    const name = word(block, 'address');
    // A name that no alias has means nobody.
    const networks =
      name === undefined ? undefined : (aliases.get(name) ?? [name]).filter((each) => ADDRESS.test(each));
    if (!networks) return () => true;
    const isNot = block.includes('<not/>');
    const isOne = crowd(networks);
    return (address) => isOne(address) !== isNot;
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

/** Whether a rule is about what an end starts. */
const comesFrom = (rule: Rule, { zone, address }: End): boolean =>
  !rule.self && rule.zone === zone && rule.families.includes(familyOf(address)) && rule.from(address);

const opens = (rule: Rule, door: Door): boolean =>
  (rule.protocol === 'any' || rule.protocol === door.protocol) &&
  (rule.ports.length === 0 || rule.ports.some(([first, last]) => first <= door.port && door.port <= last));
