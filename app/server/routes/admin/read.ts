import type { Database } from '../../database/database.ts';
import { moment, query } from '../../database/json.ts';
import { readCursor } from '../../schemas/page.ts';
import { page } from '../courses/read.ts';

type Reading = Pick<Database, 'executeQuery'>;
interface Asked {
  q?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** A list by a moment and an id, the latest first; `$2` narrows it and may be null, `$3` and `$4` are where it goes on. */
const list = (
  item: string,
  at: string,
  id: string,
  from: string,
  where: string,
) => `select ${id} as id, ${moment(at)} as at,
  ${item}::text as json from ${from}
  where ${where} and ($3::timestamptz is null or (${at}, ${id}) < ($3::timestamptz, $4::uuid))
  order by ${at} desc, ${id} desc limit $1`;

const PEOPLE = list(
  `json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'role', p.role, 'createdAt', ${moment('p.created_at')},
    'suspendedAt', ${moment('p.suspended_at')}, 'eraseAt', ${moment('p.erase_at')},
    'usedAt', (select ${moment('max(s.used_at)')} from sessions s where s.person_id = p.id))`,
  'p.created_at',
  'p.id',
  'people p',
  `($2::text is null or p.email like '%' || $2 || '%' or lower(p.name) like '%' || $2 || '%')`,
);
const COURSES = list(
  `json_build_object('id', c.id, 'title', c.title, 'state', c.state, 'visibility', c.visibility, 'updatedAt', ${moment('c.updated_at')},
    'followers', (select count(*) from enrolments e where e.course_id = c.id))`,
  'c.updated_at',
  'c.id',
  'courses c',
  `($2::text is null or lower(c.title) like '%' || $2 || '%')`,
);
const DEEDS = list(
  `json_build_object('id', l.id, 'at', ${moment('l.at')},
    'actor', case when l.actor_id is not null then json_build_object('id', l.actor_id, 'name', (select p.name from people p where p.id = l.actor_id)) end,
    'action', l.action, 'subjectKind', l.subject_kind, 'subjectId', l.subject_id, 'address', l.address, 'details', l.details)`,
  'l.at',
  'l.id',
  'audit_log l',
  `($2::text is null or l.action = $2 or l.subject_id = $2 or l.actor_id::text = $2)`,
);
const LISTS = { people: PEOPLE, courses: COURSES, deeds: DEEDS };
/** In a pattern these stand for themselves. */
const literal = (text: string): string => text.toLowerCase().replaceAll(/[\\%_]/g, (each) => `\\${each}`);

/** A page of one of the administrators' lists as JSON text, in one statement. */
export async function readList(
  db: Reading,
  name: keyof typeof LISTS,
  { q, cursor, limit }: Asked,
): Promise<string> {
  const [at = null, id = null] = readCursor(cursor, ['moment', 'id']) ?? [];
  const wanted = q === undefined ? null : name === 'deeds' ? q : literal(q);
  return page(await query(db, LISTS[name], [limit + 1, wanted, at, id]), limit);
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
export async function readFigures(db: Reading): Promise<string> {
  return (await query<{ json: string }>(db, FIGURES))[0]!.json;
}
