import type { Family } from '../address.ts';
import type { Path } from '../load/problem.ts';
import { FLOWS, type Flow } from '../traffic/flows.ts';
import type { Party } from '../traffic/parties.ts';
import type { AddressMap, Pair } from './address-map.ts';
import { familyName } from './addresses.ts';
import type { SitePart } from './parts.ts';
import { count, databaseHosts, type Finding, hostsWith, list, type Rule } from './rule.ts';

/** Each pair of sites, by every flow of the table that leads from the one to the other. */
const shared: Rule = {
  code: 'family-sites',
  why: 'sites that share no address family never hear of each other: nothing between them translates',
  check({ sites, addressMap }) {
    const known = sites.filter((site) => {
      const nodes = addressMap.pair([site.code, 'networks', 'nodes']);
      // OpenStack in IPv6 only is refused whatever stands beside it.
      const isMade = nodes && !(site.openstack && only(nodes) === 'ipv6');
      return isMade && site.whole('networks', 'kubernetes', 'edge', 'database', 'objects');
    });
    return known.flatMap((one, index) =>
      known.slice(index + 1).flatMap((other): Finding[] => {
        const unheard = FLOWS.filter(({ reach = 'own' }) => reach !== 'own').flatMap((flow) => [
          ...apart(flow, one, other, addressMap),
          ...apart(flow, other, one, addressMap),
        ]);
        return unheard.length > 0 ? [finding(unheard)] : [];
      }),
    );
  },
};

/** The two values, one of each site, that keep a flow from its way. */
interface Unheard {
  flow: Flow;
  ipv4: { pair: Pair; site: SitePart };
  ipv6: { pair: Pair; site: SitePart };
}

function apart(flow: Flow, from: SitePart, to: SitePart, addressMap: AddressMap): Unheard[] {
  const sources = ends(flow.from, from, addressMap).map((pair) => ({ pair, site: from }));
  const targets = ends(flow.to, to, addressMap).map((pair) => ({ pair, site: to }));
  for (const source of sources) {
    for (const target of targets) {
      const [one, two] = [only(source.pair), only(target.pair)];
      if (one === 'ipv4' && two === 'ipv6') return [{ flow, ipv4: source, ipv6: target }];
      if (one === 'ipv6' && two === 'ipv4') return [{ flow, ipv4: target, ipv6: source }];
    }
  }
  return [];
}
const only = ({ values: [first, second] }: Pair): Family | undefined =>
  second && second.family !== first!.family ? undefined : first!.family;

/**
 * What has to have a family for packets of one end to leave its site, or to arrive there: the network of the hosts, the one
 * that they leave by, that of the pods. Nothing, where the site has no such end.
 */
function ends(party: Party, site: SitePart, addressMap: AddressMap): Pair[] {
  const at = (...path: string[]) => addressMap.pair([site.code, ...path]) ?? [];
  const hosts = [at('networks', 'nodes'), at('networks', 'public')].flat();
  const { kubernetes, edge } = site;
  switch (party.kind) {
    case 'hosts':
      return hosts;
    case 'arbiters':
      return kubernetes ? [] : hosts;
    case 'database':
      return databaseHosts(site).length > 0 ? hosts : [];
    case 'role':
      return hostsWith(site, party.role).length > 0 ? hosts : [];
    case 'pods':
      return kubernetes ? [...hosts, at('kubernetes', 'pods')].flat() : [];
    case 'namespace':
      return kubernetes && site.objects ? [...hosts, at('kubernetes', 'pods')].flat() : [];
    case 'balancer':
      return [at('edge', party.balancer, edge?.kind === 'octavia' ? 'public' : 'address')].flat();
    default:
      return [];
  }
}

/** One problem for two sites, however many flows there are between them. */
function finding([first, ...more]: Unheard[]): Finding {
  const { flow, ipv4, ipv6 } = first!;
  const others = new Set(more.map(({ flow: { name } }) => name).filter((name) => name !== flow.name)).size;
  const and = others > 0 ? ` and ${count(others, 'other flow')}` : '';
  // A cloud has the IPv4 of its provider.
  const or = ipv4.site.openstack ? '' : `, or of IPv6 to ${ipv4.pair.label}`;
  const name = (family: Family) => familyName(family);
  return {
    at: ipv6.pair.at,
    other: ipv4.pair.at,
    message: `${ipv6.site.code} and ${ipv4.site.code} share no address family: ${ipv6.pair.label} has ${name('ipv6')} only, ${ipv4.pair.label} ${name('ipv4')} only; ${flow.name}${and} between them ${others > 0 ? 'need' : 'needs'} one (${flow.why})`,
    fix: `add a value of IPv4 to ${ipv6.pair.label}${or}, and to the hosts on it`,
  };
}

/** What a site in IPv6 only asks of machines that are not ours, and whose addresses stand in the files. */
const others: Rule = {
  code: 'family-others',
  why: 'a machine without IPv6 is never reached from a site that has nothing else',
  check({ platform, sites, addressMap }) {
    const asked = sites.flatMap((site) => {
      const nodes = addressMap.pair([site.code, 'networks', 'nodes']);
      if (!nodes || only(nodes) !== 'ipv6' || site.openstack) return [];
      const inFour = (texts: string[] | undefined, path: Path, what: string) =>
        (texts ?? []).flatMap((text, index) =>
          /^[\d.]+$/.test(text) ? [{ at: [...path, index], label: `${what} ${text}` }] : [],
        );
      const named = (kind: 'servers' | 'hosts', keys: string[]) =>
        keys.flatMap((key) => {
          const pair = addressMap.pair(['platform', 'dns', kind, key]);
          return pair && only(pair) === 'ipv4' ? [pair] : [];
        });
      const { kubernetes } = site;
      // Images come from the registry; whether the zone has a challenge is asked of each of its servers.
      const cluster = kubernetes
        ? [...named('servers', Object.keys(platform.dns?.servers ?? {})), ...named('hosts', ['registry'])]
        : [];
      return [
        ...inFour(platform.time, ['platform', 'time'], 'the time server'),
        ...inFour(kubernetes?.resolvers, [site.code, 'kubernetes', 'resolvers'], 'the resolver'),
        ...cluster,
      ].map(({ at, label }) => ({ at, label, site: site.code, nodes }));
    });
    // One decision, however many sites ask.
    return [...Map.groupBy(asked, ({ at }) => at.join(' ')).values()].map((all): Finding => {
      const [{ at, label, nodes }] = all as [(typeof all)[0], ...typeof all];
      return {
        at,
        other: nodes.at,
        message: `${label} has IPv4 only, and ${list(all.map(({ site }) => site))} ${all.length > 1 ? 'have' : 'has'} IPv6 only to ask it in`,
        fix: 'write an address of IPv6, alone or beside the other where two may stand',
      };
    });
  },
};

export const conversationRules: Rule[] = [shared, others];
