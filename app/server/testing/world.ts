import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { App } from '../app.ts';
import { query } from '../database/query.ts';
import { joined, type Sql, sql } from '../database/sql.ts';

/** Who somebody is to the courses: of each kind there is one, written by the author and followed by the follower. */
export const PEOPLE = {
  visitor: null,
  stranger: 'student',
  follower: 'student',
  colleague: 'teacher',
  author: 'teacher',
  administrator: 'administrator',
} as const;
export type Who = keyof typeof PEOPLE;
export const WHO = Object.keys(PEOPLE) as Who[];
/** A draft was published once, as its followers show, and withdrawn; what is deleted can still be taken back. */
export const KINDS = ['public', 'invited', 'draft', 'archived', 'deleted'] as const;
export type Kind = (typeof KINDS)[number];
const STATES = {
  public: 'published',
  invited: 'published',
  draft: 'draft',
  archived: 'archived',
  deleted: 'deleted',
};

/** These people, as rows. */
export async function makePeople({ db }: App): Promise<Record<Who, string>> {
  const ids = Object.fromEntries(WHO.map((who) => [who, randomUUID()])) as Record<Who, string>;
  const rows = WHO.flatMap((who) => {
    const role = PEOPLE[who];
    return role ? [{ id: ids[who], email: `${who}@matrice.test`, name: who, role }] : [];
  });
  await db.insertInto('people').values(rows).execute();
  return ids;
}

/** A course of one kind with all that belongs to one. */
export type World = Record<
  'course' | 'section' | 'file' | 'upload' | 'invitation' | 'thread' | 'post' | 'report',
  string
>;

/** Ids that nothing has. */
export const nowhere = (): World => ({
  course: randomUUID(),
  section: randomUUID(),
  file: randomUUID(),
  upload: randomUUID().replaceAll('-', ''),
  invitation: randomUUID(),
  thread: randomUUID(),
  post: randomUUID(),
  report: randomUUID(),
});

/** What a course said, of whose section this is the id. */
const content = (section: string) =>
  JSON.stringify({
    title: 'Un cours',
    summary: '',
    subject: 's',
    level: 'l',
    language: 'fr',
    format: 'markdown',
    tags: [],
    sections: [{ id: section, title: 't', body: 'b' }],
  });
// One statement: hundreds of these are made.
const INSERT_WORLD = sql`with
  c as (insert into courses (id, title, summary, subject, level, state, visibility, published_at, rating_count, rating_sum)
    values ($1, 'Un cours', '', 's', 'l', $2, $3, now(), 1, 50)),
  a as (insert into course_authors (course_id, person_id, position) values ($1, $4, 0)),
  s as (insert into sections (id, course_id, position, title, body) values ($5, $1, 0, 't', 'b')),
  v as (insert into course_revisions (course_id, version, person_id, content) values ($1, 1, $4, $6::jsonb)),
  e as (insert into enrolments (person_id, course_id) values ($7, $1)),
  n as (insert into ratings (course_id, person_id, score) values ($1, $7, 50)),
  f as (insert into files (id, course_id, name, media_type, size, sha256, key, uploaded_by)
    values ($8, $1, 'a.txt', 'text/plain', 1, repeat('a', 64), $9, $4)),
  u as (insert into uploads (id, course_id, person_id, name, size) values ($10, $1, $4, 'b.txt', 9)),
  i as (insert into invitations (id, course_id, token_hash, created_by, expires_at)
    values ($11, $1, $11::uuid::text, $4, now() + interval '1 day')),
  t as (insert into threads (id, course_id, author_id, title, body, post_count) values ($12, $1, $7, 't', 'b', 1)),
  q as (insert into posts (id, thread_id, author_id, body) values ($13, $12, $4, 'b'))
  insert into reports (id, course_id, subject_kind, subject_id, reporter_id, reason) values ($14, $1, 'thread', $12, $15, 'r')`;

/** What the id in a path names, in a course. */
const NAMED = {
  '/courses': 'course',
  '/admin/courses': 'course',
  '/files': 'file',
  '/uploads': 'upload',
  '/threads': 'thread',
  '/posts': 'post',
  '/reports': 'report',
} as const;

/** The id of the thing that the first id of a path names there; nothing where a course has no such thing. */
export function idIn(path: string, world: World): string | undefined {
  const prefix = Object.keys(NAMED).find((each) => path.startsWith(`/api/v1${each}/`));
  return prefix && world[NAMED[prefix as keyof typeof NAMED]];
}

/** A course of that kind, written by the author and followed by the follower, with one of everything. */
export async function makeWorld(app: App, ids: Record<Who, string>, kind: Kind): Promise<World> {
  const id = nowhere();
  const key = `files/${id.file}`;
  await query(app.db, INSERT_WORLD, [
    id.course,
    STATES[kind],
    kind === 'invited' ? 'invitation' : 'public',
    ids.author,
    id.section,
    content(id.section),
    ids.follower,
    id.file,
    key,
    id.upload,
    id.invitation,
    id.thread,
    id.post,
    id.report,
    ids.stranger,
  ]);
  await app.files.put(key, Readable.from([Buffer.from('a')]), 1);
  return id;
}

const all = (table: Sql, where: Sql): Sql =>
  sql`(select coalesce(jsonb_agg(to_jsonb(x) order by to_jsonb(x)::text), '[]') from ${table} x where ${where})`;
const STATE_OF_COURSE = sql`select jsonb_build_array(${joined(
  [
    all(sql`courses`, sql`x.id = $1`),
    ...[
      sql`course_authors`,
      sql`course_revisions`,
      sql`enrolments`,
      sql`files`,
      sql`invitations`,
      sql`ratings`,
      sql`reports`,
      sql`section_progress`,
      sql`sections`,
      sql`threads`,
      sql`uploads`,
    ].map((table) => all(table, sql`x.course_id = $1`)),
    all(sql`posts`, sql`x.thread_id in (select t.id from threads t where t.course_id = $1)`),
    all(sql`forum_votes`, sql`x.subject_id in ($2, $3)`),
  ],
  sql`, `,
)})::text as state`;

/** All that the database holds of it, as one text. */
export async function stateOf({ db }: App, { course, thread, post }: World): Promise<string> {
  const [row] = await query<{ state: string }>(db, STATE_OF_COURSE, [course, thread, post]);
  return row!.state;
}
