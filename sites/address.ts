import ipaddr from 'ipaddr.js';

/** One value for each address family that is in use: addresses, or networks in CIDR notation. */
export interface PerFamily {
  ipv4?: string;
  ipv6?: string;
}
export const FAMILIES = ['ipv4', 'ipv6'] as const;
export type Family = (typeof FAMILIES)[number];

export const familyOf = (text: string): Family => (text.includes(':') ? 'ipv6' : 'ipv4');

/** `10.0.0.1` or `[10.0.0.1, 2001:db8::1]`, one for each family; IPv6 in its shortest form (RFC 5952). */
export function perFamily(value: string | string[] | undefined): PerFamily {
  const texts = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return Object.fromEntries(texts.map((text) => [familyOf(text), canonical(text)]));
}

/** One address or network that keeps its family, so that nobody reads it back from the text. */
export interface Address {
  family: Family;
  text: string;
}
/** Of a text that somebody wrote. */
export const addressOf = (text: string): Address => ({ family: familyOf(text), text });
/** The values present, IPv4 first. */
export const addressesOf = (value: PerFamily = {}): Address[] =>
  FAMILIES.flatMap((family) => {
    const text = value[family];
    return text === undefined ? [] : [{ family, text }];
  });
/** Those of one family, as texts. */
export const ofFamily = (addresses: readonly Address[], family: Family): string[] =>
  addresses.filter((each) => each.family === family).map(({ text }) => text);

/** Whether no family has a value. */
export const isEmpty = (value: PerFamily): boolean => FAMILIES.every((family) => value[family] === undefined);
/** The values present, IPv4 first. */
export const both = (value: PerFamily): string[] => FAMILIES.flatMap((family) => value[family] ?? []);
/** The value for whatever takes one only: that of IPv4 where there is one. The value must have one. */
export const preferred = (value: PerFamily): string => (value.ipv4 ?? value.ipv6)!;

/** Each text is read once: firewalls of many sites ask for the same few hundred addresses again and again. */
const remembered = <T>(read: (text: string) => T): ((text: string) => T) => {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = read(text);
      known.set(text, value);
    }
    return value;
  };
};
/** An address or a network in its shortest form. */
export const canonical = remembered((text) => {
  const [address = '', length] = text.split('/');
  return `${ipaddr.parse(address).toString()}${length === undefined ? '' : `/${length}`}`;
});
const parse = remembered((text) => ipaddr.parse(text));
const parseNetwork = remembered((text) => ipaddr.parseCIDR(text));

/** Whether the address lies in the network; never, when the families differ. */
export function contains(network: string, address: string): boolean {
  return familyOf(network) === familyOf(address) && parse(address).match(parseNetwork(network));
}

/** Whether two networks share an address; never, when the families differ. */
export function overlap(a: string, b: string): boolean {
  if (familyOf(a) !== familyOf(b)) return false;
  const [addressA, lengthA] = parseNetwork(a);
  const [addressB, lengthB] = parseNetwork(b);
  return addressA.match(addressB, Math.min(lengthA, lengthB));
}

/** Whether the address means something inside a site only (RFC 1918, RFC 4193). */
export const isPrivate = remembered((address) => ['private', 'uniqueLocal'].includes(parse(address).range()));

/** The address that a network is written by: `10.0.0.0` of `10.0.0.0/8`. */
export const baseOf = (network: string): string => network.slice(0, network.indexOf('/'));
export const prefixLength = (network: string): number => Number(network.split('/')[1]);
/** Bits of an address, which is the length of the network of one host. */
export const BITS = { ipv4: 32, ipv6: 128 } as const satisfies Record<Family, number>;
/** The host route of an address: /32 or /128. */
export const hostRoute = (address: string): string => `${address}/${familyOf(address) === 'ipv4' ? 32 : 128}`;
/** `[2001:db8::1]`, `10.0.0.1`: for whatever takes the end of an address of IPv6 for a port. */
export const bracketed = (address: string): string =>
  familyOf(address) === 'ipv6' ? `[${address}]` : address;
/** `[2001:db8::1]:443`, `10.0.0.1:443`. */
export const withPort = (address: string, port: number): string => `${bracketed(address)}:${port}`;

// Addresses as numbers, for what neighbours, counts or sorts.

export const toNumber = remembered((address) =>
  parse(address)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n),
);
export function fromNumber(family: Family, number: bigint): string {
  const bytes = Array.from({ length: BITS[family] / 8 }, (_, index) =>
    Number((number >> BigInt(BITS[family] - 8 * (index + 1))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}
/** The address of a network's router: the first that a host may have. */
export const routerOf = (network: string): string =>
  fromNumber(familyOf(network), rangeOf(network).first + 1n);
/** The first and the last address of a network, whichever of its addresses it is written by. */
export function rangeOf(network: string): { first: bigint; last: bigint } {
  const [address = '', length] = network.split('/');
  const hostBits = BigInt(BITS[familyOf(network)] - Number(length));
  const first = (toNumber(address) >> hostBits) << hostBits;
  return { first, last: first + (1n << hostBits) - 1n };
}
