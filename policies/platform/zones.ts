import { both, FAMILIES, isPrivate } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { appAddress, appSites } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { ADDRESS_TYPES, type DnsRecord, dnsRecords } from '../reading/dns-records.ts';
import { type Data, ofKind } from '../reading/objects.ts';

export const zones: Policy = {
  id: 'zones',
  title:
    'every public name leads to where it is served, in the families that there are, and back; no zone shows a private address',
  why: 'A name without its record is a site that is up and not found, and a record of one family too many is a client that waits for nothing. A shared name that leads to one site alone is no protection against its loss. Mail servers refuse senders whose address leads to another name.',
  check(model, tree) {
    if (!model.dns) return [];
    const records = dnsRecords(tree);
    return [
      ...names(model, tree, records),
      ...shown(records),
      ...backwards(records),
      ...authority(model, records),
    ];
  },
};

const isAddress = (type: string): boolean => Object.values<string>(ADDRESS_TYPES).includes(type);

/** Names that certificates are made for, which are those that somebody dials. */
function names(model: Model, tree: Tree, records: DnsRecord[]): Finding[] {
  const path = records.find(({ name, type }) => name === model.domain && type === 'NS')?.path ?? 'platform';
  const dialled = new Map(
    ofKind(tree, 'Certificate').flatMap(({ site, object }): [string, string][] =>
      (object.spec.dnsNames ?? [])
        .filter((name: Data) => name === model.domain || name.endsWith(`.${model.domain}`))
        .map((name: string) => [name, site]),
    ),
  );
  return [...dialled].flatMap(([name, code]) => {
    const own = model.sites.find(({ domain }) => name === domain || name.endsWith(`.${domain}`));
    if (own && own.code !== code) return [];
    const shared = both(model.anycast).length > 0 ? [model.anycast] : appSites(model).map(appAddress);
    const served = own ? [appAddress(own)] : shared;
    return FAMILIES.flatMap((family): Finding[] => {
      const wanted = served.flatMap((each) => each[family] ?? []).sort();
      const is = records
        .filter((each) => each.name === name && each.type === ADDRESS_TYPES[family])
        .map(({ data }) => data)
        .sort();
      if (`${is}` === `${wanted}`) return [];
      const message = `${name} leads to ${is.join(' and ') || 'nothing'} in ${family}; it is served at ${wanted.join(' and ') || 'nothing'}`;
      return [{ path, text: name, message, fix: `make its ${ADDRESS_TYPES[family]} records so` }];
    });
  });
}

const shown = (records: DnsRecord[]): Finding[] =>
  records
    .filter(({ type, data }) => isAddress(type) && isPrivate(data))
    .map(({ path, line, name, data }) => ({
      path,
      text: line,
      message: `${name} shows the private address ${data}`,
      fix: 'remove it: it means something inside its site only',
    }));

/** An address that leads back leads to a name that has it. */
const backwards = (records: DnsRecord[]): Finding[] =>
  records
    .filter(({ type }) => type === 'PTR')
    .filter(
      (pointer) =>
        !records.some(
          ({ name, type, data }) =>
            `${name}.` === pointer.data &&
            isAddress(type) &&
            pointer.name.replace(/^(\d+)\.\d+-\d+\./, '$1.') === reversed(data),
        ),
    )
    .map(({ path, line, name, data }) => ({
      path,
      text: line,
      message: `${name} leads back to ${data.slice(0, -1)}, which has another address`,
      fix: 'let both say the same',
    }));

function reversed(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const groups = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  const nibbles = groups.map((each) => each.padStart(4, '0')).join('');
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`;
}

/** One authority may sign for the domain, and every zone has servers that somebody can find. */
function authority(model: Model, records: DnsRecord[]): Finding[] {
  const paths = [...new Set(records.map(({ path }) => path))];
  const lonely = paths.filter((path) => !records.some((each) => each.path === path && each.type === 'NS'));
  const main = records.find(({ name, type }) => name === model.domain && type === 'NS')?.path;
  const signs = records.some(
    ({ name, type, data }) => name === model.domain && type === 'CAA' && / issue "[a-z]/.test(data),
  );
  return [
    ...lonely.map((path) => ({ path, message: 'nobody serves this zone', fix: 'add its NS records' })),
    ...(main && !signs
      ? [{ path: main, message: `anybody may sign for ${model.domain}`, fix: 'add a CAA record' }]
      : []),
    ...(main
      ? []
      : [{ path: 'platform', message: `nothing leads to ${model.domain}`, fix: 'make its zone' }]),
  ];
}
