import fp from 'fastify-plugin';
import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';

/** How long things are kept after they have served, in the words of the database; everybody finds it in the export of their data. */
export const KEPT: { table: Sql; key: Sql; column: Sql; after: Sql }[] = [
  { table: sql`sign_ups`, key: sql`token_hash`, column: sql`expires_at`, after: sql`0 days` },
  { table: sql`sessions`, key: sql`id`, column: sql`expires_at`, after: sql`0 days` },
  {
    table: sql`devices`,
    key: sql`secret_hash, person_id`,
    column: sql`used_at`,
    after: sql`365 days`,
  },
  { table: sql`recoveries`, key: sql`token_hash`, column: sql`expires_at`, after: sql`0 days` },
  { table: sql`email_changes`, key: sql`token_hash`, column: sql`expires_at`, after: sql`0 days` },
  { table: sql`attempts`, key: sql`key`, column: sql`until_at`, after: sql`0 days` },
  { table: sql`idempotency_keys`, key: sql`person_id, key`, column: sql`created_at`, after: sql`1 day` },
  { table: sql`invitations`, key: sql`id`, column: sql`expires_at`, after: sql`30 days` },
  {
    table: sql`former_progress`,
    key: sql`person_id, course_id, section_id`,
    column: sql`removed_at`,
    after: sql`365 days`,
  },
  { table: sql`notifications`, key: sql`id`, column: sql`at`, after: sql`180 days` },
  { table: sql`forum_edits`, key: sql`subject_id, version`, column: sql`at`, after: sql`365 days` },
  { table: sql`threads`, key: sql`id`, column: sql`removed_at`, after: sql`365 days` },
  { table: sql`posts`, key: sql`id`, column: sql`removed_at`, after: sql`365 days` },
  { table: sql`reports`, key: sql`id`, column: sql`decided_at`, after: sql`365 days` },
  { table: sql`unsubscriptions`, key: sql`token_hash`, column: sql`expires_at`, after: sql`0 days` },
  { table: sql`notices`, key: sql`id`, column: sql`ends_at`, after: sql`30 days` },
  { table: sql`audit_log`, key: sql`id`, column: sql`at`, after: sql`365 days` },
  { table: sql`together_presence`, key: sql`course_id, server_id`, column: sql`at`, after: sql`1 hour` },
];
/** What is about a thread or an answer, and goes with it: of two kinds of things a key cannot say so. */
const ABOUT = [sql`forum_votes`, sql`forum_edits`, sql`reports`];
const HOUR_SECONDS = 3600;
/** Rows that go, or are looked at, in one statement, so that none holds others up for long. */
const ROWS = 1000;

/** Removes once an hour what has been kept long enough, and of what is about nothing any more the part that has its turn. */
export const retention = fp(
  async (app) => {
    app.every(HOUR_SECONDS, 'retention', async () => {
      for (const { table, key, column, after } of KEPT) {
        // The period stands in the text: one that is a parameter would be taken for a third of the rows, and the whole table be read.
        const remove = sql`delete from ${table} where (${key}) in
          (select ${key} from ${table} where ${column} < now() - interval '${after}' limit $1) returning 1`;
        let removed = ROWS;
        while (removed === ROWS) removed = (await query(app.db, remove, [ROWS])).length;
      }
    });
    app.every(HOUR_SECONDS, 'orphans', () => removeOrphans(app.db, new Date().getUTCHours()));
  },
  { name: 'retention', dependencies: ['jobs'] },
);

/**
 * Goes through what is about threads and answers, in the order of an index: ids are random, so that each hour of a day has as many of
 * them, and a server that is restarted every day has gone through all after one.
 */
export async function removeOrphans(db: Database, hour: number): Promise<void> {
  for (const table of ABOUT) {
    const ahead = sql`select x.subject_id as last from
      (select r.subject_id from ${table} r where r.subject_id > $1::uuid and r.subject_id <= $2::uuid order by r.subject_id limit $3) x
      order by x.subject_id desc limit 1`;
    const remove = sql`delete from ${table} r where r.subject_id > $1::uuid and r.subject_id <= $2::uuid
      and (select true from threads t where t.id = r.subject_id) is not true
      and (select true from posts q where q.id = r.subject_id) is not true`;
    let from = idAt(hour);
    for (;;) {
      const [found] = await query<{ last: string }>(db, ahead, [from, idAt(hour + 1), ROWS]);
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
