import { FAMILIES, type Family } from '../address.ts';
import type { Path } from '../load/problem.ts';
import type { AddressMap, Pair } from './address-map.ts';
import { familyName } from './addresses.ts';
import type { SitePart } from './parts.ts';
import { count, eachSite, type Finding, hostsWith, list, type Rule } from './rule.ts';

const twice: Rule = {
  code: 'family-twice',
  why: 'a pair holds one value of each family; a second one of the same would be lost',
  check: ({ addressMap }) =>
    addressMap.pairs.flatMap(({ values, label }): Finding[] => {
      const [first, second] = values;
      if (!first || !second || first.family !== second.family) return [];
      const name = familyName(first.family);
      const message = `${label} has two values of ${name}: ${first.text} and ${second.text}`;
      const { at } = second;
      return [
        { at, message, fix: `leave one, or write the second in ${other(name)}`, edit: { at, remove: true } },
      ];
    }),
};
const other = (name: string) => (name === 'IPv4' ? 'IPv6' : 'IPv4');

/** Paths below a site whose values are dialled from within it. */
const DIALLED: ((path: Path) => boolean)[] = [
  ([, top, name]) => top === 'networks' && name === 'nodes',
  ([, top]) => top === 'kubernetes',
  ([, top, , name]) => top === 'hosts' && name === 'address',
  ([, top, , name]) => top === 'edge' && name === 'address',
];

/** A site may be in IPv6 only, but for OpenStack: what is on its networks then is as well. */
const isInSix = ({ code, openstack, whole }: SitePart, addressMap: AddressMap): boolean => {
  const nodes = addressMap.pair([code, 'networks', 'nodes']);
  return !!nodes && !has(nodes, 'ipv4') && !openstack && whole('openstack');
};

const ipv4: Rule = {
  code: 'family-ipv4',
  why: 'hosts of a site dial each other in IPv4 wherever it has it, and the networks of OpenStack are made in IPv4 or in both families',
  check({ addressMap, sites }) {
    const inSix = sites.filter((site) => isInSix(site, addressMap));
    const lacking = addressMap.pairs.filter(
      (pair) =>
        !has(pair, 'ipv4') &&
        DIALLED.some((needed) => needed(pair.at)) &&
        !inSix.some(({ code }) => code === pair.at[0]),
    );
    // One decision, however many addresses follow from it.
    return [...Map.groupBy(lacking, ({ at }) => at[0]!)].map(([code, pairs]): Finding => {
      const [{ at, label, values }, ...more] = pairs as [Pair, ...Pair[]];
      const { text } = values[0]!;
      const isSite = pairs.some((pair) => pair.at[1] === 'networks');
      return {
        at,
        message: isSite
          ? `${code} is in IPv6 only: ${label} is ${text}${more.length > 0 ? `, and ${count(more.length, 'value')} of ${code} follow${more.length > 1 ? '' : 's'}` : ''}`
          : more.length > 0
            ? `${label} is in IPv6 only (${text}), and ${count(more.length, 'other')} of ${code} with it`
            : `${label} is in IPv6 only: ${text}`,
        fix: `write one of each family: [<IPv4>, ${text}]${more.length > 0 ? ', and so for the others' : ''}`,
      };
    });
  },
};

const services: Rule = {
  code: 'family-services',
  why: 'a cluster is of the same families for pods and services, or it does not start',
  check: eachSite(({ code, kubernetes }, { addressMap }) => {
    if (!kubernetes) return [];
    const [pods, services] = ['pods', 'services'].map((name) => addressMap.pair([code, 'kubernetes', name]));
    if (!pods || !services || alike(pods, services) || [pods, services].some(doubled)) return [];
    const [more, less] = pods.values.length > services.values.length ? [pods, services] : [services, pods];
    const missing = missingIn(less)[0]!;
    return [
      {
        at: less.at,
        other: more.at,
        message: `${more.label} has ${families(more)}, ${less.label} only ${families(less)}`,
        fix: `add a network of ${familyName(missing)} here, or remove the one there`,
      },
    ];
  }),
};

const nodes: Rule = {
  code: 'family-nodes',
  why: 'kubelets announce an address of each family that pods have; without it pods of that family reach nobody',
  check: eachSite((site, { addressMap }) => {
    const { code, kubernetes } = site;
    const pods = kubernetes && addressMap.pair([code, 'kubernetes', 'pods']);
    if (!pods || !site.whole('networks')) return [];
    return FAMILIES.filter((family) => has(pods, family)).flatMap((family) => {
      const nodes = addressMap.pair([code, 'networks', 'nodes']);
      if (nodes && !has(nodes, family)) {
        if (family === 'ipv4' && site.openstack) return []; // is family-ipv4
        const name = familyName(family);
        const message = `pods of ${code} have ${name}, its nodes network (${nodes.values[0]!.text}) has not`;
        const fix = `add a network of ${name}, or remove the one of pods and services`;
        return [{ at: nodes.at, other: pods.at, message, fix }];
      }
      if (family === 'ipv4') return []; // is family-ipv4
      return [...hostsWith(site, 'control-plane'), ...hostsWith(site, 'worker')].flatMap((key) =>
        lacking(addressMap, [code, 'hosts', key, 'address'], family, `pods of ${code} have IPv6`, pods),
      );
    });
  }),
};

const edges: Rule = {
  code: 'family-edges',
  why: 'the address would move to an edge that is not on its network',
  check: eachSite((site, { addressMap }) => {
    const { code, edge } = site;
    if (edge?.kind !== 'haproxy') return [];
    const needs = [
      ['app', 'public'],
      ['api', 'address'],
    ] as const;
    return needs.flatMap(([name, where]) => {
      const virtual = addressMap.pair([code, 'edge', name, 'address']);
      if (!virtual) return [];
      return FAMILIES.filter((family) => has(virtual, family)).flatMap((family) =>
        hostsWith(site, 'edge').flatMap((key) =>
          lacking(
            addressMap,
            [code, 'hosts', key, where],
            family,
            `${virtual.label} has ${familyName(family)}`,
            virtual,
          ),
        ),
      );
    });
  }),
};

function lacking(addressMap: AddressMap, at: Path, family: Family, because: string, wanted: Pair): Finding[] {
  const pair = addressMap.pair(at);
  if (!pair || has(pair, family)) return [];
  const { text } = pair.values[0]!;
  const both = family === 'ipv6' ? `${text}, <IPv6>` : `<IPv4>, ${text}`;
  return [
    {
      at,
      other: wanted.at,
      message: `${because}, but ${pair.label} has only ${text}`,
      fix: `write one of each family: [${both}]`,
    },
  ];
}

const translated: Rule = {
  code: 'family-translated',
  why: 'only an edge has its public address on an interface; everywhere else IPv4 is translated into the host’s own, and IPv6 is not',
  check: eachSite(({ code, hosts }, { addressMap }) =>
    Object.keys(hosts)
      .filter((key) => hosts[key]!.role !== 'edge')
      .flatMap((key): Finding[] => {
        const [own, open] = ['address', 'public'].map((name) => addressMap.pair([code, 'hosts', key, name]));
        const lost = open?.values.find(({ family }) => family === 'ipv6' || (own && !has(own, family)));
        if (!open || !lost) return [];
        const at = open.values.length === 1 ? open.at : lost.at;
        const message =
          lost.family === 'ipv6'
            ? `${open.label} is ${lost.text}, and IPv6 is not translated: no host has that address`
            : `${open.label} is ${lost.text}, and ${own!.label} has no IPv4 that it could be translated into`;
        return [{ at, message, fix: 'remove it', edit: { at, remove: true } }];
      }),
  ),
};

const outside: Rule = {
  code: 'family-outside',
  why: 'hosts fetch what they run from the world, and try IPv6 first: behind a front firewall without it each try waits',
  check: eachSite((site, { addressMap }) => {
    const { code, edge } = site;
    if (edge?.kind !== 'haproxy' || !site.whole('networks')) return [];
    const [inner, outer] = ['nodes', 'public'].map((name) => addressMap.pair([code, 'networks', name]));
    if (!inner || !outer || !has(inner, 'ipv6') || has(outer, 'ipv6')) return [];
    return [
      {
        at: outer.at,
        other: inner.at,
        message: `hosts of ${code} have IPv6, and the front firewall has none to let them out by: its network is ${outer.values[0]!.text} alone`,
        fix: `write one of each family: [${outer.values[0]!.text}, <IPv6>], or remove IPv6 from the nodes, pods and services of ${code}`,
      },
    ];
  }),
};

const administrators: Rule = {
  code: 'family-administrators',
  why: 'nobody could administer that site',
  check: ({ platform, sites, addressMap }) => {
    if (!platform.administrators) return [];
    const from = new Set(
      platform.administrators.networks.map((each) => (each.includes(':') ? 'ipv6' : 'ipv4')),
    );
    return sites.flatMap((site: SitePart) => {
      return entrances(site, addressMap)
        .filter((pair) => !FAMILIES.some((family) => from.has(family) && has(pair, family)))
        .map((pair) => ({
          at: ['platform', 'administrators', 'networks'],
          key: true,
          other: pair.at,
          message: `${pair.label} has ${families(pair)}, administrators come from ${list([...from].map(familyName))} only`,
          fix: `add a network of ${families(pair)}`,
        }));
    });
  },
};

/** Where administrators come in: bastions, and where there is no cluster the first host, for the others are of its families. */
function entrances(site: SitePart, addressMap: AddressMap): Pair[] {
  const at = (key: string, name: string) => addressMap.pair([site.code, 'hosts', key, name]);
  const bastions = hostsWith(site, 'bastion').flatMap((key) => at(key, 'public') ?? at(key, 'address') ?? []);
  const [rented] = site.kubernetes ? [] : hostsWith(site, 'database');
  if (bastions.length > 0 || rented === undefined) return bastions;
  const pair = at(rented, 'address');
  return pair ? [pair] : [];
}

const doubled = ({ values: [first, second] }: Pair): boolean => !!second && first!.family === second.family;
const has = (pair: Pair, family: Family): boolean => pair.values.some((value) => value.family === family);
const alike = (a: Pair, b: Pair): boolean => FAMILIES.every((family) => has(a, family) === has(b, family));
const missingIn = (pair: Pair): Family[] => FAMILIES.filter((family) => !has(pair, family));
const families = (pair: Pair): string => list(FAMILIES.filter((family) => has(pair, family)).map(familyName));

export const familyRules: Rule[] = [twice, ipv4, services, nodes, edges, translated, outside, administrators];
