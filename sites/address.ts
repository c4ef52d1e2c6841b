import ipaddr from 'ipaddr.js';

/** One value for each address family that is in use: addresses, or networks in CIDR notation. */
export interface PerFamily {
  ipv4?: string;
  ipv6?: string;
}
export const FAMILIES = ['ipv4', 'ipv6'] as const;
export type Family = (typeof FAMILIES)[number];

export const familyOf = (text: string): Family => (text.includes(':') ? 'ipv6' : 'ipv4');

/** `10.0.0.1` or `[10.0.0.1, 2001:db8::1]`, told apart by family; IPv6 in its shortest form (RFC 5952). */
export function perFamily(value: string | string[] | undefined): PerFamily {
  const texts = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return Object.fromEntries(texts.map((text) => [familyOf(text), canonical(text)]));
}

/** The values present, IPv4 first. */
export const both = (value: PerFamily): string[] => FAMILIES.flatMap((family) => value[family] ?? []);

function canonical(text: string): string {
  const [address = '', length] = text.split('/');
  return `${ipaddr.parse(address).toString()}${length === undefined ? '' : `/${length}`}`;
}

/** Whether the address lies in the network; never, when the families differ. */
export function contains(network: string, address: string): boolean {
  return familyOf(network) === familyOf(address) && ipaddr.parse(address).match(ipaddr.parseCIDR(network));
}

/** Whether two networks share an address; never, when the families differ. */
export function overlap(a: string, b: string): boolean {
  if (familyOf(a) !== familyOf(b)) return false;
  const [addressA, lengthA] = ipaddr.parseCIDR(a);
  const [addressB, lengthB] = ipaddr.parseCIDR(b);
  return addressA.match(addressB, Math.min(lengthA, lengthB));
}

export const prefixLength = (network: string): number => Number(network.split('/')[1]);
/** The host route of an address: /32 or /128. */
export const hostRoute = (address: string): string => `${address}/${familyOf(address) === 'ipv4' ? 32 : 128}`;
/** `[2001:db8::1]:443`, `10.0.0.1:443`. */
export const withPort = (address: string, port: number): string =>
  familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
