import type { Change, Consequence } from '../change.ts';
import { pathOf, word } from '../compare.ts';

const DROPS = /^(DROP (DATABASE|TABLE|SCHEMA|INDEX|ROLE|USER)|TRUNCATE|DELETE FROM)\b/;

/** What SQL does that is run again at every change. */
export function ofSql({ how, fields }: Change): Consequence[] {
  if (how === 'removed')
    return [{ level: 'nothing', text: 'it is run no more; the cluster keeps what it has set' }];
  if (how === 'added') return [{ level: 'reload', text: 'it is run at the next deployment' }];
  return fields.map(({ steps, how: field, before, after: fresh }): Consequence => {
    const [group, name = ''] = steps;
    if (typeof fresh === 'string' && DROPS.test(fresh) && fresh !== before)
      return { level: 'data loss', text: `\`${word(fresh)}\` is run` };
    if (field === 'removed')
      return { level: 'nothing', text: `${pathOf(steps)} is said no more; the cluster keeps what it has` };
    if (group === 'zones' && steps[2] === 'num_replicas')
      return Number(fresh) < Number(before)
        ? {
            level: 'reload',
            text: `${word(before)} -> ${word(fresh)} replicas of every range; the others are dropped`,
            at: name,
          }
        : {
            level: 'reload',
            text: `${word(before)} -> ${word(fresh)} replicas; ranges are copied in the background`,
            at: name,
          };
    if (group === 'zones' && steps[2] === 'gc.ttlseconds' && Number(fresh) < Number(before))
      return { level: 'data loss', text: `${name}: history older than ${word(fresh)} s can be read no more` };
    if (group === 'zones' && steps[2] === 'lease_preferences')
      return { level: 'reload', text: `leases move to ${word(fresh)}`, at: name };
    if (group === 'zones')
      return { level: 'reload', text: 'replicas move between nodes in the background', at: name };
    if (group === 'settings')
      return { level: 'reload', text: `${name} = ${word(fresh)} on every node at once` };
    return { level: 'reload', text: `${pathOf(steps)} is set at the next deployment` };
  });
}

/** What a zone does to those who ask: old answers live on in resolvers for their time. */
export function ofZone({ how, fields, before }: Change): Consequence[] {
  if (how === 'added') return [{ level: 'nothing', text: 'the name servers answer for one zone more' }];
  if (how === 'removed') return [{ level: 'outage', text: 'nobody answers for this zone any more' }];
  const origin = String(before?.data.$ORIGIN ?? '').replace(/\.$/, '');
  const names = [...new Set(fields.map(({ steps }) => steps[0]!))].filter((each) => !each.endsWith(' SOA'));
  return names.map((each): Consequence => {
    const ttl = before?.data[each]?.ttl ?? before?.data.$TTL;
    const own = fields.filter(({ steps }) => steps[0] === each);
    const said = each.replace(/^(\S+)/, (label) => (label === '@' ? origin : `${label}.${origin}`));
    if (own.some(({ steps, how: field }) => field === 'removed' && steps.length === 1))
      return { level: 'outage', text: `a name is answered no more, at the latest in ${ttl} s`, at: said };
    if (own.some(({ steps, how: field }) => field === 'added' && steps.length === 1))
      return { level: 'nothing', text: 'a name is answered from now on', at: said };
    return {
      level: 'reload',
      text: `a name is answered otherwise; old answers live on for up to ${ttl} s`,
      at: said,
    };
  });
}
