import { type List, latestFirst, type PageRequest, pageOf, readItems } from '#server/database/pagination.ts';
import { moment, type Queryable, queryRow } from '#server/database/query.ts';
import { parameter, type Sql, sql } from '#server/database/sql.ts';
import { PAGE_LIMIT } from '#server/schemas/page.ts';
import { beginnings, question } from '../courses/search-terms.ts';
import { COURSE_BYTES_MAX, PERSON_BYTES_MAX } from '../files/quota.ts';
import { REPORT_FIELDS } from '../forum/read.ts';
import { PEOPLE_WORDS } from './people-search-index.ts';

interface Asked extends PageRequest {
  q?: string | undefined;
}

/** A list of administrators, the latest first. */
interface AdminList extends List {
  id: Sql;
  /** Parameters of the list. */
  values: unknown[];
  /** A question as a condition on a parameter, and that parameter; nothing, where no row can answer it. */
  narrowed(q: string, value: Sql): [condition: Sql, value: string] | undefined;
}
const latest = (at: Sql, id: Sql, ...values: unknown[]) => ({ ...latestFirst(at, id), id, values });

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Files of one row of the list, and the ceiling that holds for it. */
const kept = (row: Sql, file: Sql, upload: Sql, bytesMax: Sql): Sql =>
  sql`json_build_object('bytes', ((select coalesce(sum(f.size), 0) from files f where f.${file} = ${row}.id)
      + (select coalesce(sum(u.size), 0) from uploads u where u.${upload} = ${row}.id))::int8,
    'bytesMax', coalesce(${row}.quota_bytes, ${bytesMax}), 'own', ${row}.quota_bytes is not null)`;

const PEOPLE: AdminList = {
  ...latest(sql`p.created_at`, sql`p.id`, PERSON_BYTES_MAX),
  item: sql`json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'role', p.role, 'createdAt', ${moment(sql`p.created_at`)},
    'suspendedAt', ${moment(sql`p.suspended_at`)}, 'eraseAt', ${moment(sql`p.erase_at`)},
    'wantsToTeachAt', ${moment(sql`p.wants_to_teach_at`)},
    'secondFactor', exists (select 1 from second_factors f where f.person_id = p.id and f.confirmed_at is not null),
    'usedAt', (select ${moment(sql`max(s.used_at)`)} from sessions s where s.person_id = p.id),
    'files', ${kept(sql`p`, sql`uploaded_by`, sql`person_id`, sql`$1::int8`)})`,
  from: sql`from people p where true`,
  narrowed: (q, value) =>
    withWords(
      sql`(p.words @@ to_tsquery('simple', ${value}) or ${PEOPLE_WORDS} @@ to_tsquery('simple', ${value}))`,
      beginnings(q),
    ),
};
/** Those who wait to be confirmed as teachers. */
const WAITING: AdminList = {
  ...PEOPLE,
  ...latest(sql`p.wants_to_teach_at`, sql`p.id`, PERSON_BYTES_MAX),
  from: sql`from people p where p.wants_to_teach_at is not null`,
};
const COURSES: AdminList = {
  ...latest(sql`c.updated_at`, sql`c.id`, COURSE_BYTES_MAX),
  item: sql`json_build_object('id', c.id, 'title', c.title, 'state', c.state, 'visibility', c.visibility, 'updatedAt', ${moment(sql`c.updated_at`)},
    'followers', (select count(*) from enrolments e where e.course_id = c.id),
    'files', ${kept(sql`c`, sql`course_id`, sql`course_id`, sql`$1::int8`)})`,
  from: sql`from courses c where true`,
  narrowed: (q, value) =>
    withWords(
      sql`(c.terms @@ to_tsquery('french', ${value}) or c.terms @@ to_tsquery('english', ${value}))`,
      question(q),
    ),
};
const DEEDS: AdminList = {
  ...latest(sql`l.at`, sql`l.id`),
  item: sql`json_build_object('id', l.id, 'at', ${moment(sql`l.at`)},
    'actor', case when l.actor_id is not null then json_build_object('id', l.actor_id, 'name', (select p.name from people p where p.id = l.actor_id)) end,
    'action', l.action, 'subjectKind', l.subject_kind, 'subjectId', l.subject_id, 'address', l.address, 'details', l.details)`,
  from: sql`from audit_log l where true`,
  narrowed: (q, value) => [
    UUID.test(q)
      ? sql`(l.subject_id = ${value}::text or l.actor_id = ${value}::text::uuid)`
      : sql`(l.action = ${value} or l.subject_id = ${value})`,
    q,
  ],
};
const REPORTS: AdminList = {
  ...latest(sql`r.at`, sql`r.id`),
  item: sql`json_build_object(${REPORT_FIELDS}, 'course', json_build_object('id', c.id, 'title', c.title))`,
  from: sql`from reports r join courses c on c.id = r.course_id where r.outcome is null`,
  narrowed: (q, value) =>
    UUID.test(q) ? [sql`(r.course_id = ${value}::uuid or r.subject_id = ${value}::uuid)`, q] : undefined,
};
const LISTS = { people: PEOPLE, waiting: WAITING, courses: COURSES, deeds: DEEDS, reports: REPORTS };

const withWords = (condition: Sql, words: string | undefined): [Sql, string] | undefined =>
  words === undefined ? undefined : [condition, words];

/** A page of one of the administrators' lists as JSON text, and the ids of what it shows, in one statement. */
export async function readList(
  db: Queryable,
  name: keyof typeof LISTS,
  { q, ...asked }: Asked,
): Promise<{ json: string; ids: string[] }> {
  const { id, values, narrowed, ...list }: AdminList = LISTS[name];
  const narrow = q === undefined ? undefined : narrowed(q, parameter(values.length + 1));
  if (q !== undefined && !narrow) return { json: pageOf([], asked), ids: [] };
  const from = narrow ? sql`${list.from} and ${narrow[0]}` : list.from;
  const found = await readItems<{ id: string }>(
    db,
    { ...list, from, more: sql`${id} as id` },
    narrow ? [...values, narrow[1]] : values,
    asked,
  );
  const ids = found.slice(0, asked.limit ?? PAGE_LIMIT.default).map((each) => each.id);
  return { json: pageOf(found, asked), ids };
}

const count = (from: Sql): Sql => sql`(select count(*) from ${from})`;
const active = (since: Sql): Sql =>
  sql`(select count(distinct s.person_id) from sessions s where s.used_at > now() - ${since}::interval)`;
const FIGURES = sql`select json_build_object(
  'people', json_build_object('students', ${count(sql`people where role = 'student'`)}, 'teachers', ${count(sql`people where role = 'teacher'`)},
    'administrators', ${count(sql`people where role = 'administrator'`)}),
  'activeToday', ${active(sql`'1 day'`)}, 'activeThisWeek', ${active(sql`'7 days'`)},
  'courses', json_build_object('drafts', ${count(sql`courses where state = 'draft'`)}, 'published', ${count(sql`courses where state = 'published'`)},
    'archived', ${count(sql`courses where state = 'archived'`)}),
  'enrolments', ${count(sql`enrolments`)}, 'threads', ${count(sql`threads where removed_at is null`)}, 'posts', ${count(sql`posts where removed_at is null`)},
  'openReports', ${count(sql`reports where outcome is null`)},
  'files', json_build_object('count', ${count(sql`files`)}, 'bytes', (select coalesce(sum(size), 0)::int8 from files)))::text as json`;

/** How much there is, as JSON text, in one statement. */
export async function readFigures(db: Queryable): Promise<string> {
  return (await queryRow<{ json: string }>(db, FIGURES)).json;
}
