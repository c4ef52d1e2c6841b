import type { Transaction } from 'kysely';
import { Type } from 'typebox';
import { referencesIn, renamedIn } from '../../../web/src/markdown/references.ts';
import type { Database } from '../../database/database.ts';
import { query, rows } from '../../database/json.ts';
import type { Tables } from '../../database/tables.ts';
import { Count, Id } from '../../schemas/common.ts';
import { changeBodies } from '../courses/write.ts';

/** The sections that name a file, and how often each does. */
export const References = Type.Object({
  items: Type.Array(
    Type.Object({ id: Id, title: Type.String({ examples: ['Définitions'] }), count: Count() }),
  ),
});

interface Named {
  id: string;
  title: string;
  body: string;
  count: number;
}
const TEXTS = `select f.name, f.course_id as "courseId", c.format, ${rows(
  `json_build_object('id', s.id, 'title', s.title, 'body', s.body)`,
  's.position, s.id',
  'from sections s where s.course_id = c.id',
)} as sections
  from files f join courses c on c.id = f.course_id join course_authors a on a.course_id = c.id
  where f.id = $1 and a.person_id = $2`;
interface Texts {
  name: string;
  courseId: string;
  format: string;
  sections: Omit<Named, 'count'>[];
}

async function textsAround(db: Pick<Database, 'executeQuery'>, fileId: string, personId: string) {
  const [found] = await query<Texts>(db, TEXTS, [fileId, personId]);
  if (!found) return undefined;
  // In a plain text names are words.
  const read = found.format === 'markdown' ? found.sections : [];
  const count = (body: string) => referencesIn(body).filter(({ name }) => name === found.name).length;
  const naming: Named[] = read.map((each) => ({ ...each, count: count(each.body) }));
  return { ...found, sections: naming.filter((section) => section.count > 0) };
}

/** The sections that name a file; nothing where the file is in no course of that person's. */
export async function referencesTo(
  db: Database,
  fileId: string,
  personId: string,
): Promise<Named[] | undefined> {
  return (await textsAround(db, fileId, personId))?.sections;
}

/** Writes a file's new name wherever the sections of its course have the old one, as a version of the course. */
export async function rewriteReferences(
  db: Transaction<Tables>,
  { id, to, personId }: { id: string; to: string; personId: string },
): Promise<void> {
  const found = await textsAround(db, id, personId);
  if (!found || found.sections.length === 0) return;
  const bodies = found.sections.map((each) => ({ id: each.id, body: renamedIn(each.body, found.name, to) }));
  await changeBodies(db, { courseId: found.courseId, personId, bodies });
}
