import type { FastifyInstance } from 'fastify';
import { type Queryable, query, rows } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import type { RevisionContent } from '#shared/schemas/course.ts';
import { dictionaryOf, searchable, titleWords } from './search-terms.ts';

/** What a course says, as JSON text, at a version. */
export interface CourseContent {
  id: string;
  version: number;
  language: string;
  content: string;
}

/** What courses `c` say. */
export const CONTENT = sql`select c.id, c.version, c.language, json_build_object('title', c.title, 'summary', c.summary, 'subject', c.subject,
  'level', c.level, 'language', c.language, 'format', c.format, 'tags', to_json(c.tags),
  'sections', ${rows(
    sql`json_build_object('id', s.id, 'title', s.title, 'body', s.body)`,
    sql`s.position, s.id`,
    sql`from sections s where s.course_id = c.id`,
  )})::text as content from courses c`;

const terms = (dictionary: Sql) =>
  sql`update courses set title_terms = to_tsvector('${dictionary}', $3), title_words = to_tsvector('simple', $4),
    title_whole = $5, terms = to_tsvector('${dictionary}', $6), minutes = $7, words_version = version where id = $1 and version = $2`;
const UPDATE_TERMS = { french: terms(sql`french`), english: terms(sql`english`) };

/** Letters that are read in a minute: 180 words of French. @see https://doi.org/10.1016/j.jml.2019.104047 */
const LETTERS_PER_MINUTE = 1000;
const minutesOf = ({ sections }: Pick<RevisionContent, 'sections'>): number =>
  sections.reduce((sum, { body }) => sum + Math.max(1, Math.ceil(body.length / LETTERS_PER_MINUTE)), 0);

/** Keeps the words that a course is found by, and how long it takes to read, unless it has changed since it was read. */
export async function indexCourse(
  db: Queryable,
  { id, version, language, content }: CourseContent,
): Promise<void> {
  const { title, tags, summary, subject, level, sections } = JSON.parse(content) as RevisionContent;
  const titled = titleWords([title, ...tags]);
  await query(db, UPDATE_TERMS[dictionaryOf(language)], [
    id,
    version,
    titled,
    titled,
    titleWords([title]),
    searchable([
      title,
      ...tags,
      subject,
      level,
      summary,
      ...sections.flatMap((section) => [section.title, section.body]),
    ]),
    minutesOf({ sections }),
  ]);
}

const COURSE_WITH_OLD_TERMS = sql`${CONTENT} where c.words_version < c.version and c.id > $1::uuid order by c.id limit 1`;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Writes the words of all courses whose words are older than what they say: of those that were there before words were taken apart as they are
 * now, and of those that a server of an older release changed since. One by one, so that none waits for others and none is lost.
 */
export async function reindexCourses(app: Pick<FastifyInstance, 'db' | 'draining' | 'log'>): Promise<void> {
  let from = FIRST_ID;
  while (!app.draining) {
    const [course] = await query<CourseContent>(app.db, COURSE_WITH_OLD_TERMS, [from]);
    if (!course) return;
    from = course.id;
    // What one course has that a database does not take keeps no other from being found.
    await indexCourse(app.db, course).catch((error) =>
      app.log.error({ err: error }, 'words of a course were not kept'),
    );
  }
}
