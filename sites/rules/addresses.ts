import { type Family, fromNumber } from '../address.ts';
import { reservedBy } from './networks.ts';
import { type Addr, freeAddress, type Net, type Plan } from './plan.ts';
import type { Finding, Rule } from './rule.ts';

const FAMILY = { ipv4: 'IPv4', ipv6: 'IPv6' };
export const familyName = (family: Family): string => FAMILY[family];

const reserved: Rule = {
  code: 'address-reserved',
  why: 'no packet is routed there',
  check: ({ plan }) =>
    plan.addresses.flatMap((address): Finding[] => {
      const { at, label, text, family, value } = address;
      const range = reservedBy(family, value, value);
      if (!range) return [];
      return [{ at, message: `${label} is ${text}, but ${range}`, ...move(address, plan) }];
    }),
};

const twice: Rule = {
  code: 'address-twice',
  why: "two that answer to one address lose each other's packets",
  check({ plan }) {
    const first = new Map<string, Addr>();
    return plan.addresses.flatMap((address): Finding[] => {
      const key = `${address.family} ${address.value}`;
      const other = first.get(key);
      if (!other) first.set(key, address);
      if (!other || other.owner === address.owner) return [];
      const { at, label, text } = address;
      const message = `${text} belongs to ${other.label} and to ${label}`;
      return [{ at, other: other.at, message, ...move(address, plan) }];
    });
  },
};

const outside: Rule = {
  code: 'address-outside',
  why: 'nothing on its network would know the way to it',
  check: ({ plan }) =>
    plan.addresses.flatMap((address): Finding[] => {
      const { at, label, text, family, value, home } = address;
      if (!home?.site.whole('networks')) return [];
      const { code } = home.site;
      const nets = plan.networks(home.site, home.name);
      const net = nets.find((each) => each.family === family);
      if (!net) {
        const has = nets.length > 0 ? `has ${familyName(nets[0]!.family)} only` : 'is not there';
        return [
          {
            at,
            ...(nets.length > 0 ? { other: [code, 'networks', home.name] } : {}),
            message: `${label} is ${text}, but the ${home.name} network of ${code} ${has}`,
            fix: `add the network of ${text} to \`networks.${home.name}\`, or remove the address`,
          },
        ];
      }
      if (reservedBy(family, value, value) || (net.first <= value && value <= net.last)) return [];
      const message = `${label} is ${text}, outside ${net.label} (${net.text})`;
      return [{ at, other: net.at, message, allowed: [usable(net)], ...move(address, plan) }];
    }),
};

/** In networks of a single link both ends are hosts (RFC 3021, RFC 6164). */
const isLink = ({ first, last }: Net): boolean => last - first < 2n;
const usable = ({ family, first, last }: Net): string =>
  `${fromNumber(family, first + 1n)} to ${fromNumber(family, family === 'ipv4' ? last - 1n : last)}`;

const ofNetwork: Rule = {
  code: 'address-of-network',
  why: 'hosts do not answer to it, or all of them do',
  check: ({ plan }) =>
    plan.addresses.flatMap((address): Finding[] => {
      const { at, label, text, family, value, home } = address;
      const net = home && plan.networks(home.site, home.name).find((each) => each.family === family);
      if (!net || isLink(net)) return [];
      const what =
        value === net.first ? 'first' : value === net.last && family === 'ipv4' ? 'last' : undefined;
      if (!what) return [];
      const meaning =
        what === 'last' ? 'broadcast' : family === 'ipv4' ? 'the network itself' : 'any router on it';
      const message = `${label} is ${text}, the ${what} address of ${net.text}, which means ${meaning}`;
      return [{ at, other: net.at, message, allowed: [usable(net)], ...move(address, plan) }];
    }),
};

const anycast: Rule = {
  code: 'anycast-inside',
  why: 'hosts of that site would look for it on their own network, and never at another site',
  check: ({ plan }) =>
    plan.addresses
      .filter(({ at }) => at[1] === 'anycast')
      .flatMap(({ at, text, family, value }) =>
        plan.nets
          .filter((net) => net.family === family && net.first <= value && value <= net.last)
          .map((net) => ({
            at,
            other: net.at,
            message: `the anycast address ${text} lies in ${net.label} (${net.text})`,
            fix: `write an address outside ${net.text}, or make that network smaller`,
          })),
      ),
};

/** The edit for an address that cannot stay: the nearest free one of its network. */
function move(address: Addr, plan: Plan): Pick<Finding, 'fix' | 'edit'> {
  const { home, family, value, at } = address;
  const net = home && plan.networks(home.site, home.name).find((each) => each.family === family);
  const free = net && freeAddress(net, value, plan);
  return free
    ? { fix: `write ${free}, which is free`, edit: { at, set: free } }
    : { fix: 'write an address that nobody has' };
}

export const addressRules: Rule[] = [reserved, twice, outside, ofNetwork, anycast];
