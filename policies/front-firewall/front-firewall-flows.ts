import { both, contains, familyOf, fromNumber, isPrivate, rangeOf } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { announced, appAddress, others, reachable } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import type { Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy } from '../law.ts';
import { lookup } from '../reading/crowd.ts';
import { DOORS, type Door, leadsThrough, openDoors } from '../reading/doors.ts';
import { rulesets } from '../reading/nftables.ts';
import { pairwise, type Side } from '../reading/pairs.ts';
import { isPart, leadsFrom, sourcesAt, targetsDialled } from '../reading/parties.ts';
import { type FirewallZone, isOurs, pairRules, pfRules, type Rule, SIDES } from './rules.ts';

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

export const frontFirewallFlows: Policy = {
  id: 'front-firewall-flows',
  title:
    'the front firewall lets through exactly the flows of the table, for every pair of addresses and every port',
  why: 'The front firewall is the first that an attacker meets and the last that anybody looks into: a rule that no flow needs stays for years, and a flow that it forgets is found out in a failover. Every end is tried against every other one, on every port of the table and its neighbours.',
  check: (model, tree) =>
    model.sites.flatMap((site) => {
      const room = `${site.code}/front-firewall/`;
      const xml = tree.get(`${room}pfsense.xml`);
      const pair = [...rulesets(tree).values()].filter(({ path }) => path.startsWith(room));
      // Both hosts of a pair have one ruleset; where they differ, both are judged.
      const judged = new Map(pair.map((file) => [tree.get(file.path), file]));
      return [
        ...(xml === undefined ? [] : judge({ model, site }, `${room}pfsense.xml`, pfRules(xml))),
        ...[...judged.values()].flatMap((file) => judge({ model, site }, file.path, pairRules(file, site))),
      ];
    }),
};

function judge({ model, site }: { model: Model; site: Site }, path: string, rules: Rule[]): Finding[] {
  const starts = starters(model, site);
  const byStart = lookup(rules, ({ from }) => from);
  const byTarget = lookup(rules, ({ to }) => to);
  const ends = everyone(model, site).map((end) => ({
    ...end,
    family: familyOf(end.address),
    starting: {
      rows: starts(end),
      rules: byStart(end.address).filter((rule) => comesFrom(rule, end)),
    },
    answering: Object.fromEntries(SIDES.map((zone) => [zone, answering(end, zone)])) as Record<
      FirewallZone,
      Side<Flow, Rule>
    >,
  }));
  function answering(end: End, from: FirewallZone): Side<Flow, Rule> {
    if (from === end.zone) return { rows: [], rules: [] };
    return {
      rows: FLOWS.filter((flow) => answers(flow, { site, from }, end)),
      rules: byTarget(end.address).filter((rule) => !rule.out || rule.out === end.zone),
    };
  }
  const needed = new Set<Rule>();
  const doorsOf = openDoors(DOORS, (opener: Flow | Rule, door) =>
    'pass' in opener ? opens(opener, door) : leadsThrough(opener, door),
  );
  /** Doors that are open and should not be, or the other way round. */
  const faults = pairwise((rows: Flow[], between: Rule[]) =>
    doorsOf([...rows, ...between]).flatMap((door) => {
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
          text: first?.text,
          message: `${from.name} to ${to.name}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'let through and not in the table of flows'}`,
          fix: expected ? 'let it through' : 'remove the rule, or add the flow to the table',
        });
    }
  }
  const spare = rules
    .filter((rule) => rule.pass && !needed.has(rule) && !rule.self)
    .map(
      ({ text, name }): Finding => ({
        path,
        text,
        message: `the rule ${name} lets nothing through that is in the table and that no earlier rule lets through`,
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

/** Whether a rule about an address is about what an end with it starts. */
const comesFrom = (rule: Rule, { zone, address }: End): boolean =>
  !rule.self && rule.zone === zone && rule.families.includes(familyOf(address));

const opens = (rule: Rule, door: Door): boolean =>
  (rule.protocol === 'any' || rule.protocol === door.protocol) &&
  (rule.ports.length === 0 || rule.ports.some(([first, last]) => first <= door.port && door.port <= last));
