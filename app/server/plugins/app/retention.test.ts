import { describe, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEVICE_DAYS_UNUSED } from '#server/security/devices.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';
import { KEPT, removeOrphans } from './retention.ts';

const { app, db } = await testApp();
const [camille, ines] = DEMO_PEOPLE;
const course = DEMO_COURSES[0]!.id;

/** Rows that are there for the others to be about. */
const THREAD = crypto.randomUUID();
const POST = crypto.randomUUID();
await query(
  db,
  sql`insert into threads (id, course_id, author_id, title, body) values ($1, $2, $3, 't', 'b')`,
  [THREAD, course, ines.id],
);
await query(db, sql`insert into posts (id, thread_id, author_id, body) values ($1, $2, $3, 'b')`, [
  POST,
  THREAD,
  camille.id,
]);

const aDay = async () => {
  for (let hour = 0; hour < 24; hour++) await removeOrphans(db, hour);
};

/** A row of each table whose time is `at`. */
const ROWS: Record<string, string> = {
  sign_ups: `(token_hash, email, name, role, language, password_hash, expires_at)
    values (gen_random_uuid()::text, 'a@exemple.fr', 'A', 'student', 'fr', 'x', $1)`,
  sessions: `(secret_hash, person_id, address, agent, expires_at) values (gen_random_uuid()::text, '${ines.id}', '', '', $1)`,
  devices: `(secret_hash, person_id, used_at) values (gen_random_uuid()::text, '${ines.id}', $1)`,
  recoveries: `(token_hash, person_id, expires_at) values (gen_random_uuid()::text, '${ines.id}', $1)`,
  email_changes: `(token_hash, person_id, email, expires_at) values (gen_random_uuid()::text, '${ines.id}', 'a@exemple.fr', $1)`,
  attempts: '(key, count, until_at) values (gen_random_uuid()::text, 1, $1)',
  idempotency_keys: `(person_id, key, request_digest, created_at) values ('${ines.id}', gen_random_uuid()::text, 'x', $1)`,
  invitations: `(course_id, token_hash, expires_at) values ('${course}', gen_random_uuid()::text, $1)`,
  former_progress: `(person_id, course_id, section_id, at, removed_at) values ('${ines.id}', '${course}', gen_random_uuid(), now(), $1)`,
  notifications: `(person_id, kind, thread_id, at) values ('${ines.id}', 'answer', '${THREAD}', $1)`,
  forum_edits: `(subject_id, version, body, at)
    values ('${POST}', (select count(*) from forum_edits), 'b', $1)`,
  threads: `(course_id, title, body, removed_at) values ('${course}', 't', 'b', $1)`,
  posts: `(thread_id, body, removed_at) values ('${THREAD}', 'b', $1)`,
  reports: `(course_id, subject_kind, subject_id, reason, outcome, decided_at)
    values ('${course}', 'post', '${POST}', 'r', 'kept', $1)`,
  unsubscriptions: `(token_hash, person_id, expires_at) values (gen_random_uuid()::text, '${ines.id}', $1)`,
  notices: `(text_fr, text_en, ends_at) values ('f', 'e', $1)`,
  audit_log: `(action, subject_kind, subject_id, address, at) values ('x', 'person', 'x', '', $1)`,
  together_presence: `(course_id, server_id, content, at) values ('${course}', gen_random_uuid(), '', $1)`,
};

const moments = async (table: string, column: string) =>
  (
    await query<{ at: Date }>(
      db,
      uncheckedSql(`select ${column} as at from ${table} where ${column} is not null order by ${column}`),
    )
  ).map(({ at }) => at.toISOString());

describe('what has served', () => {
  it('of a browser goes when its cookie does', () => {
    const { after } = KEPT.find(({ table }) => table === 'devices')!;
    expect(String(after)).toBe(`${DEVICE_DAYS_UNUSED} days`);
  });

  it('goes when its time is over, however much of it there is, and not before', async () => {
    for (const { table, column, after } of KEPT) {
      // The same clock as the statement's: a minute before and after the end of its time.
      const [edges] = await query<{ gone: Date; kept: Date }>(
        db,
        uncheckedSql(
          `select now() - interval '${after}' - interval '1 minute' as gone, now() - interval '${after}' + interval '1 minute' as kept`,
        ),
      );
      const insert = (at: Date) => query(db, uncheckedSql(`insert into ${table} ${ROWS[table]}`), [at]);
      await insert(edges!.gone);
      await insert(edges!.kept);
      const before = await moments(table, column);
      expect([table, before]).toEqual([table, expect.arrayContaining([edges!.gone.toISOString()])]);
      await app.runJobs();
      const left = await moments(table, column);
      expect([table, left]).toEqual([table, expect.arrayContaining([edges!.kept.toISOString()])]);
      expect([table, left]).not.toEqual([table, expect.arrayContaining([edges!.gone.toISOString()])]);
    }
    await query(
      db,
      sql`insert into attempts (key, count, until_at) select 'old ' || n, 1, now() - interval '1 minute' from generate_series(1, 2500) n`,
    );
    await app.runJobs();
    expect(await query(db, sql`select 1 from attempts where key like 'old %'`)).toEqual([]);
  });

  it('is found by an index that begins with its moment', async () => {
    const indexes = await query<{ on: string; only: string | null }>(
      db,
      sql`select i.indrelid::regclass::text || '.' || pg_get_indexdef(i.indexrelid, 1, true) as on, pg_get_expr(i.indpred, i.indrelid) as only
       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public'`,
    );
    for (const { table, column } of KEPT) {
      const serving = indexes.filter(
        (each) =>
          each.on === `${table}.${column}` && (each.only === null || each.only === `(${column} IS NOT NULL)`),
      );
      expect([table, column, serving.length]).not.toEqual([table, column, 0]);
    }
  });
});

describe('what is about a thread or an answer', () => {
  it('goes once that is gone, and stays beside it', async () => {
    for (const [table, columns] of [
      ['forum_votes', `(subject_id, person_id, value) values ($1, '${ines.id}', 1)`],
      ['forum_edits', `(subject_id, version, body) values ($1, 7, 'b')`],
      [
        'reports',
        `(course_id, subject_kind, subject_id, reporter_id, reason) values ('${course}', 'post', $1, '${ines.id}', 'r')`,
      ],
    ] as const) {
      const gone = Array.from({ length: 3 }, () => crypto.randomUUID());
      for (const subject of [THREAD, POST, ...gone])
        await query(db, uncheckedSql(`insert into ${table} ${columns}`), [subject]);
      await aDay();
      const left = await query<{ id: string }>(
        db,
        uncheckedSql(`select subject_id as id from ${table} where subject_id = any($1::uuid[])`),
        [[THREAD, POST, ...gone]],
      );
      expect([table, new Set(left.map(({ id }) => id))]).toEqual([table, new Set([THREAD, POST])]);
    }
  });

  it('is looked through to the end', async () => {
    await query(
      db,
      sql`insert into forum_votes (subject_id, person_id, value) select gen_random_uuid(), $1, 1 from generate_series(1, 2500)`,
      [camille.id],
    );
    await aDay();
    expect(await query(db, sql`select 1 from forum_votes where person_id = $1`, [camille.id])).toEqual([]);
  });
});
