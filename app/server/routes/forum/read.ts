import {
  descendingBy,
  type List,
  oldestFirst,
  type PageRequest,
  readPageWithin,
} from '#server/database/pagination.ts';
import { moment, type Queryable, query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { isAuthor, isEnrolled, visibleTo } from '../courses/visibility.ts';
import { moderates } from './access.ts';

const whoWrote = (row: Sql): Sql =>
  sql`(select json_build_object('id', p.id, 'name', p.name) from people p where p.id = ${row}.author_id)`;
const myVote = (row: Sql, person: Sql): Sql =>
  sql`coalesce((select v.value from forum_votes v where v.subject_id = ${row}.id and v.person_id = ${person}::uuid), 0)`;
const summaryOf = (row: Sql): Sql => sql`'id', ${row}.id, 'author', ${whoWrote(row)}, 'score', ${row}.score,
  'version', ${row}.version, 'createdAt', ${moment(sql`${row}.created_at`)}, 'editedAt', ${moment(sql`${row}.edited_at`)}`;
const THREAD_SUMMARY = sql`${summaryOf(sql`t`)}, 'title', t.title,
  'section', (select json_build_object('id', s.id, 'title', s.title) from sections s where s.id = t.section_id), 'postCount', t.post_count, 'acceptedId', t.accepted_id,
  'pinned', t.pinned, 'locked', t.locked, 'activeAt', ${moment(sql`t.active_at`)}`;

/** Somebody who reads; nobody where they are not signed in. */
type Reader = { id: string; role: string } | null;
const valuesOf = (id: string, reader: Reader): unknown[] => [
  id,
  reader?.id ?? null,
  reader?.role === 'administrator',
];

const THREADS = {
  ...descendingBy(
    { by: sql`t.pinned`, part: 'flag' },
    { by: sql`t.active_at`, part: 'moment' },
    { by: sql`t.id`, part: 'id' },
  ),
  item: sql`json_build_object(${THREAD_SUMMARY})`,
  from: sql`from threads t where t.course_id = $1 and t.removed_at is null`,
  within: (page: Sql) =>
    sql`select (${visibleTo(sql`$2`)} or $3::boolean) as readable, ${page} from courses c where c.id = $1`,
};
const UNANSWERED = sql`and t.accepted_id is null and t.post_count = 0`;
const UNANSWERED_THREADS = { ...THREADS, from: sql`${THREADS.from} ${UNANSWERED}` };
/** Those of a section, which is `$4`. */
const THREADS_OF_SECTION = { ...THREADS, from: sql`${THREADS.from} and t.section_id = $4::uuid` };
const UNANSWERED_OF_SECTION = { ...THREADS, from: sql`${THREADS_OF_SECTION.from} ${UNANSWERED}` };
export const THREAD_KEYS = THREADS.keys.map(({ part }) => part);

/** A page of a course's threads as JSON text, pinned ones first, in one statement; nothing when one may not see the course. */
export async function readThreads(
  db: Queryable,
  { courseId, reader }: { courseId: string; reader: Reader },
  {
    unanswered,
    section,
    ...asked
  }: PageRequest & { unanswered?: boolean | undefined; section?: string | undefined },
): Promise<string | undefined> {
  const values = valuesOf(courseId, reader);
  if (section === undefined) return readableOf(db, unanswered ? UNANSWERED_THREADS : THREADS, values, asked);
  return readableOf(db, unanswered ? UNANSWERED_OF_SECTION : THREADS_OF_SECTION, [...values, section], asked);
}

const THREAD = sql`select json_build_object(${THREAD_SUMMARY}, 'courseId', t.course_id, 'body', t.body, 'vote', ${myVote(sql`t`, sql`$2`)},
  'may', json_build_object(
    'write', ${moderates(sql`$2`)} or $3::boolean or (not t.locked and (${isAuthor(sql`$2`)} or ${isEnrolled(sql`$2`)})),
    'edit', coalesce(t.author_id = $2::uuid, false),
    'accept', coalesce(t.author_id = $2::uuid, false) or ${moderates(sql`$2`)} or $3::boolean,
    'moderate', ${moderates(sql`$2`)} or $3::boolean))::text as json, t.version
  from threads t join courses c on c.id = t.course_id
  where t.id = $1 and t.removed_at is null and (${visibleTo(sql`$2`)} or $3::boolean)`;

/** A thread as JSON text, and what the caller may do there, in one statement. */
export async function readThread(
  db: Queryable,
  id: string,
  reader: Reader,
): Promise<{ json: string; version: number } | undefined> {
  return (await query<{ json: string; version: number }>(db, THREAD, valuesOf(id, reader)))[0];
}

const POSTS = {
  ...oldestFirst(sql`q.created_at`, sql`q.id`),
  item: sql`json_build_object(${summaryOf(sql`q`)},
    'body', case when q.removed_at is null then q.body end, 'vote', ${myVote(sql`q`, sql`$2`)},
    'mine', coalesce(q.author_id = $2::uuid, false))`,
  from: sql`from posts q where q.thread_id = $1`,
  within: (
    page: Sql,
  ) => sql`select true as readable, ${page} from threads t join courses c on c.id = t.course_id
    where t.id = $1 and t.removed_at is null and (${visibleTo(sql`$2`)} or $3::boolean)`,
};

/** A page of a thread's answers as JSON text, the first ones first, in one statement; nothing when one may not see it. */
export const readPosts = (
  db: Queryable,
  { threadId, reader }: { threadId: string; reader: Reader },
  asked: PageRequest,
): Promise<string | undefined> => readableOf(db, POSTS, valuesOf(threadId, reader), asked);

/** A report `r`, with the words that it is about. */
export const REPORT_FIELDS = sql`'id', r.id, 'subjectKind', r.subject_kind, 'subjectId', r.subject_id,
      'threadId', coalesce((select q.thread_id from posts q where q.id = r.subject_id), (select t.id from threads t where t.id = r.subject_id)),
      'text', coalesce((select q.body from posts q where q.id = r.subject_id), (select t.title || chr(10) || t.body from threads t where t.id = r.subject_id)),
      'reason', r.reason, 'at', ${moment(sql`r.at`)}`;
/** Whether a report `r` is of somebody's own words, of which they neither learn nor decide. */
export const isOfOwnWords = (person: Sql): Sql =>
  sql`(coalesce((select q.author_id from posts q where q.id = r.subject_id), (select t.author_id from threads t where t.id = r.subject_id)) = ${person}::uuid) is true`;
const REPORTS = {
  ...oldestFirst(sql`r.at`, sql`r.id`),
  item: sql`json_build_object(${REPORT_FIELDS})`,
  from: sql`from reports r where r.course_id = $1 and r.outcome is null and not ${isOfOwnWords(sql`$2`)}`,
  within: (page: Sql) =>
    sql`select (${moderates(sql`$2`)} or $3::boolean) as readable, ${page} from courses c where c.id = $1`,
};

/** A page of what one may decide in a course, the oldest first; nothing for those who do not moderate it. */
export const readReports = (
  db: Queryable,
  { courseId, reader }: { courseId: string; reader: Reader },
  asked: PageRequest,
): Promise<string | undefined> => readableOf(db, REPORTS, valuesOf(courseId, reader), asked);

/** A page as JSON text; nothing where it is not readable, or where there is nothing that it is of. */
async function readableOf(
  db: Queryable,
  list: List & { within(page: Sql): Sql },
  values: unknown[],
  asked: PageRequest,
): Promise<string | undefined> {
  const found = await readPageWithin<{ readable: boolean }>(db, list, values, asked);
  return found?.readable ? found.page : undefined;
}
