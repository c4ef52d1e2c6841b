import type { Transaction } from 'kysely';
import * as Y from 'yjs';
import { query } from '../../database/json.ts';
import type { Tables } from '../../database/tables.ts';
import { SHARED } from '../../schemas/together.ts';
import type { OwnCourse } from '../courses/write.ts';
import { replaceSections } from '../courses/write.ts';
import { append, load } from './log.ts';
import { documentUnreadable } from './problems.ts';

type Db = Transaction<Tables>;
interface Part {
  id: string;
  title: string;
  body: string;
}
/** As the schema of a course has it. */
const LIMITS = { sections: 200, title: 200, body: 200_000 };

/** Makes the document of a course from its text, once, whoever comes first. */
export async function begin(db: Db, courseId: string): Promise<void> {
  const [made] = await query(
    db,
    'insert into together_documents (course_id) values ($1) on conflict (course_id) do nothing returning 1',
    [courseId],
  );
  if (!made) return;
  const doc = new Y.Doc();
  const sections = doc.getArray<Y.Map<unknown>>(SHARED.sections);
  sections.push((await partsOf(db, courseId)).map(sectionMap));
  await append(db, courseId, Y.encodeStateAsUpdate(doc));
  doc.destroy();
}

const partsOf = (db: Db, courseId: string): Promise<Part[]> =>
  query<Part>(db, 'select id, title, body from sections where course_id = $1 order by position, id', [
    courseId,
  ]);

function sectionMap({ id, title, body }: Part): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  map.set(SHARED.id, id);
  map.set(SHARED.title, new Y.Text(title));
  map.set(SHARED.body, new Y.Text(body));
  return map;
}

/**
 * Makes what was written together the text of the course, as a new version. Sections that the course knows keep their
 * id; a new one, or one that claims an id that the course does not have, gets its own, and the document is told.
 * @throws a refusal for a document that cannot be a course's text
 */
export async function publish(db: Db, course: OwnCourse, personId: string): Promise<void> {
  const loaded = await load(db, course.id);
  if (!loaded) throw documentUnreadable({ why: 'empty' });
  const { doc } = loaded;
  const known = new Set((await partsOf(db, course.id)).map(({ id }) => id));
  const maps = doc.getArray<Y.Map<unknown>>(SHARED.sections).toArray();
  const sections = maps.map((map) => {
    const id = map instanceof Y.Map ? String(map.get(SHARED.id) ?? '') : '';
    const own = known.delete(id);
    return {
      ...(own ? { id } : {}),
      title: textOf(map, SHARED.title).trim(),
      body: textOf(map, SHARED.body),
    };
  });
  checkSections(sections);
  await replaceSections(db, course, personId, { sections });
  const ids = await partsOf(db, course.id);
  const before = Y.encodeStateVector(doc);
  doc.transact(() => {
    for (const [at, map] of maps.entries()) {
      if (map.get(SHARED.id) !== ids[at]!.id) map.set(SHARED.id, ids[at]!.id);
    }
  });
  const told = Y.encodeStateAsUpdate(doc, before);
  // An update that says nothing has two bytes.
  if (told.length > 2) await append(db, course.id, told);
  doc.destroy();
}

function textOf(map: unknown, key: string): string {
  const text = map instanceof Y.Map ? map.get(key) : undefined;
  return text instanceof Y.Text ? text.toString().replaceAll('\0', '') : '';
}

function checkSections(sections: { title: string; body: string }[]): void {
  if (sections.length === 0) throw documentUnreadable({ why: 'empty' });
  if (sections.length > LIMITS.sections) throw documentUnreadable({ why: 'sections' });
  if (sections.some(({ title }) => title === '' || /[\p{Cc}\u2028\u2029]/u.test(title)))
    throw documentUnreadable({ why: 'title' });
  if (sections.some(({ title, body }) => title.length > LIMITS.title || body.length > LIMITS.body))
    throw documentUnreadable({ why: 'length' });
}
