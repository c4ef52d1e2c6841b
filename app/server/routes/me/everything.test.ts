import { beforeAll, describe, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';
import { nameOf } from '#web/features/forum/words.ts';
import { ERASED_NAME, eraseDue } from './erasure.ts';

/** Every column that can say who somebody is: what becomes of it when they take their data along, and when they leave. */
interface Known {
  /** The part of the export that has it, or why none has. */
  exported: { part: string } | { why: string };
  /** Why it stays when they leave; else nothing names them there any more. */
  stays?: string;
}
const SECRET = { why: 'a digest of a secret, and when it ends' };
const NOBODY: Known = { exported: { why: 'names no person' }, stays: 'names no person' };
const KNOWN: Record<string, Known> = {
  'audit_log.actor_id': {
    exported: { part: 'deeds' },
    stays: 'an id that leads to nobody; a year later it goes',
  },
  'audit_log.subject_id': {
    exported: { part: 'deedsToMe' },
    stays: 'an id that leads to nobody; a year later it goes',
  },
  'course_authors.person_id': { exported: { part: 'courses' } },
  'course_revisions.person_id': { exported: { part: 'revisions' } },
  'devices.person_id': { exported: { part: 'devices' } },
  'email_changes.email': { exported: { why: 'asked for and not confirmed yet, kept for a day' } },
  'email_changes.person_id': { exported: SECRET },
  'enrolments.person_id': { exported: { part: 'enrolments' } },
  'files.uploaded_by': { exported: { part: 'files' } },
  'former_progress.person_id': { exported: { part: 'formerProgress' } },
  'former_progress.section_id': NOBODY,
  'forum_edits.subject_id': { exported: { part: 'formerWords' }, stays: 'names a thread or an answer' },
  'forum_votes.person_id': { exported: { part: 'votes' } },
  'forum_votes.subject_id': NOBODY,
  'idempotency_keys.person_id': { exported: { why: 'answers to their own requests, kept for a day' } },
  'invitations.created_by': { exported: { part: 'invitationsMade' } },
  'invitations.email': { exported: { part: 'invitationsReceived' } },
  'notes.person_id': { exported: { part: 'notes' } },
  'notes.section_id': NOBODY,
  'notifications.actor_id': { exported: { why: 'told to others, of what their own words say' } },
  'notifications.person_id': { exported: { part: 'notifications' } },
  'people.email': { exported: { part: 'account' } },
  'people.guardian_email': {
    exported: { part: 'consents' },
    stays: 'without it nobody could show that there was a consent to the account of their child',
  },
  'places.person_id': { exported: { part: 'places' } },
  'posts.author_id': { exported: { part: 'posts' } },
  'ratings.person_id': { exported: { part: 'ratings' } },
  'recoveries.person_id': { exported: SECRET },
  'recovery_codes.person_id': { exported: SECRET },
  'reports.decided_by': { exported: { part: 'decisions' } },
  'reports.reporter_id': { exported: { part: 'reports' } },
  'reports.subject_id': NOBODY,
  'second_factors.person_id': { exported: { part: 'secondFactors' } },
  'section_progress.person_id': { exported: { part: 'progress' } },
  'sessions.person_id': { exported: { part: 'sessions' } },
  'sign_ups.email': { exported: { why: 'what somebody asked for and never confirmed, kept for a day' } },
  'sign_ups.guardian_email': {
    exported: { why: 'a child’s request, kept for a day' },
    stays: 'a child’s request, kept for a day',
  },
  'sign_ups.person_id': { exported: { why: 'whom an account will be' }, stays: 'nobody is that yet' },
  'threads.accepted_id': NOBODY,
  'threads.author_id': { exported: { part: 'threads' } },
  'together_presence.server_id': NOBODY,
  'unsubscriptions.person_id': { exported: SECRET },
  'uploads.person_id': { exported: { part: 'uploads' } },
  'uploads.replaces': NOBODY,
};
/** What the account itself does not tell, and why. */
const UNTOLD: Record<string, string> = {
  password_hash: 'a digest of a secret',
  withdrawal_hash: 'a digest of a secret, which is a parent’s',
  words: 'made of the name and the address',
  words_digest: 'made of the name and the address',
};

/** Every column that names something by an id without saying what, or whose name tells of a person. */
const PERSONAL = sql`select c.table_name || '.' || c.column_name as name from information_schema.columns c
  where c.table_schema = 'public' and c.column_name <> 'id'
  and (c.data_type = 'uuid' or c.column_name ~ 'email|person|people|actor|author|subject_id|_by$')
  and not exists (select 1 from pg_constraint f join pg_attribute a on a.attrelid = f.conrelid and a.attnum = any(f.conkey)
    where f.contype = 'f' and f.conrelid = c.table_name::regclass and a.attname = c.column_name and f.confrelid <> 'people'::regclass)
  order by 1`;

const { app, as, db, statementsOf } = await testApp();
const [camille] = DEMO_PEOPLE;
const [written, followed] = DEMO_COURSES.map(({ id }) => id);
const odile = {
  id: '6a5d3c1e-1f0b-4a57-8d3e-9c2b7f4e6a10',
  email: 'odile.quenneville@exemple.fr',
  name: 'Odile Quenneville',
  address: '198.51.100.77',
};
const thread = crypto.randomUUID();
const post = crypto.randomUUID();
const others = crypto.randomUUID();
const NAMED = `Merci @[${odile.name}](${odile.id}), et @[Camille Fournier](${camille.id}) !`;
const UNNAMED = `Merci @[${ERASED_NAME}](${odile.id}), et @[Camille Fournier](${camille.id}) !`;

/** A row in each table that can have one of theirs. */
const HERS = `
insert into people (id, email, name, role, about) values ('${odile.id}', '${odile.email}', '${odile.name}', 'teacher', 'Je suis ${odile.name}')
insert into people (email, name, role, guardian_email, consented_at) values ('enfant@exemple.fr', 'Lou', 'student', '${odile.email}', now())
insert into sessions (secret_hash, person_id, address, agent, expires_at) values ('s', '${odile.id}', '${odile.address}', 'x', now() + interval '1 day')
insert into devices (secret_hash, person_id) values ('d', '${odile.id}')
insert into second_factors (person_id, sealed_secret, confirmed_at) values ('${odile.id}', 's', now())
insert into recovery_codes (person_id, code_hash) values ('${odile.id}', 'c')
insert into recoveries (token_hash, person_id, expires_at) values ('r', '${odile.id}', now() + interval '1 hour')
insert into email_changes (token_hash, person_id, email, expires_at) values ('e', '${odile.id}', 'autre@exemple.fr', now() + interval '1 day'), ('f', '${camille.id}', '${odile.email}', now() + interval '1 day')
insert into unsubscriptions (token_hash, person_id, expires_at) values ('u', '${odile.id}', now() + interval '1 hour')
insert into idempotency_keys (person_id, key, request_digest, body) values ('${odile.id}', 'k', 'x', '${odile.name}')
insert into sign_ups (token_hash, email, name, role, language, password_hash, expires_at) values ('a', '${odile.email}', '${odile.name}', 'student', 'fr', 'x', now() + interval '1 day')
insert into sign_ups (token_hash, email, name, role, language, password_hash, expires_at, guardian_email) values ('b', 'c@exemple.fr', 'C', 'student', 'fr', 'x', now() + interval '1 day', '${odile.email}')
insert into course_authors (course_id, person_id, position) values ('${written}', '${odile.id}', 9)
insert into course_revisions (course_id, version, person_id, content) values ('${written}', 99, '${odile.id}', '{"title": "x"}')
insert into enrolments (person_id, course_id) values ('${odile.id}', '${followed}')
insert into section_progress (person_id, course_id, section_id) select '${odile.id}', course_id, id from sections where course_id = '${followed}'
insert into places (person_id, course_id, section_id) select '${odile.id}', course_id, id from sections where course_id = '${followed}' order by position limit 1
insert into notes (person_id, course_id, section_id, body) select '${odile.id}', course_id, id, 'Revoir' from sections where course_id = '${followed}' order by position limit 1
insert into former_progress (person_id, course_id, section_id, at) values ('${odile.id}', '${followed}', gen_random_uuid(), now())
insert into ratings (course_id, person_id, score) values ('${followed}', '${odile.id}', 70)
insert into invitations (course_id, token_hash, created_by, expires_at) values ('${written}', 'i', '${odile.id}', now() + interval '1 day')
insert into invitations (course_id, token_hash, email, expires_at) values ('${followed}', 'j', '${odile.email}', now() + interval '1 day')
insert into files (course_id, name, media_type, size, sha256, uploaded_by) values ('${written}', 'hers.txt', 'text/plain', 1, 'x', '${odile.id}')
insert into uploads (id, course_id, person_id, name, size) values ('${thread.replaceAll('-', '')}', '${written}', '${odile.id}', 'way.txt', 9)
insert into threads (id, course_id, author_id, title, body) values ('${thread}', '${followed}', '${odile.id}', 't', 'b')
insert into threads (id, course_id, author_id, title, body) values ('${others}', '${followed}', '${camille.id}', 't', '${NAMED}')
insert into posts (id, thread_id, author_id, body) values (gen_random_uuid(), '${thread}', '${odile.id}', 'b')
insert into posts (id, thread_id, author_id, body) values ('${post}', '${thread}', '${camille.id}', '${NAMED}')
insert into forum_edits (subject_id, version, body) values ('${thread}', 1, 'a'), ('${post}', 1, '${NAMED}')
insert into forum_votes (subject_id, person_id, value) values ('${post}', '${odile.id}', 1)
insert into reports (course_id, subject_kind, subject_id, reporter_id, reason) values ('${followed}', 'post', '${post}', '${odile.id}', 'r')
insert into reports (course_id, subject_kind, subject_id, reason, outcome, decided_by, decided_at) values ('${written}', 'post', '${post}', 'r', 'kept', '${odile.id}', now())
insert into notifications (person_id, kind, actor_id, thread_id) values ('${odile.id}', 'answer', '${camille.id}', '${thread}')
insert into notifications (person_id, kind, actor_id, thread_id) values ('${camille.id}', 'answer', '${odile.id}', '${thread}')
insert into audit_log (actor_id, action, subject_kind, subject_id, address) values ('${odile.id}', 'session.begun', 'person', '${odile.id}', '${odile.address}')
insert into audit_log (actor_id, action, subject_kind, subject_id, address) values ('${camille.id}', 'person.changed', 'person', '${odile.id}', '203.0.113.5')
insert into audit_log (action, subject_kind, subject_id, address) values ('person.consented', 'person', '${odile.id}', '${odile.address}')`;

const columns = async () => (await query<{ name: string }>(db, PERSONAL)).map(({ name }) => name);
const tables = async () =>
  (
    await query<{ name: string }>(
      db,
      sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
    )
  ).map(({ name }) => name);
const rowsOf = async (column: string): Promise<number> => {
  const [table, name] = column.split('.');
  return (
    await query(db, uncheckedSql(`select 1 from ${table} where ${name}::text = any($1::text[])`), [
      [odile.id, odile.email],
    ])
  ).length;
};
/** Whether a column can have a row of theirs. */
const isHers = (name: string) =>
  KNOWN[name] !== NOBODY && !/^(forum_edits\.subject|sign_ups\.person)/.test(name);

beforeAll(async () => {
  for (const insert of HERS.trim().split('\n')) await query(db, uncheckedSql(insert));
});

describe('every column that can name somebody', () => {
  it('is known here, with what becomes of it', async () => {
    expect(await columns()).toEqual(Object.keys(KNOWN).sort());
  });

  it('has a row of theirs in what follows', async () => {
    for (const name of Object.keys(KNOWN).filter(isHers))
      expect([name, await rowsOf(name)]).not.toEqual([name, 0]);
  });
});

describe('one’s own data', () => {
  it('are all in the export, or it is said why not', async () => {
    const found = (await (await as(odile.id))('/api/v1/me/export')).json();
    for (const [name, { exported }] of Object.entries(KNOWN))
      if ('part' in exported) expect([name, found[exported.part] ?? []]).not.toEqual([name, []]);
    const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const own = await query<{ name: string }>(
      db,
      sql`select column_name as name from information_schema.columns where table_schema = 'public' and table_name = 'people'`,
    );
    expect(Object.keys(found.account).sort()).toEqual(
      own
        .filter(({ name }) => !(name in UNTOLD))
        .map(({ name }) => camel(name))
        .sort(),
    );
    expect(found.kept).toContainEqual({ what: 'sessions', after: '0 days' });
    expect(found.progress.length).toBe(found.enrolments[0].sectionsDone);
    expect(found.progress[0]).toMatchObject({ section: expect.any(String), at: expect.any(String) });
  });

  it('are read page after page, none twice and none forgotten', async () => {
    await query(
      db,
      uncheckedSql(`insert into course_revisions (course_id, version, person_id, content, at)
       select '${written}', n, '${odile.id}', json_build_object('n', n)::jsonb, timestamptz '2026-01-01T00:00:00Z' from generate_series(100, 110) n`),
    );
    await query(
      db,
      uncheckedSql(
        `insert into forum_votes (subject_id, person_id, value) select gen_random_uuid(), '${odile.id}', 1 from generate_series(1, 1000)`,
      ),
    );
    const ask = await as(odile.id);
    const found = (await ask('/api/v1/me/export')).json();
    expect(found.revisions.map(({ version }: { version: number }) => version)).toEqual([
      100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 99,
    ]);
    const votes: string[] = found.votes.map(({ subjectId }: { subjectId: string }) => subjectId);
    expect([votes.length, new Set(votes).size]).toEqual([1001, 1001]);
    // The session, the attempt and the account; each part; two more pages of either list.
    const parts = Object.keys(found).filter((name) => !['account', 'kept'].includes(name)).length;
    expect(await statementsOf(() => ask('/api/v1/me/export'))).toBe(3 + parts + 2 + 2);
  });
});

describe('a person who is erased', () => {
  it('is named nowhere any more, or it is said why', async () => {
    await query(db, sql`update people set erase_at = now() - interval '1 second' where id = $1`, [odile.id]);
    await eraseDue(app);
    for (const [name, { stays }] of Object.entries(KNOWN))
      if (!stays) expect([name, await rowsOf(name)]).toEqual([name, 0]);
    for (const table of await tables()) {
      const left = await query<{ row: string }>(
        db,
        uncheckedSql(`select to_jsonb(t)::text as row from ${table} t where t::text like any($1::text[])`),
        [[odile.name, odile.address, odile.email].map((each) => `%${each}%`)],
      );
      const allowed = left.filter(({ row }) => JSON.parse(row).guardian_email === odile.email);
      expect([table, left]).toEqual([table, allowed]);
    }
  });

  it('is called by the words of the pages where others named them, in what is an older version for those who read it', async () => {
    expect(nameOf(null)).toBe(ERASED_NAME);
    for (const [table, id] of [
      ['threads', others],
      ['posts', post],
    ])
      expect(await query(db, uncheckedSql(`select body, version from ${table} where id = $1`), [id])).toEqual(
        [{ body: UNNAMED, version: 2 }],
      );
    expect(await query(db, sql`select body from forum_edits where subject_id = $1`, [post])).toEqual([
      { body: UNNAMED },
    ]);
  });
});
