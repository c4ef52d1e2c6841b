import { batched } from '#server/database/batched.ts';
import type { Database } from '#server/database/database.ts';
import { moment, query, rows } from '#server/database/query.ts';
import { byName } from '#server/order.ts';
import { type ReadyJson, readyJson } from '#server/reply.ts';
import { type CursorPart, readCursor, writeCursor } from '#shared/schemas/page.ts';
import { lastRead } from './last-read.ts';
import { searchFor } from './search.ts';
import { isAuthor, isEnrolled, PUBLIC, visibleTo } from './visibility.ts';

/**
 * The group of cached lists of public courses. Whoever changes what they show of one as its author makes them new, and sees it at once.
 * What students do to one – they rate it, they leave – shows in them within minutes: they are many, and would leave nothing to be kept.
 */
export const COURSE_LISTS = 'courses';

const authors = (more = '') =>
  rows(
    `json_build_object('id', p.id, 'name', p.name${more})`,
    'a.position',
    'from course_authors a join people p on p.id = a.person_id where a.course_id = c.id',
  );
const TOLD = `'id', c.id, 'title', c.title, 'summary', c.summary, 'subject', c.subject, 'level', c.level,
  'language', c.language, 'tags', to_json(c.tags), 'visibility', c.visibility, 'state', c.state,
  'publishedAt', ${moment('c.published_at')},
  'rating', json_build_object('count', c.rating_count, 'mean',
    case when c.rating_count > 0 then round(c.rating_sum::numeric / c.rating_count, 1) end)`;
const LISTED = `'authors', ${authors()}, 'sectionCount', (select count(*) from sections s where s.course_id = c.id),
  'fileCount', (select count(*) from files f where f.course_id = c.id)`;

const ME = 'asked.person_id';
const MINE = `case when ${isAuthor(ME)} or ${isEnrolled(ME)} then json_build_object(
  'author', ${isAuthor(ME)}, 'enrolled', ${isEnrolled(ME)},
  'done', ${rows('g.section_id', 'g.at, g.section_id', `from section_progress g where g.person_id = ${ME} and g.course_id = c.id`)},
  'score', (select r.score from ratings r where r.course_id = c.id and r.person_id = ${ME})) end`;
const ASKED = `select asked.id, ${ME} as "personId", json_build_object(${TOLD}, 'authors', ${authors(`, 'about', p.about`)},
  'format', c.format, 'version', c.version, 'updatedAt', ${moment('c.updated_at')},
  'sections', ${rows(
    `json_build_object('id', s.id, 'title', s.title, 'body', s.body)`,
    's.position, s.id',
    'from sections s where s.course_id = c.id',
  )},
  'mine', ${MINE})::text as json, c.version, ${rows(
    `json_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size)`,
    'f.name',
    'from files f where f.course_id = c.id',
  )}::text as files
  from unnest($1::uuid[], $2::uuid[]) as asked (id, person_id) join courses c on c.id = asked.id
  where ${visibleTo(ME)}`;

/**
 * A course as JSON with its authors, sections and files, and what it is to whoever asks; undefined where there is none for him.
 * `asWasJustRead` takes for a visitor what another one was told a moment ago.
 */
export type CourseReader = (
  id: string,
  personId?: string,
  options?: { asWasJustRead?: boolean },
) => Promise<ReadyJson | undefined>;

interface Asked {
  id: string;
  personId: string | null;
  json: string;
  files: string;
  version: number;
}

/** Lists of files that are remembered in their order: most readers ask for the same few courses. */
const ORDERED_MAX = 200;

/** Gives a course its files by their names: databases would each order these in their own way. */
function withFiles() {
  const known = new Map<string, string>();
  const ordered = (files: string): string => {
    const all = JSON.parse(files) as { id: string; name: string }[];
    return all.length > 1 ? JSON.stringify(all.sort(byName)) : files;
  };
  return (json: string, files: string): string => {
    const inOrder = known.get(files) ?? ordered(files);
    if (known.size >= ORDERED_MAX && !known.has(files)) known.delete(known.keys().next().value!);
    known.set(files, inOrder);
    return `${json.slice(0, -1)},"files":${inOrder}}`;
  };
}

/** How long ago that may have been read, in milliseconds: too short for anybody to see, long for those who ask at once. */
const JUST_MILLISECONDS = 100;

/** Reads courses, all those that are asked for at once in one statement. */
export function courseReader(db: Database): CourseReader {
  const keyOf = (id: string, personId: string | null) => `${id} ${personId ?? ''}`;
  const visitors = lastRead();
  const whole = withFiles();
  const read = batched(async (keys) => {
    const at = performance.now();
    const asked = keys.map((key) => key.split(' '));
    const found = await query<Asked>(db, ASKED, [
      asked.map(([id]) => id),
      asked.map(([, personId]) => personId || null),
    ]);
    return new Map(
      found.map(({ id, personId, json, files, version }) => {
        const made = () => readyJson(whole(json, files), version);
        const course = personId ? made() : visitors.ready(id, `${json}${files}`, made, at);
        return [keyOf(id, personId), course];
      }),
    );
  });
  return async (id, personId, { asWasJustRead = false } = {}) => {
    const known =
      asWasJustRead && !personId ? visitors.since(id, performance.now() - JUST_MILLISECONDS) : undefined;
    return known ?? read(keyOf(id, personId ?? null));
  };
}

const PRIVY = `select m.person_id as id from (
    select person_id, course_id from course_authors where person_id = any($1::uuid[])
    union all select person_id, course_id from enrolments where person_id = any($1::uuid[])
  ) m where (select true from courses c where c.id = m.course_id and not (${PUBLIC})) is true`;

/** Tells whether somebody may see any course that visitors may not; who does not shares what visitors are shown. */
export function privyReader(db: Database): (personId: string) => Promise<boolean> {
  const read = batched(
    async (ids) => new Map((await query<{ id: string }>(db, PRIVY, [ids])).map(({ id }) => [id, true])),
  );
  return async (personId) => (await read(personId)) ?? false;
}

/** How a list is asked for. */
export interface CourseQuery {
  q?: string | undefined;
  subject?: string | undefined;
  level?: string | undefined;
  language?: string | undefined;
  tag?: string | undefined;
  sort?: 'relevance' | 'rating' | 'recent' | undefined;
  cursor?: string | undefined;
  limit: number;
}

const SORTS: Record<string, Sort> = {
  recent: { by: 'c.published_at', shape: ['moment', 'id'], cast: 'timestamptz' },
  rating: { by: 'c.rating_rank', shape: ['number', 'id'], cast: 'int8' },
};
interface Sort {
  by: string;
  shape: CursorPart[];
  cast: string;
}
/** Drafts that one's own question finds have a moment as well, though they were never published. */
const FOUND_RECENT: Sort = { ...SORTS.recent!, by: 'coalesce(c.published_at, c.created_at)' };

/** A course of a list: its place, and what is told of it. */
interface Listed {
  id: string;
  at: string | number;
  json: string;
}

/** The courses that one writes or follows, most of which everybody sees. */
const own = (person: string) => `join (select course_id from course_authors where person_id = ${person}::uuid
    union select course_id from enrolments where person_id = ${person}::uuid) own on own.course_id = c.id`;

/** The courses of a page and one more, in one statement: the public ones, or those that a person sees and visitors do not. */
async function listed(db: Database, asked: CourseQuery, personId?: string): Promise<Listed[]> {
  const values: unknown[] = [asked.limit + 1]; // one more tells whether there is a next page
  const parameter = (value: unknown): number => values.push(value);
  const search = asked.q === undefined ? undefined : searchFor(asked.q, parameter);
  if (asked.q !== undefined && !search) return [];
  const person = personId === undefined ? undefined : `$${parameter(personId)}`;
  const conditions = search ? [search.condition] : [];
  conditions.push(person ? `not (${PUBLIC}) and ${visibleTo(person)}` : PUBLIC);
  for (const column of ['subject', 'level', 'language'] as const) {
    if (asked[column] !== undefined) conditions.push(`c.${column} = $${parameter(asked[column])}`);
  }
  if (asked.tag !== undefined) conditions.push(`$${parameter(asked.tag)} = any(c.tags)`);
  const sort = asked.sort ?? (search ? 'relevance' : 'recent');
  const { by, shape, cast } =
    sort === 'relevance' && search
      ? { by: search.relevance, shape: ['number', 'id'] as CursorPart[], cast: 'int8' }
      : search && sort === 'recent'
        ? FOUND_RECENT
        : (SORTS[sort] ?? SORTS.recent!);
  if (!search && by === SORTS.recent!.by) conditions.push('c.published_at is not null');
  const after = readCursor(asked.cursor, shape);
  if (after)
    conditions.push(`(${by}, c.id) < ($${parameter(after[0])}::${cast}, $${parameter(after[1])}::uuid)`);
  return query<Listed>(
    db,
    `select c.id, ${cast === 'timestamptz' ? moment(by) : by} as at,
      json_build_object(${TOLD}, ${LISTED})::text as json
      from courses c ${person ? own(person) : ''} ${search ? `cross join ${search.asked}` : ''}
      where ${conditions.join(' and ')}
      order by ${by} desc, c.id desc limit $1`,
    values,
  );
}

/** A page of the public courses as JSON text, in one statement. */
export const readCourses = async (db: Database, asked: CourseQuery): Promise<string> =>
  page(await listed(db, asked), asked.limit);

/** The courses of that page as JSON text, each with its place, for `amongOthers`. */
export const readPlaces = async (db: Database, asked: CourseQuery): Promise<string> =>
  JSON.stringify(await listed(db, asked));

/** What a question finds for one person alone; for most questions nothing. */
export const readOwn = (db: Database, asked: CourseQuery, personId: string): Promise<Listed[]> =>
  listed(db, asked, personId);

/**
 * A page of one's own courses among those of everybody, as JSON text: what is public is ranked once for all. Where both have a course,
 * it was public a moment ago.
 */
export function amongOthers(mine: Listed[], places: Buffer, limit: number): string {
  const known = new Set(mine.map(({ id }) => id));
  const others = (JSON.parse(places.toString()) as Listed[]).filter(({ id }) => !known.has(id));
  return page([...mine, ...others].sort(byPlace).slice(0, limit + 1), limit);
}

/** As the statement orders: the last first. Moments and ids are written so that they stand in their order. */
const byPlace = (one: Listed, other: Listed): number =>
  one.at === other.at ? (one.id < other.id ? 1 : -1) : one.at < other.at ? 1 : -1;

const MY_COURSES = (
  author: boolean,
) => `select c.id, ${moment('m.at')} as at, json_build_object(${TOLD}, ${LISTED},
  'author', ${author},
  'doneCount', (select count(*) from section_progress g where g.person_id = $2 and g.course_id = c.id))::text as json
  from ${
    author
      ? `(select x.course_id, o.updated_at as at from course_authors x join courses o on o.id = x.course_id where x.person_id = $2) m`
      : '(select course_id, at from enrolments where person_id = $2) m'
  } join courses c on c.id = m.course_id
  where ${author ? 'true' : `c.state in ('published', 'archived')`}`;
const MINE_LISTED = {
  author: {
    first: `${MY_COURSES(true)} order by m.at desc, c.id desc limit $1`,
    later: `${MY_COURSES(true)} and (m.at, c.id) < ($3::timestamptz, $4::uuid) order by m.at desc, c.id desc limit $1`,
  },
  follower: {
    first: `${MY_COURSES(false)} order by m.at desc, c.id desc limit $1`,
    later: `${MY_COURSES(false)} and (m.at, c.id) < ($3::timestamptz, $4::uuid) order by m.at desc, c.id desc limit $1`,
  },
};

/** A page of the courses that one writes or follows, the latest first, in one statement. */
export async function readMyCourses(
  db: Database,
  personId: string,
  { as, cursor, limit }: { as: 'author' | 'follower'; cursor?: string | undefined; limit: number },
): Promise<string> {
  const after = readCursor(cursor, ['moment', 'id']);
  const found = await query<{ id: string; at: string; json: string }>(
    db,
    MINE_LISTED[as][after ? 'later' : 'first'],
    [limit + 1, personId, ...(after ?? [])],
  );
  return page(found, limit);
}

/** A page without anything. */
export const NOTHING = '{"items":[],"next":null}';
/** The same, with what may have been meant. */
export const nothing = (suggestion: string | undefined): string =>
  suggestion === undefined ? NOTHING : JSON.stringify({ items: [], next: null, suggestion });

/** A page as JSON text, of rows that hold their own: one more than asked for means that there is a next one. */
export function page(found: Listed[], limit: number): string {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const next = found.length > limit && last ? JSON.stringify(writeCursor([last.at, last.id])) : 'null';
  return `{"items":[${shown.map((row) => row.json).join()}],"next":${next}}`;
}
