import * as Y from 'yjs';
import type { Transaction } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { isLine } from '#shared/schemas/common.ts';
import type { RevisionContent } from '#shared/schemas/course.ts';
import { SHARED } from '#shared/schemas/together.ts';
import { replaceSections } from '../courses/content.ts';
import type { OwnCourse } from '../courses/own-course.ts';
import { mergeCourse } from './merge.ts';
import { changedElsewhere, documentUnreadable } from './problems.ts';
import { follow, type Part, partOf, sectionsOf } from './sections.ts';
import { append, load } from './update-log.ts';

/** As the schema of a course has it. */
const LIMITS = { sections: 200, title: 200, body: 200_000 };

/** What the course said at a version: a change of its state is no revision. */
const REVISION_CONTENT = sql`select content from course_revisions where course_id = $1 and version <= $2::int8
  order by version desc limit 1`;
const DOCUMENT_STATE = sql`select c.version, coalesce(d.course_version, 0) as "courseVersion",
  d.last_seq > d.published_seq as "unpublished"
  from courses c left join together_documents d on d.course_id = c.id where c.id = $1`;
interface DocumentState {
  version: number;
  /** Which version of the course the document last said; 0 without a document. */
  courseVersion: number;
  unpublished: boolean | null;
}

/**
 * Makes the document of a course from its text, once, by the first one who comes. Where the course was changed in another way
 * since, the document follows, unless something was written in it that is not published: that is never taken away.
 */
export async function begin(db: Transaction, courseId: string): Promise<void> {
  const standing = async () => (await query<DocumentState>(db, DOCUMENT_STATE, [courseId]))[0];
  const inStep = (each: DocumentState | undefined) =>
    !each || each.version === each.courseVersion || (each.courseVersion > 0 && each.unpublished);
  if (inStep(await standing())) return;
  await query(
    db,
    sql`insert into together_documents (course_id) values ($1) on conflict (course_id) do nothing`,
    [courseId],
  );
  await query(db, sql`select 1 from together_documents where course_id = $1 for update`, [courseId]);
  const now = await standing();
  if (!now || inStep(now)) return;
  const doc = (await load(db, courseId))?.doc ?? new Y.Doc();
  const before = Y.encodeStateVector(doc);
  const parts = await partsOf(db, courseId);
  doc.transact(() => follow(doc, parts));
  await say(db, courseId, Y.encodeStateAsUpdate(doc, before), now.version);
  doc.destroy();
}

/** Adds what brings the document in step with a version of the course. */
async function say(db: Transaction, courseId: string, update: Uint8Array, version: number): Promise<void> {
  // An update that says nothing has two bytes.
  if (update.length > 2 && (await append(db, courseId, update)) === undefined)
    throw documentUnreadable({ why: 'length' });
  await query(
    db,
    sql`update together_documents set published_seq = last_seq, course_version = $2 where course_id = $1`,
    [courseId, version],
  );
}

const partsOf = (db: Transaction, courseId: string): Promise<Part[]> =>
  query<Part>(db, sql`select id, title, body from sections where course_id = $1 order by position, id`, [
    courseId,
  ]);

/**
 * Makes what was written together the text of the course, as a new version. Sections that the course knows keep their
 * id; a new one, or one that claims an id that the course does not have, gets its own, and the document learns it. What was
 * changed in another way since stays; where both changed the same, nothing is published unless it may go `over` that.
 * @throws a refusal for a document that cannot be a course's text, and for one that would undo what is newer
 */
export async function publish(
  db: Transaction,
  course: OwnCourse,
  { over }: { over: boolean },
): Promise<OwnCourse> {
  await query(db, sql`select 1 from together_documents where course_id = $1 for update`, [course.id]);
  const loaded = await load(db, course.id);
  if (!loaded) throw documentUnreadable({ why: 'empty' });
  const { doc } = loaded;
  const before = Y.encodeStateVector(doc);
  const now = await partsOf(db, course.id);
  const both = await inStepWith(db, course, { doc, now });
  if (both.length > 0 && !over) throw changedElsewhere({ version: course.version, sections: both });
  const known = new Set(now.map(({ id }) => id));
  const maps = sectionsOf(doc);
  const sections = maps.map((map) => {
    const { id, ...said } = partOf(map);
    return { ...(known.delete(id) ? { id } : {}), ...said };
  });
  checkSections(sections);
  const published = await replaceSections(db, course, { sections });
  const ids = await partsOf(db, course.id);
  doc.transact(() => {
    for (const [at, map] of maps.entries()) {
      if (map.get(SHARED.id) !== ids[at]!.id) map.set(SHARED.id, ids[at]!.id);
      map.delete(SHARED.removed);
    }
  });
  await say(db, course.id, Y.encodeStateAsUpdate(doc, before), published.version);
  doc.destroy();
  return published;
}

/** Brings what the course says since the document went out from it into the document. @returns the sections that both changed */
async function inStepWith(
  db: Transaction,
  { id, version }: OwnCourse,
  { doc, now }: { doc: Y.Doc; now: Part[] },
): Promise<string[]> {
  const [standing] = await query<DocumentState>(db, DOCUMENT_STATE, [id]);
  if (!standing || standing.courseVersion === version) return [];
  const [revision] = await query<{ content: RevisionContent }>(db, REVISION_CONTENT, [
    id,
    standing.courseVersion,
  ]);
  return doc.transact(() => mergeCourse(doc, { base: revision?.content.sections ?? [], now }));
}

function checkSections(sections: { title: string; body: string }[]): void {
  if (sections.length === 0) throw documentUnreadable({ why: 'empty' });
  if (sections.length > LIMITS.sections) throw documentUnreadable({ why: 'sections' });
  if (sections.some(({ title }) => !isLine(title))) throw documentUnreadable({ why: 'title' });
  if (sections.some(({ title, body }) => title.length > LIMITS.title || body.length > LIMITS.body))
    throw documentUnreadable({ why: 'length' });
}
