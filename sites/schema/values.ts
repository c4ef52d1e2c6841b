import { type Static, type TSchema, Type } from 'typebox';

/** The values that people write in `sites/`, each with its form in words; several files of the schema share them. */

export const closed = { additionalProperties: false };

/** Any text but an empty one. */
export const SOMETHING = '\\S';
export const LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
export const DOMAIN = '([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}';
const IPV4 = '((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const GROUP = '[0-9a-fA-F]{1,4}';
/** Eight groups, or fewer around one `::` (RFC 4291 § 2.2, without an IPv4 tail). */
const IPV6 = [
  `(${GROUP}:){7}${GROUP}`,
  `(${GROUP}:){1,7}:`,
  ...[1, 2, 3, 4, 5, 6].map((left) => `(${GROUP}:){1,${left}}(:${GROUP}){1,${7 - left}}`),
  `:(:${GROUP}){1,7}`,
  '::',
].join('|');
const ADDRESS = `^(${IPV4}|${IPV6})$`;
const NETWORK = `^(${IPV4}/(3[0-2]|[12]?\\d)|(${IPV6})/(12[0-8]|1[01]\\d|[1-9]?\\d))$`;

export const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>(Type.Enum([...values], { description }));
/** A value of the definition with that name: one schema in the file, however often it is used. */
export const named = <T extends TSchema>(name: string, _definition: T, description?: string) =>
  Type.Unsafe<Static<T>>({ $ref: `#/$defs/${name}`, ...(description && { description }) });
/** One value, or one of each address family; keywords of strings and of lists each bind only their own type. */
const perFamily = (name: string, pattern: string, description: string, examples: unknown[]) =>
  Type.Unsafe<string | string[]>({
    type: ['string', 'array'],
    pattern,
    items: { $ref: `#/$defs/${name}` },
    minItems: 1,
    maxItems: 2,
    description,
    examples,
  });

export const Address = Type.String({
  pattern: ADDRESS,
  description: 'an IPv4 or IPv6 address',
  examples: ['10.0.0.1', '2001:db8::1'],
});
export const Network = Type.String({
  pattern: NETWORK,
  description: 'a network: an address, a slash and a length',
  examples: ['10.0.0.0/24', '2001:db8::/64'],
});
export const Addresses = perFamily('Address', ADDRESS, 'an address, or one of each family', [
  '10.0.0.1',
  ['10.0.0.1', '2001:db8::1'],
]);
export const Networks = perFamily('Network', NETWORK, 'a network, or one of each family', [
  '10.0.0.0/24',
  ['10.0.0.0/24', '2001:db8::/64'],
]);
export const Name = Type.String({
  pattern: `^${LABEL}$`,
  description: 'a name of lower-case letters, digits and hyphens',
  examples: ['pm1'],
});
export const SiteCode = Type.String({
  pattern: '^[a-z][a-z0-9]{0,7}$',
  description: 'the code of a site, which is the name of its file without .yaml',
  examples: ['lyn'],
});
export const Hostname = Type.String({
  pattern: `^${DOMAIN}$`,
  description: 'a DNS name',
  examples: ['ntp.example.org'],
});
export const ByteSize = Type.String({
  pattern: '^[1-9]\\d*(Mi|Gi|Ti)$',
  description: 'a whole number with a binary unit: Mi, Gi or Ti',
  examples: ['320Gi'],
});
export const Asn = Type.Integer({
  minimum: 1,
  maximum: 4294967294,
  description: 'an autonomous system number',
  examples: [65010],
});
export const Interface = Type.String({
  pattern: '^[a-zA-Z][a-zA-Z0-9._-]{0,14}$',
  description: 'a network interface as Linux names it, at most 15 characters',
  examples: ['eth0'],
});
