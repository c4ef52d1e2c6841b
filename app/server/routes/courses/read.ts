import type { Database } from '../../database/database.ts';
import { moment, query, rows } from '../../database/json.ts';
import { readCursor, writeCursor } from '../../schemas/page.ts';

/** What anyone may read without being invited. */
const PUBLIC = `c.state = 'published' and c.visibility = 'public'`;
const AUTHORS = rows(
  `json_build_object('id', p.id, 'name', p.name)`,
  'a.position',
  'from course_authors a join people p on p.id = a.person_id where a.course_id = c.id',
);
const TOLD = `'id', c.id, 'title', c.title, 'summary', c.summary, 'subject', c.subject, 'level', c.level,
  'language', c.language, 'publishedAt', ${moment('c.published_at')}, 'authors', ${AUTHORS}`;

const COURSE = `select json_build_object(${TOLD},
  'format', c.format, 'version', c.version, 'updatedAt', ${moment('c.updated_at')},
  'sections', ${rows(
    `json_build_object('id', s.id, 'title', s.title, 'body', s.body)`,
    's.position, s.id',
    'from sections s where s.course_id = c.id',
  )},
  'files', ${rows(
    `json_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size)`,
    'f.name',
    'from files f where f.course_id = c.id',
  )})::text as json
  from courses c where c.id = $1 and ${PUBLIC}`;

const ITEM = `json_build_object(${TOLD},
  'sectionCount', (select count(*) from sections s where s.course_id = c.id),
  'fileCount', (select count(*) from files f where f.course_id = c.id))::text`;
const list = (after: string) => `select c.id, ${moment('c.published_at')} as at, ${ITEM} as json
  from courses c where ${PUBLIC} ${after}
  order by c.published_at desc, c.id desc limit $1`;
const FIRST_PAGE = list('');
const LATER_PAGE = list('and (c.published_at, c.id) < ($2::timestamptz, $3::uuid)');

/** A course as JSON text with its authors, sections and files, in one statement. */
export async function readCourse(db: Database, id: string): Promise<string | undefined> {
  return (await query<{ json: string }>(db, COURSE, [id]))[0]?.json;
}

/** A page of the public courses as JSON text, the newest first, in one statement. */
export async function readCourses(
  db: Database,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<string> {
  const after = readCursor(cursor, ['moment', 'id']);
  // One more than asked for tells whether there is a next page.
  const found = await query<{ id: string; at: string; json: string }>(db, after ? LATER_PAGE : FIRST_PAGE, [
    limit + 1,
    ...(after ?? []),
  ]);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const next = found.length > limit && last ? JSON.stringify(writeCursor([last.at, last.id])) : 'null';
  return `{"items":[${shown.map((row) => row.json).join()}],"next":${next}}`;
}
