import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { contains, type Family, familyOf, prefixLength } from '#sites/address.ts';
import { zoneMailbox } from '../quote.ts';

/** One line of a zone; names are whole and without the last dot, data is as BIND reads it. */
export interface DnsRecord {
  name: string;
  ttl: number;
  type: string;
  data: string;
}
export interface DnsZone {
  name: string;
  records: DnsRecord[];
}

/** How long a server that copies the zone waits, tries and keeps it, and for how long others remember that a name is not there. */
const TIMES = { refresh: 3600, retry: 600, expire: 1_209_600, negative: 300 };

/** A zone as a file: its start of authority, then a line for each record, names relative to the zone. */
export function zoneText(
  { name, records }: DnsZone,
  { server, contact }: { server: string; contact: string },
): string {
  const lines = [
    ...new Set(
      records.map(({ name: owner, ttl, type, data }) => `${relative(owner, name)} ${ttl} IN ${type} ${data}`),
    ),
  ];
  const { refresh, retry, expire, negative } = TIMES;
  const head = `$ORIGIN ${name}.\n$TTL ${TIMES.refresh}\n`;
  const start = (number: number) =>
    `@ IN SOA ${server}. ${zoneMailbox(contact)} ${number} ${refresh} ${retry} ${expire} ${negative}\n`;
  const body = `${lines.join('\n')}\n`;
  return `${head}${start(serial(head + start(0) + body))}${body}`;
}

/** 32 bits of the content's hash, which are never 0: the same records have the same serial, others another. */
const serial = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) || 1;

function relative(name: string, zone: string): string {
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : `${name}.`;
}

/**
 * The zones that lead from addresses back to names, for each network as its provider delegates it: whole octets or nibbles by
 * themselves, a piece of an IPv4 /24 by the way of RFC 2317 (`0-25.2.0.192.in-addr.arpa`).
 */
export function reverseZones(
  networks: string[],
  pointers: { address: string; name: string; family: Family }[],
  servers: string[],
): DnsZone[] {
  const zones = new Map<string, DnsRecord[]>();
  for (const { address, name } of pointers) {
    const network = networks.find((each) => contains(each, address));
    if (!network) continue;
    const zone = reverseZone(network, address);
    const records =
      zones.get(zone) ?? servers.map((each) => ({ name: zone, ttl: 86400, type: 'NS', data: `${each}.` }));
    const label = reverseLabels(address).slice(0, ownLabels(network)).join('.');
    if (!records.some((each) => each.name === `${label}.${zone}`))
      records.push({ name: `${label}.${zone}`, ttl: 3600, type: 'PTR', data: `${name}.` });
    zones.set(zone, records);
  }
  return [...zones].map(([name, records]) => ({ name, records }));
}

/** Octets or nibbles of an address, last first. */
function reverseLabels(address: string): string[] {
  const bytes = ipaddr.parse(address).toByteArray();
  if (familyOf(address) === 'ipv4') return bytes.map(String).reverse();
  return bytes.flatMap((byte) => [(byte >> 4).toString(16), (byte & 15).toString(16)]).reverse();
}

/** Labels that an address has below the zone of its network. */
function ownLabels(network: string): number {
  const length = prefixLength(network);
  return familyOf(network) === 'ipv4'
    ? Math.max(1, 4 - Math.ceil(length / 8))
    : Math.max(1, 32 - Math.ceil(length / 4));
}

function reverseZone(network: string, address: string): string {
  const labels = reverseLabels(address).slice(ownLabels(network));
  const [base = '', length = ''] = network.split('/');
  const piece =
    familyOf(network) === 'ipv4' && Number(length) > 24 ? [`${base.split('.')[3]}-${length}`] : [];
  const root = familyOf(network) === 'ipv4' ? 'in-addr.arpa' : 'ip6.arpa';
  return [...piece, ...labels, root].join('.');
}
