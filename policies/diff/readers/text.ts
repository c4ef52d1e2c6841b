import type { Data } from '../../reading/objects.ts';
import { jsonOf, yamlOf } from '../../reading/texts.ts';
import { blocksOf, keyed, nftables } from './blocks.ts';
import { haproxy } from './haproxy.ts';
import { meaningful, pairs, sections } from './lines.ts';
import { pfsense } from './pfsense.ts';
import { sql } from './sql.ts';
import { zone } from './zone.ts';

/** Formats by the name of the file: the first that fits reads it. */
const FORMATS: [RegExp, string, (text: string) => Data][] = [
  [/haproxy\.cfg$/, 'HAProxy', haproxy],
  [/nftables\.conf$|\.nft$/, 'nftables', nftables],
  [/pfsense\.xml$/, 'pfSense', pfsense],
  [/keepalived\.conf$|\/keepalived\/.*\.conf$/, 'Keepalived', (text) => keyed(blocksOf(text))],
  [/bird\.conf$/, 'bird', (text) => keyed(blocksOf(text))],
  [/dns\/.*\.conf$/, 'name server', (text) => keyed(blocksOf(text))],
  [/\.zone$/, 'zone', zone],
  [/\.sql$/, 'SQL', sql],
  [/\.(service|timer|mount|socket|target|path|slice)(\.d\/[^/]+\.conf)?$/, 'systemd unit', sections],
  [/\.(network|netdev|link)$/, 'networkd', sections],
  [/systemd\/\w+\.conf\.d\/|\.ini$/, 'settings', sections],
  [/sysctl\.d\/|etc\/default\/|sshd_config\.d\/|ssh_config$|chrony\.(conf|sources)$/, 'settings', pairs],
  [/\.json$/, 'JSON', (text) => jsonOf(text)],
  [/\.ya?ml$/, 'YAML', (text) => yamlOf(text)],
  [/\.md$/, 'page', (text) => ({ text })],
  [/authorized_keys/, 'keys', (text) => meaningful(text, /^#/)],
];

/** What kind of file a path is. */
export const formatOf = (path: string): string =>
  FORMATS.find(([pattern]) => pattern.test(path))?.[1] ?? 'file';

/** What a file says, by the format of its name; its text where it has none or does not keep it. */
export function contents(path: string, text: string): Data {
  const read = FORMATS.find(([pattern]) => pattern.test(path))?.[2];
  const data = read?.(text);
  return data === undefined || data === null || typeof data !== 'object' ? { text } : data;
}
