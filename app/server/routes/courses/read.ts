import { byName } from '#server/collation.ts';
import { batched } from '#server/database/batched.ts';
import type { Database } from '#server/database/database.ts';
import {
  descendingBy,
  type Item,
  latestFirst,
  type Order,
  type PageRequest,
  pageOf,
  readItems,
} from '#server/database/pagination.ts';
import { moment, query, rows } from '#server/database/query.ts';
import { joined, parameter, type Sql, sql } from '#server/database/sql.ts';
import { type ReadyJson, readyJson } from '#server/reply.ts';
import { coursesOfAuthors } from './authors-found.ts';
import { type CourseFilter, filterConditions, searched } from './filters.ts';
import type { Search } from './search.ts';
import { isAuthor, isEnrolled, PUBLIC, visibleTo } from './visibility.ts';
import { visitorCache } from './visitor-cache.ts';

/**
 * The group of cached lists of public courses. An author who changes what they show of a course makes them new, and sees it at once.
 * What students do to one – they rate it, they leave – shows in them within minutes: they are many, and would leave nothing to be kept.
 */
export const COURSE_LISTS = 'courses';

const authors = (more = sql``) =>
  rows(
    sql`json_build_object('id', p.id, 'name', p.name${more})`,
    sql`a.position`,
    sql`from course_authors a join people p on p.id = a.person_id where a.course_id = c.id`,
  );
const SUMMARY = sql`'id', c.id, 'title', c.title, 'summary', c.summary, 'subject', c.subject, 'level', c.level,
  'language', c.language, 'tags', to_json(c.tags), 'visibility', c.visibility, 'state', c.state,
  'publishedAt', ${moment(sql`c.published_at`)},
  'rating', json_build_object('count', c.rating_count, 'mean',
    case when c.rating_count > 0 then round(c.rating_sum::numeric / c.rating_count, 1) end)`;
const COUNTS = sql`'authors', ${authors()}, 'sectionCount', (select count(*) from sections s where s.course_id = c.id),
  'fileCount', (select count(*) from files f where f.course_id = c.id)`;

/** A course `c` as a list shows it. */
export const courseItem = sql`json_build_object(${SUMMARY}, ${COUNTS})`;

const ME = sql`asked.person_id`;
const MINE = sql`case when ${isAuthor(ME)} or ${isEnrolled(ME)} then json_build_object(
  'author', ${isAuthor(ME)}, 'enrolled', ${isEnrolled(ME)},
  'done', ${rows(sql`g.section_id`, sql`g.at, g.section_id`, sql`from section_progress g where g.person_id = ${ME} and g.course_id = c.id`)},
  'score', (select r.score from ratings r where r.course_id = c.id and r.person_id = ${ME})) end`;
/** Courses that are asked for, with as much of each section `s` as that. */
const coursesWith = (
  section: Sql,
): Sql => sql`select asked.id, ${ME} as "personId", json_build_object(${SUMMARY}, 'authors', ${authors(sql`, 'about', p.about`)},
  'format', c.format, 'version', c.version, 'updatedAt', ${moment(sql`c.updated_at`)},
  'sections', ${rows(section, sql`s.position, s.id`, sql`from sections s where s.course_id = c.id`)},
  'mine', ${MINE})::text as json, c.version, ${rows(
    sql`json_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size)`,
    sql`f.name`,
    sql`from files f where f.course_id = c.id`,
  )}::text as files
  from unnest($1::uuid[], $2::uuid[]) as asked (id, person_id) join courses c on c.id = asked.id
  where ${visibleTo(ME)}`;
const COURSES_ASKED_FOR = {
  whole: coursesWith(sql`json_build_object('id', s.id, 'title', s.title, 'body', s.body)`),
  // A minute for a thousand letters: 180 words of French. @see https://doi.org/10.1016/j.jml.2019.104047
  outline: coursesWith(
    sql`json_build_object('id', s.id, 'title', s.title, 'minutes', greatest(1, ceil(length(s.body) / 1000.0)::int8))`,
  ),
};

/**
 * A course as JSON with its authors, sections and files, and what it is to the caller; undefined where there is none for them.
 * `asWasJustRead` takes for a visitor what another one read a moment ago.
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

/** Reads courses, all those that are asked for at once in one statement: with their texts, or with what their sections are called. */
export function courseReader(db: Database, extent: keyof typeof COURSES_ASKED_FOR = 'whole'): CourseReader {
  const keyOf = (id: string, personId: string | null) => `${id} ${personId ?? ''}`;
  const visitors = visitorCache();
  const whole = withFiles();
  const read = batched(async (keys) => {
    const at = performance.now();
    const asked = keys.map((key) => key.split(' '));
    const found = await query<Asked>(db, COURSES_ASKED_FOR[extent], [
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

const PEOPLE_WITH_HIDDEN_COURSES = sql`select m.person_id as id from (
    select person_id, course_id from course_authors where person_id = any($1::uuid[])
    union all select person_id, course_id from enrolments where person_id = any($1::uuid[])
  ) m where (select true from courses c where c.id = m.course_id and not (${PUBLIC})) is true`;

/** Tells whether somebody may see any course that visitors may not; who does not shares what visitors are shown. */
export function privyReader(db: Database): (personId: string) => Promise<boolean> {
  const read = batched(
    async (ids) =>
      new Map(
        (await query<{ id: string }>(db, PEOPLE_WITH_HIDDEN_COURSES, [ids])).map(({ id }) => [id, true]),
      ),
  );
  return async (personId) => (await read(personId)) ?? false;
}

/** How a list is asked for. */
export interface CourseQuery extends CourseFilter, PageRequest {
  sort?: 'relevance' | 'rating' | 'recent' | undefined;
  limit: number;
}

const byId = { by: sql`c.id`, part: 'id' } as const;
const SORTS = {
  recent: latestFirst(sql`c.published_at`, byId.by),
  rating: descendingBy({ by: sql`c.rating_rank`, part: 'number' }, byId),
  /** Drafts that one's own question finds have a moment as well, though they were never published. */
  recentOfFound: latestFirst(sql`coalesce(c.published_at, c.created_at)`, byId.by),
};

/** The courses that one writes or follows, most of which everybody sees. */
const coursesOf = (
  person: Sql,
): Sql => sql`join (select course_id from course_authors where person_id = ${person}::uuid
    union select course_id from enrolments where person_id = ${person}::uuid) own on own.course_id = c.id`;

/** The courses of a page and one more, in one statement: the public ones, or those that a person sees and visitors do not. */
async function listed(db: Database, asked: CourseQuery, personId?: string): Promise<Item[]> {
  const values: unknown[] = [];
  const value = (each: unknown): Sql => parameter(values.push(each));
  // What they write themselves they find by its words.
  const ofAuthors =
    asked.q === undefined || personId !== undefined ? [] : await coursesOfAuthors(db, asked.q);
  const search = searched(asked.q, value, ofAuthors);
  if (search === 'nothing') return [];
  const person = personId === undefined ? undefined : value(personId);
  const conditions = search ? [search.condition] : [];
  conditions.push(person ? sql`not (${PUBLIC}) and ${visibleTo(person)}` : PUBLIC);
  conditions.push(...filterConditions(asked, value).map(({ condition }) => condition));
  const order = orderOf(asked.sort, search);
  if (order === SORTS.recent) conditions.push(sql`c.published_at is not null`);
  return readItems(
    db,
    {
      ...order,
      item: courseItem,
      from: sql`from courses c ${person ? coursesOf(person) : sql``} ${search ? sql`cross join ${search.asked}` : sql``}
        where ${joined(conditions, sql` and `)}`,
    },
    values,
    asked,
  );
}

function orderOf(sort: CourseQuery['sort'], search: Search | undefined): Order {
  if (sort === 'rating') return SORTS.rating;
  if (!search) return SORTS.recent;
  if (sort === 'recent') return SORTS.recentOfFound;
  return descendingBy({ by: search.relevance, part: 'number' }, byId);
}

/** A page of the public courses as JSON text, in one statement. */
export const readCourses = async (db: Database, asked: CourseQuery): Promise<string> =>
  pageOf(await listed(db, asked), asked);

/** The courses of that page as JSON text, each with its sort keys, for `mergedPage`. */
export const readPublicItems = async (db: Database, asked: CourseQuery): Promise<string> =>
  JSON.stringify(await listed(db, asked));

/** What a question finds for one person alone; for most questions nothing. */
export const readOwn = (db: Database, asked: CourseQuery, personId: string): Promise<Item[]> =>
  listed(db, asked, personId);

/**
 * A page of one's own courses among those of everybody, as JSON text: what is public is ranked once for all. Where both have a course,
 * it was public a moment ago.
 */
export function mergedPage(own: Item[], publicItems: Buffer, { limit }: { limit: number }): string {
  const known = new Set(own.map(idOf));
  const others = (JSON.parse(publicItems.toString()) as Item[]).filter((item) => !known.has(idOf(item)));
  return pageOf([...own, ...others].sort(descending).slice(0, limit + 1), { limit });
}

const idOf = ({ keys }: Item) => keys.at(-1);
/** As the statement orders. Moments and ids are written so that they stand in their order. */
function descending(one: Item, other: Item): number {
  for (const [at, key] of one.keys.entries()) {
    const than = other.keys[at]!;
    if (key !== than) return key < than ? 1 : -1;
  }
  return 0;
}

const DONE_COUNT = sql`'doneCount', (select count(*) from section_progress g where g.person_id = $1 and g.course_id = c.id)`;
const MY_COURSES = {
  author: {
    ...latestFirst(sql`c.updated_at`, byId.by),
    item: sql`json_build_object(${SUMMARY}, ${COUNTS}, 'author', true, ${DONE_COUNT})`,
    from: sql`from course_authors m join courses c on c.id = m.course_id where m.person_id = $1`,
  },
  follower: {
    ...latestFirst(sql`m.at`, byId.by),
    item: sql`json_build_object(${SUMMARY}, ${COUNTS}, 'author', false, ${DONE_COUNT})`,
    from: sql`from enrolments m join courses c on c.id = m.course_id
      where m.person_id = $1 and c.state in ('published', 'archived')`,
  },
};

/** A page of the courses that one writes or follows, the latest first, in one statement. */
export async function readMyCourses(
  db: Database,
  personId: string,
  { as, ...asked }: PageRequest & { as: 'author' | 'follower' },
): Promise<string> {
  return pageOf(await readItems(db, MY_COURSES[as], [personId], asked), asked);
}

/** A page without anything. */
export const NOTHING = '{"items":[],"next":null}';
/** The same, with what may have been meant. */
export const nothing = (suggestion: string | undefined): string =>
  suggestion === undefined ? NOTHING : JSON.stringify({ items: [], next: null, suggestion });
