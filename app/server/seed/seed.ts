import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Database, Transaction } from '../database/database.ts';
import { transaction } from '../database/transaction.ts';
import { keepRevision } from '../routes/courses/content.ts';
import { sniffed } from '../routes/files/types.ts';
import { hashPassword } from '../security/passwords.ts';
import type { FileStore } from '../store/store.ts';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE, type DemoCourse } from './courses.ts';

/** Fills in the people and courses to try the app with; what is there already is left as it is. */
export async function seed(db: Database): Promise<void> {
  await seedPeople(db);
  const ids = DEMO_COURSES.map((course) => course.id);
  const known = await db.selectFrom('courses').select('id').where('id', 'in', ids).execute();
  const missing = DEMO_COURSES.filter((course) => !known.some((row) => row.id === course.id));
  if (missing.length === 0) return;
  await transaction(db, async (each) => {
    for (const course of missing) await insertCourse(each, course);
  });
}

async function seedPeople(db: Database): Promise<void> {
  const ids = DEMO_PEOPLE.map((person) => person.id);
  const known = await db.selectFrom('people').select('id').where('id', 'in', ids).execute();
  const missing = DEMO_PEOPLE.filter((person) => !known.some((row) => row.id === person.id));
  if (missing.length === 0) return;
  const password_hash = await hashPassword(DEMO_PASSWORD);
  await db
    .insertInto('people')
    .values(missing.map((person) => ({ ...person, password_hash })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function insertCourse(db: Transaction, course: DemoCourse): Promise<void> {
  const { sections, files, authors, publishedAt, ...fields } = course;
  const inserted = await db
    .insertInto('courses')
    .values({ ...fields, state: 'published', published_at: publishedAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  // Another start was faster.
  if (!inserted) return;
  const course_id = course.id;
  const idOf = (name: string) => DEMO_PEOPLE.find((person) => person.name === name)!.id;
  await db
    .insertInto('course_authors')
    .values(authors.map((name, position) => ({ course_id, person_id: idOf(name), position })))
    .execute();
  await db
    .insertInto('sections')
    .values(sections.map(([title, body], position) => ({ course_id, position, title, body })))
    .execute();
  const rows = await Promise.all(
    files.map(async (name) => ({
      course_id,
      name,
      ...(await factsOf(name)),
    })),
  );
  await db.insertInto('files').values(rows).execute();
  await keepRevision(db, { courseId: course_id, personId: idOf(authors[0]!) });
}

/** Keeps the bytes of those courses' files, where they are not kept yet. */
export async function seedFiles(db: Database, store: FileStore): Promise<void> {
  const missing = await db
    .selectFrom('files')
    .select(['id', 'name'])
    .where(
      'course_id',
      'in',
      DEMO_COURSES.map(({ id }) => id),
    )
    .where('key', 'is', null)
    .execute();
  const own = new Set(DEMO_COURSES.flatMap(({ files }) => files));
  for (const { id, name } of missing.filter((file) => own.has(file.name))) {
    const bytes = await bytesOf(name);
    const key = `files/${id}`;
    await store.put(key, Readable.from([bytes]), bytes.length);
    await db
      .updateTable('files')
      .set({ key, ...(await factsOf(name)) })
      .where('id', '=', id)
      .execute();
  }
}

const bytesOf = (name: string): Promise<Buffer> =>
  readFile(join(import.meta.dirname, 'files', name.normalize('NFD').replaceAll(/\p{M}/gu, '')));

async function factsOf(name: string) {
  const bytes = await bytesOf(name);
  return {
    media_type: await sniffed(bytes),
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
