import type { Data } from '../../reading/objects.ts';
import { append, empty, meaningful, put, within } from './lines.ts';

const SECTION =
  /^(global|defaults|frontend|backend|listen|peers|resolvers|userlist|cache|program|mailers)\b\s*(.*)$/;
/** Keywords with a name of their own: `server worker1 10.0.0.1:80`. */
const NAMED = [
  'server',
  'bind',
  'peer',
  'timeout',
  'option',
  'monitor',
  'stats',
  'nameserver',
  'monitor-uri',
];
/** Tried from top to bottom. */
const RULES = [
  'tcp-request',
  'tcp-response',
  'http-request',
  'http-response',
  'http-check',
  'tcp-check',
  'use_backend',
];

/** HAProxy: sections, in them servers, addresses and time limits by name, and rules in order. */
export function haproxy(text: string): Data {
  const found = empty();
  let section = empty();
  for (const line of meaningful(text)) {
    const head = SECTION.exec(line);
    if (head) {
      section = empty();
      found[`${head[1]} ${head[2]}`.trim()] = section;
      continue;
    }
    const [keyword = '', name = '', ...rest] = line.split(/\s+/);
    if (RULES.includes(keyword)) {
      append(within(section, keyword), 'rules', line.slice(keyword.length + 1));
    } else if (NAMED.includes(keyword)) {
      within(section, keyword)[name] = rest.join(' ');
    } else if (keyword === 'acl') {
      append(within(section, 'acl'), name, rest.join(' '));
    } else put(section, keyword, [name, ...rest].join(' '));
  }
  return found;
}
