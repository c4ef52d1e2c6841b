import { type Family, fromNumber, isPrivate } from '../address.ts';
import type { Path } from '../load/problem.ts';
import { type Addr, type AddressMap, HOMES, type Net } from './address-map.ts';
import { betterNetwork, fittingNetwork, freeAddress, inside, isDeserted, isFree, residents } from './free.ts';
import { reservedBy } from './networks.ts';
import type { SitePart } from './parts.ts';
import { count, eachSite, type Finding, type Rule } from './rule.ts';

const FAMILY = { ipv4: 'IPv4', ipv6: 'IPv6' };
export const familyName = (family: Family): string => FAMILY[family];

const reserved: Rule = {
  code: 'address-reserved',
  why: 'no packet is routed there',
  check: ({ addressMap }) =>
    addressMap.addresses.flatMap((address): Finding[] => {
      const { at, label, text } = address;
      const range = reservedBy(address.family, address.value, address.value);
      return range
        ? [{ at, message: `${label} is ${text}, but ${range}`, ...move(address, addressMap) }]
        : [];
    }),
};

const twice: Rule = {
  code: 'address-twice',
  why: "two that answer to one address lose each other's packets",
  check({ addressMap }) {
    const first = new Map<string, Addr>();
    const settled = addressMap.addresses.filter((address) => !strayed(address, addressMap));
    return settled.flatMap((address): Finding[] => {
      const key = `${address.family} ${address.value}`;
      const other = first.get(key);
      if (!other) first.set(key, address);
      if (!other || other.owner === address.owner) return [];
      const { at, label, text } = address;
      const message = `${text} is ${other.label} and ${label}`;
      return [{ at, other: other.at, message, ...move(address, addressMap) }];
    });
  },
};
/** It lies where it cannot be anyway, which is reported by another rule. */
const strayed = (address: Addr, addressMap: AddressMap): boolean => {
  const net = homeOf(address, addressMap);
  return !!address.home && (!net || !inside(net, address));
};

const outside: Rule = {
  code: 'address-outside',
  why: 'nothing on its network would know the way to it',
  check: eachSite((site, { addressMap }) => [
    ...HOMES.flatMap((name) => addressMap.networks(site, name)).flatMap((net) => strangers(net, addressMap)),
    ...(site.whole('networks') ? HOMES.flatMap((name) => homeless(site, name, addressMap)) : []),
  ]),
};

/** Those that must lie in a network and do not; where none does, the network is what is wrong. */
function strangers(net: Net, addressMap: AddressMap): Finding[] {
  if (reservedBy(net.family, net.first, net.last)) return [];
  const all = residents(net, addressMap);
  const out = all.filter((each) => !inside(net, each) && !reservedBy(each.family, each.value, each.value));
  const [first] = out;
  if (isCramped(net, addressMap)) return []; // reported where it is judged what its addresses mean
  if (first && isDeserted(net, addressMap)) {
    if (!isFree(net, net, addressMap)) return []; // reported, with the same mend, where networks overlap
    const better = betterNetwork(net, addressMap);
    return [
      {
        at: net.at,
        other: first.at,
        message: `none of the ${all.length} addresses that belong to ${net.label} is in it (${net.text}); ${first.label} is ${first.text}`,
        fix: better ? `write ${better}` : 'write the network that they are in',
        edit: better ? { at: net.at, set: better } : undefined,
      },
    ];
  }
  return out.map((address) => ({
    at: address.at,
    other: net.at,
    message: `${address.label} is ${address.text}, outside ${net.label} (${net.text})`,
    allowed: [usable(net)],
    ...move(address, addressMap),
  }));
}

/** Those that must lie in a network that the site has not, or not of their family. */
function homeless(site: SitePart, name: (typeof HOMES)[number], addressMap: AddressMap): Finding[] {
  const nets = addressMap.networks(site, name);
  const lost = addressMap.addresses.filter(
    ({ home, family }) =>
      home?.site === site && home.name === name && !nets.some((net) => net.family === family),
  );
  const [first] = lost;
  if (!first) return [];
  const { at, label, text, family } = first;
  const more = lost.length > 1 ? ` and ${count(lost.length - 1, 'other')} belong` : ' belongs';
  const has = nets.length > 0 ? `has ${familyName(nets[0]!.family)} only` : 'is not there';
  return [
    {
      at,
      ...(nets.length > 0 ? { other: [site.code, 'networks', name] } : {}),
      message: `${label} (${text})${more} to the ${name} network of ${site.code}, which ${has}`,
      fix: `add the ${familyName(family)} network of ${text} to \`networks.${name}\`, or remove the address`,
    },
  ];
}

/** In networks of a single link both ends are hosts (RFC 3021, RFC 6164). */
const isLink = ({ first, last }: Net): boolean => last - first < 2n;
const usable = ({ family, first, last }: Net): string =>
  `${fromNumber(family, first + 1n)} to ${fromNumber(family, family === 'ipv4' ? last - 1n : last)}`;

/** Most of those that must be in it have no place of a host's there: then it is the network that is wrong. */
function isCramped(net: Net, addressMap: AddressMap): boolean {
  const all = residents(net, addressMap).filter((each) => !reservedBy(each.family, each.value, each.value));
  const housed = all.filter(
    (each) =>
      inside(net, each) &&
      (isLink(net) || (each.value !== net.first && (each.value !== net.last || each.family === 'ipv6'))),
  );
  return (
    all.length > 1 &&
    housed.length < all.length &&
    !isDeserted(net, addressMap) &&
    (housed.length * 2 < all.length || freeAddress(net, net.first + 1n, addressMap) === undefined)
  );
}

const cramped: Rule = {
  code: 'network-cramped',
  why: 'each host needs an address of its own, which is neither the first nor the last of its network',
  check: ({ addressMap }) =>
    addressMap.nets
      .filter((net) => !reservedBy(net.family, net.first, net.last) && isCramped(net, addressMap))
      .map((net): Finding => {
        const all = residents(net, addressMap);
        const better = fittingNetwork(net, addressMap);
        const room = net.last - net.first < 2n ? net.last - net.first + 1n : net.last - net.first - 1n;
        return {
          at: net.at,
          other: all[0]!.at,
          message:
            `${net.label} (${net.text}) has ${count(Number(room), 'address')} for ${all.length} that belong to it`.replace(
              'addresss',
              'addresses',
            ),
          fix: better ? `write ${better}, which holds them all` : 'write a network that holds them all',
          edit: better ? { at: net.at, set: better } : undefined,
        };
      }),
};

const ofNetwork: Rule = {
  code: 'address-of-network',
  why: 'hosts do not answer to it, or all of them do',
  check: ({ addressMap }) =>
    addressMap.addresses.flatMap((address): Finding[] => {
      const { at, label, text, family, value } = address;
      const net = homeOf(address, addressMap);
      if (!net || isLink(net) || isCramped(net, addressMap)) return [];
      const what =
        value === net.first ? 'first' : value === net.last && family === 'ipv4' ? 'last' : undefined;
      if (!what) return [];
      const meaning =
        what === 'last' ? 'all hosts on it' : family === 'ipv4' ? 'the network itself' : 'any router on it';
      const message = `${label} is ${text}, the ${what} address of ${net.text}, which means ${meaning}`;
      return [{ at, other: net.at, message, allowed: [usable(net)], ...move(address, addressMap) }];
    }),
};

/** What the world dials, or should be able to. */
const isWorldly = ([first, second, third, fourth]: Path): boolean =>
  (first === 'platform' && (second === 'anycast' || third === 'servers')) ||
  (second === 'networks' && third === 'public') ||
  (second === 'edge' && fourth === 'public');

const published: Rule = {
  code: 'address-private',
  why: 'a private address ends at the next router: the world would dial it, and reach nobody',
  check: ({ addressMap }) =>
    addressMap.pairs.flatMap(({ at, label, values }): Finding[] =>
      values
        .filter(({ text }) => isWorldly(at) && isInside(text))
        .map(({ at: place, text }) => ({
          at: place,
          message: `${label} is ${text}, which is private`,
          fix: 'write what the world reaches it by',
        })),
    ),
};
const isInside = (text: string): boolean => isPrivate(text.split('/')[0]!);

const anycast: Rule = {
  code: 'anycast-inside',
  why: 'hosts of that site would look for it on their own network, and never at another site',
  check: ({ addressMap }) =>
    addressMap.addresses
      .filter(({ at }) => at[1] === 'anycast')
      .flatMap((address) =>
        addressMap.nets
          .filter((net) => inside(net, address))
          .map((net) => ({
            at: address.at,
            other: net.at,
            message: `the anycast address ${address.text} lies in ${net.label} (${net.text})`,
            fix: `write an address outside ${net.text}, or make that network smaller`,
          })),
      ),
};

const homeOf = ({ home, family }: Addr, addressMap: AddressMap): Net | undefined =>
  home && addressMap.networks(home.site, home.name).find((net) => net.family === family);

/** The edit for an address that cannot stay: the nearest free one of its network. */
function move(address: Addr, addressMap: AddressMap): Pick<Finding, 'fix' | 'edit'> {
  const net = homeOf(address, addressMap);
  const free = net && freeAddress(net, address.value, addressMap);
  return free
    ? { fix: `write ${free}, which is free`, edit: { at: address.at, set: free } }
    : { fix: 'write an address that nobody has' };
}

export const addressRules: Rule[] = [reserved, twice, outside, cramped, ofNetwork, published, anycast];
