import type { Data } from '../../reading/objects.ts';
import { append, empty, meaningful, put, within } from './lines.ts';

/** A zone file: what each name answers to each type. A serial is no answer: it moves with the rest. */
export function zone(text: string): Data {
  const found = empty();
  for (const line of meaningful(text, /^;/)) {
    const directive = /^\$(\w+)\s+(.*)$/.exec(line);
    if (directive) {
      found[`$${directive[1]}`] = directive[2];
      continue;
    }
    const record = /^(\S+)\s+(?:(\d+)\s+)?IN\s+(\S+)\s+(.*)$/.exec(line);
    if (!record) put(found, 'unread', line);
    else {
      const [, name, ttl, type, value = ''] = record;
      const answer = within(found, `${name} ${type}`);
      if (ttl) answer.ttl = Number(ttl);
      append(answer, 'answers', type === 'SOA' ? value.replace(/^(\S+ \S+) \d+/, '$1 <serial>') : value);
    }
  }
  return found;
}
