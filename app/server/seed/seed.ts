import { createHash } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { transaction } from '../database/retry.ts';
import { DEMO_COURSES, DEMO_PEOPLE, type DemoCourse } from './courses.ts';

/** Fills in the people and courses to try the app with; what is there already is left as it is. */
export async function seed(db: Database): Promise<void> {
  const known = await db
    .selectFrom('courses')
    .select('id')
    .where(
      'id',
      'in',
      DEMO_COURSES.map((course) => course.id),
    )
    .execute();
  const there = new Set(known.map((row) => row.id));
  const missing = DEMO_COURSES.filter((course) => !there.has(course.id));
  if (missing.length === 0) return;
  await transaction(db, async (each) => {
    await each
      .insertInto('people')
      .values(DEMO_PEOPLE.map((person) => ({ ...person })))
      .onConflict((c) => c.doNothing())
      .execute();
    for (const course of missing) await insertCourse(each, course);
  });
}

async function insertCourse(db: Pick<Database, 'insertInto'>, course: DemoCourse): Promise<void> {
  const { sections, files, authors, publishedAt, ...told } = course;
  const inserted = await db
    .insertInto('courses')
    .values({ ...told, state: 'published', published_at: publishedAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  // Another start was faster.
  if (!inserted) return;
  await db
    .insertInto('course_authors')
    .values(
      authors.map((name, position) => ({
        course_id: course.id,
        person_id: DEMO_PEOPLE.find((person) => person.name === name)!.id,
        position,
      })),
    )
    .execute();
  await db
    .insertInto('sections')
    .values(sections.map(([title, body], position) => ({ course_id: course.id, position, title, body })))
    .execute();
  await db
    .insertInto('files')
    .values(
      files.map(([name, media_type, size]) => ({
        course_id: course.id,
        name,
        media_type,
        size,
        sha256: createHash('sha256').update(`${course.id}/${name}`).digest('hex'),
      })),
    )
    .execute();
}
