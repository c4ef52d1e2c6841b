import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { baseOf, contains, type Family, prefixLength } from '#sites/address.ts';
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

/** A network that is somebody's to name, in CIDR notation. */
export interface Network {
  family: Family;
  network: string;
}
/** What an address is called. */
export interface Pointer {
  family: Family;
  address: string;
  name: string;
}
export interface ReverseZonesProps {
  networks: Network[];
  pointers: Pointer[];
  /** Names of the servers that keep the zones. */
  servers: string[];
}

/**
 * The zones that lead from addresses back to names, for each network as its provider delegates it: whole octets or nibbles by
 * themselves, a piece of an IPv4 /24 by the way of RFC 2317 (`0-25.2.0.192.in-addr.arpa`).
 */
export function reverseZones({ networks, pointers, servers }: ReverseZonesProps): DnsZone[] {
  const zones = new Map<string, DnsRecord[]>();
  for (const { family, address, name } of pointers) {
    const network = networks.find((each) => each.family === family && contains(each.network, address));
    if (!network) continue;
    const labels = reverseLabels({ family, address });
    const own = ownLabels(network);
    const zone = [...piece(network), ...labels.slice(own), ROOT[family]].join('.');
    const records =
      zones.get(zone) ?? servers.map((each) => ({ name: zone, ttl: 86400, type: 'NS', data: `${each}.` }));
    const label = labels.slice(0, own).join('.');
    if (!records.some((each) => each.name === `${label}.${zone}`))
      records.push({ name: `${label}.${zone}`, ttl: 3600, type: 'PTR', data: `${name}.` });
    zones.set(zone, records);
  }
  return [...zones].map(([name, records]) => ({ name, records }));
}

const ROOT = { ipv4: 'in-addr.arpa', ipv6: 'ip6.arpa' } as const;

/** Octets or nibbles of an address, last first. */
function reverseLabels({ family, address }: Pick<Pointer, 'family' | 'address'>): string[] {
  const bytes = ipaddr.parse(address).toByteArray();
  if (family === 'ipv4') return bytes.map(String).reverse();
  return bytes.flatMap((byte) => [(byte >> 4).toString(16), (byte & 15).toString(16)]).reverse();
}

/** How many labels an address has below the zone of its network. */
function ownLabels({ family, network }: Network): number {
  const length = prefixLength(network);
  return family === 'ipv4' ? Math.max(1, 4 - Math.ceil(length / 8)) : Math.max(1, 32 - Math.ceil(length / 4));
}

/** The label of a piece of a /24, which has a zone of its own. */
function piece({ family, network }: Network): string[] {
  const length = prefixLength(network);
  return family === 'ipv4' && length > 24 ? [`${baseOf(network).split('.')[3]}-${length}`] : [];
}
