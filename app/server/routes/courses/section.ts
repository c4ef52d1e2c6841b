import type { FastifyInstance } from 'fastify';
import { batched } from '#server/database/batched.ts';
import { query, rows } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { asTyped } from '#server/plugins/app/texts.ts';
import { etagOf } from '#server/reply.ts';
import type { SectionText } from '#shared/schemas/course.ts';
import { isAuthor, visibleTo } from './visibility.ts';

const ME = sql`asked.person_id`;
const SECTIONS_ASKED_FOR = sql`select s.id, ${ME} as "personId", s.title, s.body, c.id as "courseId", c.format, ${isAuthor(ME)} as "isAuthor",
  ${rows(
    sql`json_build_object('name', f.name, 'mediaType', f.media_type)`,
    sql`f.name`,
    sql`from files f where f.course_id = c.id`,
  )}::text as files
  from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as asked (course_id, id, person_id)
  join sections s on s.id = asked.id and s.course_id = asked.course_id join courses c on c.id = s.course_id
  where ${visibleTo(ME)}`;

interface Asked {
  id: string;
  personId: string | null;
  title: string;
  body: string;
  courseId: string;
  format: string;
  isAuthor: boolean;
  files: string;
}

/** Reads sections as they are shown, all those that are asked for at once in one statement; undefined where there is none for the reader. */
export function sectionReader(app: Pick<FastifyInstance, 'db' | 'drawn'>) {
  const keyOf = (id: string, personId: string | null | undefined) => `${id} ${personId ?? ''}`;
  const read = batched(async (keys) => {
    const asked = keys.map((key) => key.split(' '));
    const found = await query<Asked>(app.db, SECTIONS_ASKED_FOR, [
      asked.map(([courseId]) => courseId),
      asked.map(([, id]) => id),
      asked.map(([, , personId]) => personId || null),
    ]);
    return new Map(found.map((row) => [`${row.courseId} ${keyOf(row.id, row.personId)}`, row]));
  });
  return async (
    courseId: string,
    id: string,
    personId: string | undefined,
  ): Promise<{ section: SectionText; etag: string } | undefined> => {
    const row = await read(`${courseId} ${keyOf(id, personId)}`);
    if (!row) return undefined;
    const course = { courseId, files: JSON.parse(row.files), isAuthor: row.isAuthor };
    const html = row.format === 'markdown' ? await app.drawn(row.body, course) : asTyped(row.body);
    return { section: { id, title: row.title, html }, etag: etagOf(html) };
  };
}
