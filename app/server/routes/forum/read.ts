import { moment, type Queryable, query } from '#server/database/query.ts';
import { type CursorPart, readCursor, writeCursor } from '#shared/schemas/page.ts';
import { isAuthor, isEnrolled, visibleTo } from '../courses/visibility.ts';
import { moderates } from './standing.ts';

const whoWrote = (row: string): string =>
  `(select json_build_object('id', p.id, 'name', p.name) from people p where p.id = ${row}.author_id)`;
const myVote = (row: string, person: string): string =>
  `coalesce((select v.value from forum_votes v where v.subject_id = ${row}.id and v.person_id = ${person}::uuid), 0)`;
const TOLD = (row: string): string => `'id', ${row}.id, 'author', ${whoWrote(row)}, 'score', ${row}.score,
  'version', ${row}.version, 'createdAt', ${moment(`${row}.created_at`)}, 'editedAt', ${moment(`${row}.edited_at`)}`;
const THREAD_TOLD = `${TOLD('t')}, 'title', t.title, 'postCount', t.post_count, 'acceptedId', t.accepted_id,
  'pinned', t.pinned, 'locked', t.locked, 'activeAt', ${moment('t.active_at')}`;

/** How the threads of a course are asked for. */
export interface ThreadQuery {
  courseId: string;
  person: { id: string; role: string } | null;
  unanswered?: boolean | undefined;
  cursor?: string | undefined;
  limit: number;
}
export const THREAD_KEYS: CursorPart[] = ['flag', 'moment', 'id'];
const threads = (more: string): string => `select (${visibleTo('$2')} or $4::boolean) as readable,
  (select coalesce(json_agg(json_build_object('keys', json_build_array(x.pinned::int, ${moment('x.active_at')}, x.id), 'item', x.item)
    order by x.pinned desc, x.active_at desc, x.id desc), '[]'::json)
   from (select t.id, t.pinned, t.active_at, json_build_object(${THREAD_TOLD}) as item from threads t
     where t.course_id = $1 and t.removed_at is null ${more}
     order by t.pinned desc, t.active_at desc, t.id desc limit $3) x)::text as json
  from courses c where c.id = $1`;
// The columns as the index has them: a cast of one, and each page reads all those before it again.
const AFTER = 'and (t.pinned, t.active_at, t.id) < ($5::int::boolean, $6::timestamptz, $7::uuid)';
const UNANSWERED = 'and t.accepted_id is null and t.post_count = 0';
const THREADS = {
  all: { first: threads(''), later: threads(AFTER) },
  unanswered: { first: threads(UNANSWERED), later: threads(`${UNANSWERED} ${AFTER}`) },
};

/** A page of a course's threads as JSON text, pinned ones first, in one statement; nothing when one may not see the course. */
export async function readThreads(db: Queryable, asked: ThreadQuery): Promise<string | undefined> {
  const after = readCursor(asked.cursor, THREAD_KEYS);
  const text = THREADS[asked.unanswered ? 'unanswered' : 'all'][after ? 'later' : 'first'];
  const { courseId, person, limit } = asked;
  const isAdministrator = person?.role === 'administrator';
  return keyed(db, text, [courseId, person?.id ?? null, limit + 1, isAdministrator, ...(after ?? [])], limit);
}

const THREAD = `select json_build_object(${THREAD_TOLD}, 'courseId', t.course_id, 'body', t.body, 'vote', ${myVote('t', '$2')},
  'may', json_build_object(
    'write', ${moderates('$2')} or $3::boolean or (not t.locked and (${isAuthor('$2')} or ${isEnrolled('$2')})),
    'edit', coalesce(t.author_id = $2::uuid, false),
    'accept', coalesce(t.author_id = $2::uuid, false) or ${moderates('$2')} or $3::boolean,
    'moderate', ${moderates('$2')} or $3::boolean))::text as json, t.version
  from threads t join courses c on c.id = t.course_id
  where t.id = $1 and t.removed_at is null and (${visibleTo('$2')} or $3::boolean)`;

/** A thread as JSON text, and what whoever asks may do there, in one statement. */
export async function readThread(
  db: Queryable,
  id: string,
  person: { id: string; role: string } | null,
): Promise<{ json: string; version: number } | undefined> {
  const values = [id, person?.id ?? null, person?.role === 'administrator'];
  return (await query<{ json: string; version: number }>(db, THREAD, values))[0];
}

const posts = (more: string): string => `select true as readable,
  (select coalesce(json_agg(json_build_object('keys', json_build_array(x.at, x.id), 'item', x.item) order by x.at, x.id), '[]'::json)
   from (select q.id, ${moment('q.created_at')} as at, json_build_object(${TOLD('q')},
      'body', case when q.removed_at is null then q.body end, 'vote', ${myVote('q', '$2')},
      'mine', coalesce(q.author_id = $2::uuid, false)) as item
     from posts q where q.thread_id = $1 ${more} order by q.created_at, q.id limit $3) x)::text as json
  from threads t join courses c on c.id = t.course_id
  where t.id = $1 and t.removed_at is null and (${visibleTo('$2')} or $4::boolean)`;
const POSTS = { first: posts(''), later: posts('and (q.created_at, q.id) > ($5::timestamptz, $6::uuid)') };

/** A page of a thread's answers as JSON text, the first ones first, in one statement; nothing when one may not see it. */
export async function readPosts(
  db: Queryable,
  asked: {
    threadId: string;
    personId: string | null;
    isAdministrator: boolean;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<string | undefined> {
  const after = readCursor(asked.cursor, ['moment', 'id']);
  const values = [asked.threadId, asked.personId, asked.limit + 1, asked.isAdministrator, ...(after ?? [])];
  return keyed(db, POSTS[after ? 'later' : 'first'], values, asked.limit);
}

/** A report `r`, with the words that it is about. */
export const REPORT_TOLD = `'id', r.id, 'subjectKind', r.subject_kind, 'subjectId', r.subject_id,
      'threadId', coalesce((select q.thread_id from posts q where q.id = r.subject_id), (select t.id from threads t where t.id = r.subject_id)),
      'text', coalesce((select q.body from posts q where q.id = r.subject_id), (select t.title || chr(10) || t.body from threads t where t.id = r.subject_id)),
      'reason', r.reason, 'at', ${moment('r.at')}`;
/** Whether a report `r` is of somebody's own words, of which she neither learns nor decides. */
export const isOfOwnWords = (person: string): string =>
  `(coalesce((select q.author_id from posts q where q.id = r.subject_id), (select t.author_id from threads t where t.id = r.subject_id)) = ${person}::uuid) is true`;
const reports = (more: string): string => `select (${moderates('$2')} or $4::boolean) as readable,
  (select coalesce(json_agg(json_build_object('keys', json_build_array(x.at, x.id), 'item', x.item) order by x.at, x.id), '[]'::json)
   from (select r.id, ${moment('r.at')} as at, json_build_object(${REPORT_TOLD}) as item
     from reports r where r.course_id = $1 and r.outcome is null and not ${isOfOwnWords('$2')} ${more} order by r.at, r.id limit $3) x)::text as json
  from courses c where c.id = $1`;
const REPORTS = { first: reports(''), later: reports('and (r.at, r.id) > ($5::timestamptz, $6::uuid)') };

/** A page of what one may decide in a course, the oldest first; nothing for those who do not moderate it. */
export async function readReports(
  db: Queryable,
  asked: {
    courseId: string;
    personId: string;
    isAdministrator: boolean;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<string | undefined> {
  const after = readCursor(asked.cursor, ['moment', 'id']);
  const values = [asked.courseId, asked.personId, asked.limit + 1, asked.isAdministrator, ...(after ?? [])];
  return keyed(db, REPORTS[after ? 'later' : 'first'], values, asked.limit);
}

/** A page of rows that bring the keys of their cursor along. */
async function keyed(
  db: Queryable,
  text: string,
  values: unknown[],
  limit: number,
): Promise<string | undefined> {
  const [found] = await query<{ readable: boolean; json: string }>(db, text, values);
  if (!found?.readable) return undefined;
  const all = JSON.parse(found.json) as { keys: unknown[]; item: unknown }[];
  const shown = all.slice(0, limit);
  const last = shown.at(-1);
  return JSON.stringify({
    items: shown.map(({ item }) => item),
    next: all.length > limit && last ? writeCursor(last.keys) : null,
  });
}
