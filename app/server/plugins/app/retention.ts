import fp from 'fastify-plugin';
import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { DEVICE_DAYS_UNUSED } from '#server/security/devices.ts';

/** How long things are kept after they have served, in the words of the database; everybody finds it in the export of her data. */
export const KEPT: { table: string; key: string; column: string; after: string }[] = [
  { table: 'sign_ups', key: 'token_hash', column: 'expires_at', after: '0 days' },
  { table: 'sessions', key: 'id', column: 'expires_at', after: '0 days' },
  { table: 'devices', key: 'secret_hash, person_id', column: 'used_at', after: `${DEVICE_DAYS_UNUSED} days` },
  { table: 'recoveries', key: 'token_hash', column: 'expires_at', after: '0 days' },
  { table: 'email_changes', key: 'token_hash', column: 'expires_at', after: '0 days' },
  { table: 'attempts', key: 'key', column: 'until_at', after: '0 days' },
  { table: 'idempotency_keys', key: 'person_id, key', column: 'created_at', after: '1 day' },
  { table: 'invitations', key: 'id', column: 'expires_at', after: '30 days' },
  {
    table: 'former_progress',
    key: 'person_id, course_id, section_id',
    column: 'removed_at',
    after: '365 days',
  },
  { table: 'notifications', key: 'id', column: 'at', after: '180 days' },
  { table: 'forum_edits', key: 'subject_id, version', column: 'at', after: '365 days' },
  { table: 'threads', key: 'id', column: 'removed_at', after: '365 days' },
  { table: 'posts', key: 'id', column: 'removed_at', after: '365 days' },
  { table: 'reports', key: 'id', column: 'decided_at', after: '365 days' },
  { table: 'unsubscriptions', key: 'token_hash', column: 'expires_at', after: '0 days' },
  { table: 'notices', key: 'id', column: 'ends_at', after: '30 days' },
  { table: 'audit_log', key: 'id', column: 'at', after: '365 days' },
  { table: 'together_presence', key: 'course_id, server_id', column: 'at', after: '1 hour' },
];
/** What is about a thread or an answer, and goes with it: of two kinds of things a key cannot say so. */
const ABOUT = ['forum_votes', 'forum_edits', 'reports'];
const HOUR_SECONDS = 3600;
/** Rows that go, or are looked at, in one statement, so that none holds others up for long. */
const ROWS = 1000;

/** Removes once an hour what has been kept long enough, and of what is about nothing any more the part that has its turn. */
export const retention = fp(
  async (app) => {
    app.every(HOUR_SECONDS, 'retention', async () => {
      for (const { table, key, column, after } of KEPT) {
        const old = `${column} < now() - interval '${after}'`;
        const remove = `delete from ${table} where (${key}) in (select ${key} from ${table} where ${old} limit ${ROWS}) returning 1`;
        let removed = ROWS;
        while (removed === ROWS) removed = (await query(app.db, remove)).length;
      }
    });
    app.every(HOUR_SECONDS, 'orphans', () => removeOrphans(app.db, new Date().getUTCHours()));
  },
  { name: 'retention', dependencies: ['jobs'] },
);

/**
 * Goes through what is about threads and answers, in the order of an index: ids are random, so that each hour of a day has as many of
 * them, and a server that is started anew every day has gone through all after one.
 */
export async function removeOrphans(db: Database, hour: number): Promise<void> {
  for (const table of ABOUT) {
    const ahead = `select x.subject_id as last from
      (select r.subject_id from ${table} r where r.subject_id > $1::uuid and r.subject_id <= $2::uuid order by r.subject_id limit ${ROWS}) x
      order by x.subject_id desc limit 1`;
    const remove = `delete from ${table} r where r.subject_id > $1::uuid and r.subject_id <= $2::uuid
      and (select true from threads t where t.id = r.subject_id) is not true
      and (select true from posts q where q.id = r.subject_id) is not true`;
    let from = idAt(hour);
    for (;;) {
      const [found] = await query<{ last: string }>(db, ahead, [from, idAt(hour + 1)]);
      if (!found) break;
      await query(db, remove, [from, found.last]);
      from = found.last;
    }
  }
}

/** Where the ids of an hour of the day begin, and those of the hour before end. */
const idAt = (hour: number): string =>
  hour === 24
    ? 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    : `${Math.floor((hour * 2 ** 32) / 24)
        .toString(16)
        .padStart(8, '0')}-0000-0000-0000-000000000000`;
