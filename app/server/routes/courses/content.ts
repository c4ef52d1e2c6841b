import { randomUUID } from 'node:crypto';
import type { Transaction } from '#server/database/database.ts';
import { now } from '#server/database/now.ts';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import type { CourseChange, NewCourse, RevisionContent, Sections } from '#shared/schemas/course.ts';
import { mustBeRenderable } from './markdown-limits.ts';
import { type Authorship, type OwnCourse, ownCourse } from './own-course.ts';
import { courseEmpty, courseUnknown, sectionUnknown } from './problems.ts';
import { CONTENT, type CourseContent, indexCourse } from './search-index.ts';

/** @throws a refusal where a course has nothing to publish */
export async function mustHaveContent(db: Queryable, id: string): Promise<void> {
  const [has] = await query(db, sql`select 1 from sections where course_id = $1 limit 1`, [id]);
  if (!has) throw courseEmpty({});
}

/** A draft, with its maker as its author. */
export async function createCourse(db: Transaction, personId: string, wanted: NewCourse): Promise<string> {
  const { id } = await db
    .insertInto('courses')
    .values(withTags(wanted))
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('course_authors').values({ course_id: id, person_id: personId, position: 0 }).execute();
  await keepRevision(db, { courseId: id, personId });
  return id;
}

/** Two tags that were typed otherwise may be one. */
const withTags = <Change extends { tags?: string[] }>(change: Change): Change =>
  change.tags ? { ...change, tags: [...new Set(change.tags)] } : change;

/** Changes what a course says of itself, as a new version. */
export async function changeCourse(
  db: Transaction,
  course: OwnCourse,
  change: CourseChange,
): Promise<OwnCourse> {
  await db
    .updateTable('courses')
    .set({ ...withTags(change), version: course.version + 1, updated_at: now })
    .where('id', '=', course.id)
    .execute();
  return revised(db, { ...course, visibility: change.visibility ?? course.visibility });
}

/** Replaces the sections, as a new version: those that are named keep their id and so everyone's progress. @throws a refusal for a section of another course, and for one that cannot be drawn */
export async function replaceSections(
  db: Transaction,
  course: OwnCourse,
  { sections }: Sections,
): Promise<OwnCourse> {
  mustBeRenderable(course.format, { sections });
  const known = await db.selectFrom('sections').select('id').where('course_id', '=', course.id).execute();
  const ids = new Set(known.map(({ id }) => id));
  const kept = sections.flatMap(({ id }) => id ?? []);
  if (kept.some((id) => !ids.has(id)) || new Set(kept).size < kept.length) throw sectionUnknown({});
  await writeSections(db, course, sections);
  await touch(db, course);
  return revised(db, course);
}

/** Changes what some sections of one's own course say, as a new version. */
export async function changeBodies(
  db: Transaction,
  { bodies, ...authorship }: Authorship & { bodies: { id: string; body: string }[] },
): Promise<void> {
  const course = await ownCourse(db, authorship);
  await query(db, UPDATE_BODIES, [course.id, bodies.map(({ id }) => id), bodies.map(({ body }) => body)]);
  await touch(db, course);
  await revised(db, course);
}

/** Makes a course say again what it said once, as a new version; sections that come back are worked through by those who had done so. */
export async function restoreContent(
  db: Transaction,
  course: OwnCourse,
  { sections, ...fields }: RevisionContent,
): Promise<OwnCourse> {
  await db
    .updateTable('courses')
    .set({
      ...fields,
      format: fields.format as 'markdown',
      version: course.version + 1,
      updated_at: now,
    })
    .where('id', '=', course.id)
    .execute();
  await writeSections(db, course, sections);
  const ids = sections.map(({ id }) => id);
  await query(db, RESTORE_PROGRESS, [course.id, ids]);
  await query(db, DELETE_FORMER_PROGRESS, [course.id, ids]);
  return revised(db, course);
}

/** Who marks one of them meanwhile waits, and then finds none. */
const SECTIONS_REMOVED = sql`select id from sections where course_id = $1 and id <> all($2::uuid[]) for update`;
const KEEP_FORMER_PROGRESS = sql`insert into former_progress (person_id, course_id, section_id, at)
  select person_id, course_id, section_id, at from section_progress where course_id = $1 and section_id = any($2::uuid[])
  on conflict (person_id, course_id, section_id) do update set at = excluded.at, removed_at = now()`;
const DELETE_SECTIONS = sql`delete from sections where course_id = $1 and id = any($2::uuid[])`;
/** To those who follow the course still, unless they have marked it again. */
const RESTORE_PROGRESS = sql`insert into section_progress (person_id, course_id, section_id, at)
  select f.person_id, f.course_id, f.section_id, f.at from former_progress f
  join enrolments e on e.person_id = f.person_id and e.course_id = f.course_id
  join sections s on s.id = f.section_id and s.course_id = f.course_id
  where f.course_id = $1 and f.section_id = any($2::uuid[])
  on conflict (person_id, course_id, section_id) do nothing`;
const DELETE_FORMER_PROGRESS = sql`delete from former_progress where course_id = $1 and section_id = any($2::uuid[])`;
/** A section of another course stays what it is. */
const UPSERT_SECTIONS = sql`insert into sections (id, course_id, position, title, body)
  select w.id, $1::uuid, w.position, w.title, w.body
  from unnest($2::uuid[], $3::int8[], $4::text[], $5::text[]) as w (id, position, title, body)
  on conflict (id) do update set position = excluded.position, title = excluded.title, body = excluded.body
  where sections.course_id = excluded.course_id`;
const UPDATE_BODIES = sql`update sections set body = w.body from unnest($2::uuid[], $3::text[]) as w (id, body)
  where sections.id = w.id and sections.course_id = $1`;

/**
 * Makes these the sections of a course, in their order, by two statements however many they are, and two more where some go: the course
 * is held meanwhile. How far people are in a section that goes is kept for the day that it comes back.
 * @throws a refusal where nothing would be left of a course that is published
 */
async function writeSections(
  db: Transaction,
  { id: courseId, state }: OwnCourse,
  sections: Sections['sections'],
): Promise<void> {
  if (state === 'published' && sections.length === 0) throw courseEmpty({});
  const ids = sections.map(({ id }) => id ?? randomUUID());
  const going = (await query<{ id: string }>(db, SECTIONS_REMOVED, [courseId, ids])).map(({ id }) => id);
  if (going.length > 0) {
    await query(db, KEEP_FORMER_PROGRESS, [courseId, going]);
    await query(db, DELETE_SECTIONS, [courseId, going]);
  }
  await query(db, UPSERT_SECTIONS, [
    courseId,
    ids,
    sections.map((_, position) => position),
    sections.map(({ title }) => title),
    sections.map(({ body }) => body),
  ]);
}

const touch = (db: Transaction, { id, version }: OwnCourse) =>
  db
    .updateTable('courses')
    .set({ version: version + 1, updated_at: now })
    .where('id', '=', id)
    .execute();

const CONTENT_OF_COURSE = sql`${CONTENT} where c.id = $1`;
const INSERT_REVISION = sql`insert into course_revisions (course_id, version, person_id, content) values ($1, $2, $3, $4::jsonb)
  on conflict (course_id, version) do nothing`;

/** A course of which a new version was written. */
async function revised(db: Transaction, course: OwnCourse): Promise<OwnCourse> {
  await keepRevision(db, { courseId: course.id, personId: course.editorId });
  return { ...course, version: course.version + 1 };
}

/** Keeps what a course says at its present version, and the terms that it is found by. */
export async function keepRevision(
  db: Transaction,
  { courseId, personId }: { courseId: string; personId: string | null },
): Promise<void> {
  const [course] = await query<CourseContent>(db, CONTENT_OF_COURSE, [courseId]);
  if (!course) throw courseUnknown({ id: courseId });
  await query(db, INSERT_REVISION, [courseId, course.version, personId, course.content]);
  await indexCourse(db, course);
}
