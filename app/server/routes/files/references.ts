import { setImmediate } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Database, Transaction } from '#server/database/database.ts';
import { type Queryable, query, rows } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { mayName, referencesIn, renamedIn } from '#shared/markdown/references.ts';
import { Count, Id } from '#shared/schemas/common.ts';
import { changeBodies } from '../courses/content.ts';

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
const FILE_WITH_SECTIONS = sql`select f.name, f.course_id as "courseId", c.format, ${rows(
  sql`json_build_object('id', s.id, 'title', s.title, 'body', s.body)`,
  sql`s.position, s.id`,
  sql`from sections s where s.course_id = c.id`,
)} as sections
  from files f join courses c on c.id = f.course_id join course_authors a on a.course_id = c.id
  where f.id = $1 and a.person_id = $2`;
interface Texts {
  name: string;
  courseId: string;
  format: string;
  sections: Omit<Named, 'count'>[];
}

/** The sections that may name a file, for only the parser knows; none of a plain text, where names are words. */
async function textsAround(db: Queryable, fileId: string, personId: string) {
  const [found] = await query<Texts>(db, FILE_WITH_SECTIONS, [fileId, personId]);
  if (!found) return undefined;
  const read = found.format === 'markdown' ? found.sections : [];
  return { ...found, sections: read.filter(({ body }) => mayName(body, found.name)) };
}

/** The sections that name a file; nothing where the file is in no course of that person's. */
export async function referencesTo(
  db: Database,
  fileId: string,
  personId: string,
): Promise<Named[] | undefined> {
  const found = await textsAround(db, fileId, personId);
  if (!found) return undefined;
  const naming: Named[] = [];
  for (const section of found.sections) {
    // Others are served between two texts.
    await setImmediate();
    const count = referencesIn(section.body).filter(({ name }) => name === found.name).length;
    if (count > 0) naming.push({ ...section, count });
  }
  return naming;
}

/** A file's new name, and the texts that name it with what becomes of each. */
export interface Renaming {
  id: string;
  personId: string;
  from: string | undefined;
  to: string;
  texts: Map<string, string>;
}

/** Reads what is to be renamed, before anything of the course is held. */
export async function renaming(
  db: Database,
  { id, to, personId }: { id: string; to: string; personId: string },
): Promise<Renaming> {
  const found = await textsAround(db, id, personId);
  const texts = new Map<string, string>();
  for (const { body } of found?.sections ?? []) {
    await setImmediate();
    texts.set(body, renamedIn(body, found!.name, to));
  }
  return { id, personId, from: found?.name, to, texts };
}

/** Writes a file's new name wherever the sections of its course have the old one, as a version of the course. */
export async function rewriteReferences(
  db: Transaction,
  { id, personId, from, to, texts }: Renaming,
): Promise<void> {
  const found = await textsAround(db, id, personId);
  if (!found) return;
  // What was changed meanwhile is read only now.
  const known = from === found.name ? texts : new Map<string, string>();
  const bodies = found.sections
    .map(({ id: section, body }) => ({
      id: section,
      before: body,
      body: known.get(body) ?? renamedIn(body, found.name, to),
    }))
    .filter(({ before, body }) => before !== body);
  if (bodies.length > 0) await changeBodies(db, { courseId: found.courseId, personId, bodies });
}
