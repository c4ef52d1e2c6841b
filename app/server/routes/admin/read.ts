import { moment, type Queryable, query } from '#server/database/query.ts';
import { readCursor } from '#shared/schemas/page.ts';
import { page } from '../courses/read.ts';
import { beginnings, question } from '../courses/terms.ts';
import { COURSE_BYTES_MAX, PERSON_BYTES_MAX } from '../files/quota.ts';
import { REPORT_TOLD } from '../forum/read.ts';

interface Asked {
  q?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** A list by a moment and an id, the latest first. */
interface List {
  item: string;
  at: string;
  id: string;
  from: string;
  /** What holds for every row of it. */
  only?: string;
  /** What a question asks of `$2`, and as what it is asked; nothing, where no row can answer it. */
  narrowed(q: string): [condition: string, value: string] | undefined;
}

/** As the index `people_words` has it: who came or changed this minute is found by it, before the job has written `words`. */
const PEOPLE_WORDS = `to_tsvector('simple', translate(lower(p.name), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ''’', 'aaaaaaceeeeiiiinooooouuuuyy  ') || ' ' || translate(p.email, '@.-_+', '     '))`;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Files of one row of the list, and the ceiling that holds for it. */
const kept = (row: string, file: string, upload: string, bytesMax: number): string =>
  `json_build_object('bytes', ((select coalesce(sum(f.size), 0) from files f where f.${file} = ${row}.id)
      + (select coalesce(sum(u.size), 0) from uploads u where u.${upload} = ${row}.id))::int8,
    'bytesMax', coalesce(${row}.quota_bytes, ${bytesMax}), 'own', ${row}.quota_bytes is not null)`;

const PEOPLE: List = {
  item: `json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'role', p.role, 'createdAt', ${moment('p.created_at')},
    'suspendedAt', ${moment('p.suspended_at')}, 'eraseAt', ${moment('p.erase_at')},
    'usedAt', (select ${moment('max(s.used_at)')} from sessions s where s.person_id = p.id),
    'files', ${kept('p', 'uploaded_by', 'person_id', PERSON_BYTES_MAX)})`,
  at: 'p.created_at',
  id: 'p.id',
  from: 'people p',
  narrowed: (q) =>
    withWords(
      `(p.words @@ to_tsquery('simple', $2) or ${PEOPLE_WORDS} @@ to_tsquery('simple', $2))`,
      beginnings(q),
    ),
};
const COURSES: List = {
  item: `json_build_object('id', c.id, 'title', c.title, 'state', c.state, 'visibility', c.visibility, 'updatedAt', ${moment('c.updated_at')},
    'followers', (select count(*) from enrolments e where e.course_id = c.id),
    'files', ${kept('c', 'course_id', 'course_id', COURSE_BYTES_MAX)})`,
  at: 'c.updated_at',
  id: 'c.id',
  from: 'courses c',
  narrowed: (q) =>
    withWords(`(c.terms @@ to_tsquery('french', $2) or c.terms @@ to_tsquery('english', $2))`, question(q)),
};
const DEEDS: List = {
  item: `json_build_object('id', l.id, 'at', ${moment('l.at')},
    'actor', case when l.actor_id is not null then json_build_object('id', l.actor_id, 'name', (select p.name from people p where p.id = l.actor_id)) end,
    'action', l.action, 'subjectKind', l.subject_kind, 'subjectId', l.subject_id, 'address', l.address, 'details', l.details)`,
  at: 'l.at',
  id: 'l.id',
  from: 'audit_log l',
  narrowed: (q) => [
    UUID.test(q)
      ? '(l.subject_id = $2::text or l.actor_id = $2::text::uuid)'
      : '(l.action = $2 or l.subject_id = $2)',
    q,
  ],
};
const REPORTS: List = {
  item: `json_build_object(${REPORT_TOLD}, 'course', json_build_object('id', c.id, 'title', c.title))`,
  at: 'r.at',
  id: 'r.id',
  from: 'reports r join courses c on c.id = r.course_id',
  only: 'r.outcome is null',
  narrowed: (q) => (UUID.test(q) ? ['(r.course_id = $2::uuid or r.subject_id = $2::uuid)', q] : undefined),
};
const LISTS = { people: PEOPLE, courses: COURSES, deeds: DEEDS, reports: REPORTS };

const withWords = (condition: string, words: string | undefined): [string, string] | undefined =>
  words === undefined ? undefined : [condition, words];

/** A page of one of the administrators' lists as JSON text, and the ids of what it shows, in one statement. */
export async function readList(
  db: Queryable,
  name: keyof typeof LISTS,
  { q, cursor, limit }: Asked,
): Promise<{ json: string; ids: string[] }> {
  const { item, at, id, from, only, narrowed }: List = LISTS[name];
  const narrow = q === undefined ? undefined : narrowed(q);
  if (q !== undefined && !narrow) return { json: page([], limit), ids: [] };
  const after = readCursor(cursor, ['moment', 'id']);
  const values: unknown[] = [limit + 1];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = only ? [only] : [];
  if (narrow) {
    parameter(narrow[1]);
    conditions.push(narrow[0]);
  }
  if (after)
    conditions.push(`(${at}, ${id}) < (${parameter(after[0])}::timestamptz, ${parameter(after[1])}::uuid)`);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const found = await query<{ id: string; at: string; json: string }>(
    db,
    `select ${id} as id, ${moment(at)} as at, ${item}::text as json from ${from} ${where}
      order by ${at} desc, ${id} desc limit $1`,
    values,
  );
  return { json: page(found, limit), ids: found.slice(0, limit).map((each) => each.id) };
}

const count = (from: string): string => `(select count(*) from ${from})`;
const active = (time: string): string =>
  `(select count(distinct s.person_id) from sessions s where s.used_at > now() - interval '${time}')`;
const FIGURES = `select json_build_object(
  'people', json_build_object('students', ${count(`people where role = 'student'`)}, 'teachers', ${count(`people where role = 'teacher'`)},
    'administrators', ${count(`people where role = 'administrator'`)}),
  'activeToday', ${active('1 day')}, 'activeThisWeek', ${active('7 days')},
  'courses', json_build_object('drafts', ${count(`courses where state = 'draft'`)}, 'published', ${count(`courses where state = 'published'`)},
    'archived', ${count(`courses where state = 'archived'`)}),
  'enrolments', ${count('enrolments')}, 'threads', ${count('threads where removed_at is null')}, 'posts', ${count('posts where removed_at is null')},
  'openReports', ${count('reports where outcome is null')},
  'files', json_build_object('count', ${count('files')}, 'bytes', (select coalesce(sum(size), 0)::int8 from files)))::text as json`;

/** How much there is, as JSON text, in one statement. */
export async function readFigures(db: Queryable): Promise<string> {
  return (await query<{ json: string }>(db, FIGURES))[0]!.json;
}
