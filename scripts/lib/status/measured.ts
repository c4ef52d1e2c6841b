import type { Line } from './line.ts';
import type { Query, Sample } from './prometheus.ts';

/** An alert of this severity is a person's business now. */
const URGENT = 'page';
/** A backup is taken every day; the same bound as that of the alert `CockroachdbBackupOld`. */
const BACKUP_HOURS_MAX = 26;

/** What only the observers of a site know, as lines of its page; `unanswered`: what was asked in vain. */
export interface Measured {
  lines: Line[];
  unanswered: string[];
}

interface Question {
  about: string;
  expression: string;
  /** No line where nothing of it is measured at this site. */
  line(found: readonly Sample[]): Omit<Line, 'about'> | undefined;
}

const QUESTIONS: readonly Question[] = [
  {
    about: 'alerts',
    expression: 'ALERTS{alertstate="firing",alertname!="Watchdog"}',
    line(found) {
      if (found.length === 0) return { state: 'good', text: 'none fires' };
      const names = [...new Set(found.map(({ labels }) => named(labels)))];
      const isUrgent = found.some(({ labels }) => labels.severity === URGENT);
      return { state: isUrgent ? 'wrong' : 'note', text: `${found.length} fire: ${names.join('; ')}` };
    },
  },
  {
    about: 'leases',
    expression: 'sum by (site) (replicas_leaseholders{job="cockroachdb"})',
    line(found) {
      const total = found.reduce((sum, { value }) => sum + value, 0);
      if (total === 0) return undefined;
      const shares = found
        .toSorted((a, b) => b.value - a.value)
        .map(({ labels, value }) => `${labels.site} ${Math.round((100 * value) / total)} %`);
      return { state: 'good', text: shares.join(', ') };
    },
  },
  {
    about: 'ranges',
    expression:
      'sum by (__name__) ({__name__=~"ranges_underreplicated|ranges_unavailable",job="cockroachdb"})',
    line(found) {
      if (found.length === 0) return undefined;
      const count = (name: string) => found.find(({ labels }) => labels.__name__ === name)?.value ?? 0;
      const [few, none] = [count('ranges_underreplicated'), count('ranges_unavailable')];
      return {
        state: few + none > 0 ? 'wrong' : 'good',
        text: `${few} under-replicated, ${none} unavailable`,
      };
    },
  },
  {
    about: 'backup',
    expression: '(time() - max(schedules_BACKUP_last_completed_time{job="cockroachdb"} > 0)) / 3600',
    line([found]) {
      if (!found) return undefined;
      const hours = Math.round(found.value);
      return {
        state: found.value > BACKUP_HOURS_MAX ? 'wrong' : 'good',
        text: `of the database, ${hours} h old`,
      };
    },
  },
  {
    about: 'object store',
    expression: 'object_store_zone_master == 1 or object_store_zone_read_only == 1',
    line(found) {
      if (found.length === 0) return undefined;
      const masters = [...new Set(found.flatMap(({ labels }) => roleOf(labels, 'master')))];
      const readers = [...new Set(found.flatMap(({ labels }) => roleOf(labels, 'read_only')))];
      const text = `${masters.join(', ') || 'nobody'} takes writes${readers.length > 0 ? `, ${readers.join(', ')} reads only` : ''}`;
      return { state: masters.length === 1 ? 'good' : 'wrong', text };
    },
  },
  {
    about: 'addresses',
    expression: 'keepalived_vrrp_master == 1',
    line(found) {
      if (found.length === 0) return undefined;
      const holders = found.map(({ labels }) => `${labels.vrrp} at ${labels.instance}`).sort();
      const isTwice = new Set(found.map(({ labels }) => `${labels.site} ${labels.vrrp}`)).size < found.length;
      return { state: isTwice ? 'wrong' : 'good', text: holders.join(', ') };
    },
  },
  {
    about: 'announced',
    expression: 'bird_session_established',
    line(found) {
      if (found.length === 0) return undefined;
      const down = found.filter(({ value }) => value !== 1).map(({ labels }) => named(labels));
      return down.length === 0
        ? { state: 'good', text: `all ${found.length} sessions of BGP are up` }
        : { state: 'wrong', text: `sessions of BGP down: ${down.join('; ')}` };
    },
  },
];

const roleOf = ({ __name__: name, zone }: Record<string, string>, role: string): string[] =>
  name === `object_store_zone_${role}` && zone ? [zone] : [];

/** `EdgeFault (sxb-edge1)`. */
function named({ alertname, instance, site, session }: Record<string, string>): string {
  const where = instance ?? site;
  const what = alertname ?? session ?? '';
  return where && what ? `${what} (${where})` : what || (where ?? '');
}

/** Asks a site's Prometheus all of it, one after the other. @param open leads there, or says why not */
export async function measured(open: () => Promise<Query>): Promise<Measured> {
  let query: Query;
  try {
    query = await open();
  } catch (error) {
    return { lines: [], unanswered: [`alerts, database, object store, edges: ${reason(error)}`] };
  }
  const lines: Line[] = [];
  const unanswered: string[] = [];
  for (const { about, expression, line } of QUESTIONS) {
    try {
      const said = line(await query(expression));
      if (said) lines.push({ about, ...said });
    } catch (error) {
      if (lines.length + unanswered.length === 0)
        // it will not answer the others either
        return { lines, unanswered: [`alerts, database, object store, edges: Prometheus: ${reason(error)}`] };
      unanswered.push(`${about}: ${reason(error)}`);
    }
  }
  return { lines, unanswered };
}
const reason = (error: unknown): string => (error as Error).message.split('\n')[0]!;
