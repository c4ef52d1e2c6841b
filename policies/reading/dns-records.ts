import type { Tree } from '../law.ts';
import { ofType, type Stack, stacks } from './openstack-tree.ts';
import { type Zone, zonesOf } from './zones.ts';

/** A line of a zone, with whole names and without their last dot. */
export interface DnsRecord {
  path: string;
  line: string;
  name: string;
  type: string;
  data: string;
}

/** Record types that hold an address. */
export const ADDRESS_TYPES = { ipv4: 'A', ipv6: 'AAAA' } as const;

/** Everything that the zones of the tree say, and those that the OpenStack of a site keeps. */
export const dnsRecords = (tree: Tree): DnsRecord[] => [
  ...zonesOf(tree).flatMap(recordsOf),
  ...stacks(tree).flatMap(designated),
];

/** Lines as a name server reads them, with whole names. */
const recordsOf = ({ path, origin, lines }: Zone): DnsRecord[] =>
  lines
    .filter(({ type }) => type !== '')
    .map(({ text, name, type, data }) => ({
      path,
      line: text,
      name: name === '@' ? origin : name.endsWith('.') ? name.slice(0, -1) : `${name}.${origin}`,
      type,
      data,
    }));

/** What the OpenStack of a site keeps. */
const designated = (stack: Stack): DnsRecord[] =>
  ofType(stack, 'dns_recordset_v2').flatMap(({ name: line, value }) =>
    value.records.map((data: string) => ({
      path: stack.path,
      line,
      name: value.name.replace(/\.$/, ''),
      type: value.type,
      data,
    })),
  );
