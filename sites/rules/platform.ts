import { contains, familyOf, prefixLength, rangeOf } from '../address.ts';
import { nearest } from '../load/near.ts';
import { readSshKey, SSH_KEY_TYPES } from '../ssh-key.ts';
import { familyName } from './addresses.ts';
import { reservedBy } from './networks.ts';
import { eachSite, type Finding, list, type Rule } from './rule.ts';

/** Shorter than these are not the networks of somebody we know: 65,536 IPv4 addresses, a provider's IPv6 allocation. */
const PREFIX_MIN = { ipv4: 16, ipv6: 32 };
/** Networks that end at somebody's own router. @see https://www.rfc-editor.org/rfc/rfc1918 https://www.rfc-editor.org/rfc/rfc4193 https://www.rfc-editor.org/rfc/rfc6598 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
const isPrivateNetwork = (text: string): boolean =>
  PRIVATE.some((whole) => prefixLength(text) >= prefixLength(whole) && contains(whole, text.split('/')[0]!));
/** All IPv4 addresses that administrators may come from: four networks of the largest size. */
const ADDRESSES_MAX = 2 ** 18;

const administrators: Rule = {
  code: 'administrators-open',
  why: 'everybody in such a network may try keys at every bastion',
  check: ({ platform }) =>
    (platform.administrators?.networks ?? []).flatMap((text, index): Finding[] => {
      const least = PREFIX_MIN[familyOf(text)];
      if (prefixLength(text) >= least || isPrivateNetwork(text)) return [];
      const at = ['platform', 'administrators', 'networks', index];
      const whole = prefixLength(text) === 0 ? 'the whole internet' : `a /${prefixLength(text)}`;
      const message = `administrators may come from ${text}, ${whole}`;
      return [
        {
          at,
          message,
          allowed: [`/${least} or longer`],
          fix: 'write the networks that they really come from',
        },
      ];
    }),
};

const administratorsReserved: Rule = {
  code: 'administrators-reserved',
  why: 'nobody ever comes from there: the bastion would be closed to all',
  check: ({ platform }) =>
    (platform.administrators?.networks ?? []).flatMap((text, index): Finding[] => {
      const { first, last } = rangeOf(text);
      // A network that is too large is reported by itself.
      const range =
        prefixLength(text) >= PREFIX_MIN[familyOf(text)] && reservedBy(familyOf(text), first, last);
      if (!range) return [];
      const at = ['platform', 'administrators', 'networks', index];
      const message = `administrators may come from ${text}, but ${range}`;
      return [{ at, message, fix: 'remove it, or write the network that they really come from' }];
    }),
};

const administratorsMany: Rule = {
  code: 'administrators-many',
  why: 'many networks are as open as a large one',
  check({ platform }) {
    const networks = (platform.administrators?.networks ?? []).filter(
      (text) => familyOf(text) === 'ipv4' && !isPrivateNetwork(text) && prefixLength(text) >= PREFIX_MIN.ipv4,
    );
    const sum = networks.reduce((total, text) => total + 2 ** (32 - prefixLength(text)), 0);
    if (sum <= ADDRESSES_MAX) return [];
    const message = `administrators may come from ${networks.length} networks with ${sum} addresses; ${ADDRESSES_MAX} are the most`;
    const at = ['platform', 'administrators', 'networks'];
    return [{ at, key: true, message, fix: 'write the networks that they really come from' }];
  },
};

const keys: Rule = {
  code: 'administrator-key',
  why: 'sshd passes over a key that it cannot read without a word, and its owner is locked out',
  check: ({ platform }) =>
    (platform.administrators?.keys ?? []).flatMap((line, index): Finding[] => {
      const key = readSshKey(line);
      if (!('fault' in key)) return [];
      const at = ['platform', 'administrators', 'keys', index];
      const message = `key ${index + 1} of administrators is none that sshd would take: ${key.fault}`;
      return [
        {
          at,
          message,
          allowed: [...SSH_KEY_TYPES],
          fix: 'write the line of the file that ends in .pub as it is',
        },
      ];
    }),
};

const keyTwice: Rule = {
  code: 'administrator-twice',
  why: 'when one of the two leaves, the key that is removed still lets them in',
  check({ platform }) {
    const owners = new Map<string, number>();
    return (platform.administrators?.keys ?? []).flatMap((line, index): Finding[] => {
      const at = ['platform', 'administrators', 'keys', index];
      const key = readSshKey(line);
      const first = 'fault' in key ? index : (owners.get(key.body) ?? index);
      if (!('fault' in key)) owners.set(key.body, first);
      if (first === index) return [];
      const message = `key ${index + 1} of administrators is key ${first + 1} again`;
      const other = ['platform', 'administrators', 'keys', first];
      return [{ at, other, message, fix: 'remove one of the two', edit: { at, remove: true } }];
    });
  },
};

const primary: Rule = {
  code: 'objects-primary',
  why: 'one zone takes writes, and the others follow it',
  check: ({ platform, sites }): Finding[] => {
    if (!platform.whole('objects') || !sites.every((site) => site.whole('objects'))) return [];
    const stores = sites.filter(({ objects }) => objects).map(({ code }) => code);
    const at = ['platform', 'objects', 'primary'];
    if (!platform.objects) {
      const [code] = stores;
      if (!code) return [];
      const message = `${list(stores)} ${stores.length > 1 ? 'have' : 'has'} an object store, but none is the primary`;
      const edit = { at: ['platform', 'objects'], set: { primary: code } };
      return [
        {
          at: [code, 'objects'],
          key: true,
          message,
          allowed: stores,
          fix: `add \`objects: { primary: ${code} }\` to platform.yaml`,
          edit,
        },
      ];
    }
    const chosen = platform.objects.primary;
    if (stores.includes(chosen)) return [];
    const there = sites.some(({ code }) => code === chosen);
    const near = there ? undefined : nearest(chosen, stores);
    const none = stores.length === 0;
    return [
      {
        at: none ? ['platform', 'objects'] : at,
        message: `${chosen} is to take writes of the object store, but ${there ? 'has none' : 'there is no such site'}${near ? `; did you mean \`${near}\`?` : ''}`,
        found: chosen,
        allowed: none ? undefined : stores,
        fix: none
          ? 'remove `objects`, for no site has an object store'
          : `write \`primary: ${near ?? stores[0]}\``,
        edit: none ? { at: ['platform', 'objects'], remove: true } : { at, set: near ?? stores[0]! },
      },
    ];
  },
};

const announced: Rule = {
  code: 'anycast-unannounced',
  why: 'an address that no router hears of is reached by nobody',
  check: ({ sites, addressMap }) => {
    if (!sites.every((site) => site.whole('routing'))) return [];
    const anycast = addressMap.pair(['platform', 'anycast'])?.values ?? [];
    const peers = sites.flatMap(
      ({ code }) => addressMap.pair([code, 'routing', 'peer', 'address'])?.values ?? [],
    );
    return anycast
      .filter(({ family }) => !peers.some((peer) => peer.family === family))
      .map(({ at, text, family }) => {
        const message = `no site announces ${text}: none has a BGP peer in ${familyName(family)}`;
        return {
          at,
          message,
          fix: 'remove it, or add `routing` at the sites that serve the app',
          edit: { at, remove: true },
        };
      });
  },
};

const routed: Rule = {
  code: 'routing-stray',
  why: 'the edges announce the app, and only where there is one',
  check: eachSite((site): Finding[] => {
    if (!site.routing || site.edge || !site.whole('edge')) return [];
    const at = [site.code, 'routing'];
    return [
      {
        at,
        key: true,
        message: `${site.code} has a BGP peer but no edge to announce anything`,
        fix: 'remove `routing`',
        edit: { at, remove: true },
      },
    ];
  }),
};

/** @see https://www.iana.org/assignments/iana-as-numbers-special-registry/ */
const ASN_RESERVED: Record<number, string> = { 23456: 'AS_TRANS', 65535: 'the last of 16 bits' };

const asn: Rule = {
  code: 'asn',
  why: 'the session would be one inside an autonomous system, or none at all, and our routes would not go on',
  check: eachSite(({ code, routing }) => {
    if (!routing) return [];
    const own = { at: [code, 'routing', 'asn'], value: routing.asn };
    const peer = { at: [code, 'routing', 'peer', 'asn'], value: routing.peer.asn };
    const reserved = [own, peer].flatMap(({ at, value }): Finding[] =>
      ASN_RESERVED[value]
        ? [
            {
              at,
              message: `AS ${value} is reserved (${ASN_RESERVED[value]})`,
              fix: 'write a number of yours, or a private one from 64512 to 65534',
            },
          ]
        : [],
    );
    if (own.value !== peer.value) return reserved;
    const message = `${code} and its router are both AS ${own.value}`;
    const free = own.value === 65010 ? 65011 : 65010;
    return [
      ...reserved,
      {
        at: own.at,
        other: peer.at,
        message,
        fix: `write a number of the site's own, such as ${free}`,
        edit: { at: own.at, set: free },
      },
    ];
  }),
};

export const platformRules: Rule[] = [
  administrators,
  administratorsReserved,
  administratorsMany,
  keys,
  keyTwice,
  primary,
  announced,
  routed,
  asn,
];
