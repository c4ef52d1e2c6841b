import { type Static, type TSchema, Type } from 'typebox';

/** The values that people write in `sites/`, each with its form in words; several files of the schema share them. */

export const closed = { additionalProperties: false };

/** Any text but an empty one. */
export const SOMETHING = '\\S';
/** A part of a DNS name. @see https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 (63 octets a label, 255 with lengths a name) */
export const LABEL = '[a-z]([-a-z0-9]{0,61}[a-z0-9])?';
export const DOMAIN =
  '([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\.)+([a-z]{2,63}|xn--[a-z0-9][-a-z0-9]{0,57}[a-z0-9])';
/** Before a pattern of a DNS name: its length. */
export const NAME_LENGTH = '(?=.{1,253}$)';
/** One line that is seen, and that no template engine (Terraform's, Go's, Jinja's) takes for its own. */
const line = (longest: number): string =>
  `^(?!.*([$%]\\{|\\{[{%#]))[^\\p{C}\\p{Z}]([^\\p{C}\\p{Zl}\\p{Zp}]{0,${longest - 2}}[^\\p{C}\\p{Z}])?$`;
const NO_TEMPLATE = 'no mark of a template (${, %{, {{, {%, {#)';
const LINE_MAX = 80;
/** Free text, which goes into comments, descriptions and pages. */
export const text = (description: string, examples: string[], longest = LINE_MAX) =>
  Type.String({
    pattern: line(longest),
    description: `${description}: one line of at most ${longest} characters, no blank around it, ${NO_TEMPLATE}`,
    examples,
  });
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
  description: 'a name of at most 63 lower-case letters, digits and hyphens, a letter first',
  examples: ['pm1'],
});
export const SiteCode = Type.String({
  pattern: '^[a-z][a-z0-9]{0,7}$',
  description: 'the code of a site, which is the name of its file without .yaml',
  examples: ['lyn'],
});
export const Hostname = Type.String({
  pattern: `^${NAME_LENGTH}${DOMAIN}$`,
  description: 'a DNS name',
  examples: ['ntp.example.org'],
});
export const Server = Type.String({
  pattern: `^(${NAME_LENGTH}${DOMAIN}|${IPV4}|${IPV6})$`,
  description: 'a DNS name or an address',
  examples: ['ntp.example.org', '192.0.2.123'],
});
export const ByteSize = Type.String({
  pattern: '^[1-9]\\d{0,6}(Mi|Gi|Ti)$',
  description: 'a whole number of at most 7 digits with a binary unit: Mi, Gi or Ti',
  examples: ['320Gi'],
});
export const Asn = Type.Integer({
  minimum: 1,
  maximum: 4294967294,
  description: 'an autonomous system number',
  examples: [65010],
});
export const Interface = Type.String({
  pattern: '^(?!(lo|all|default)$)[a-zA-Z][a-zA-Z0-9._-]{0,14}$',
  description:
    'a network interface as Linux names it, at most 15 characters; lo, all and default are none that a cable is in',
  examples: ['eth0'],
});
