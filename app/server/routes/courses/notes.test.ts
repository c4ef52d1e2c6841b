import { expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { draftCourse, put } from '#server/testing/requests.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { CourseOutline } from '#shared/schemas/course.ts';

const { as, ask, db } = await testApp();
const [teacher, student, other] = [await as('teacher'), await as('student'), await as('administrator')];
const course = DEMO_COURSES[0]!.id;
const { sections } = (await ask(`/api/v1/courses/${course}/outline`)).json<CourseOutline>();
const [first, second] = sections.map(({ id }) => `/courses/${course}/sections/${id}/note`);
const noted = async (path: string, by = student) =>
  (await by(`/api/v1${path}`)).json<{ body: string }>().body;

it('a note is its writer’s alone, beside one section, and is changed and taken away', async () => {
  expect(await noted(first!)).toBe('');
  expect((await put(student, first!, { body: 'Revoir la *définition*.\n' })).statusCode).toBe(204);
  expect([await noted(first!), await noted(second!), await noted(first!, other)]).toEqual([
    'Revoir la *définition*.',
    '',
    '',
  ]);
  await put(student, first!, { body: 'Compris.' });
  expect(await noted(first!)).toBe('Compris.');
  await put(student, first!, { body: '' });
  expect(await noted(first!)).toBe('');
  expect(await query(db, sql`select 1 from notes`)).toEqual([]);
});

it('a section has its notes again when it comes back', async () => {
  await put(student, second!, { body: 'À garder.' });
  await query(db, sql`update sections set course_id = $1 where id = $2`, [
    DEMO_COURSES[1]!.id,
    sections[1]!.id,
  ]);
  expect((await student(`/api/v1${second}`)).statusCode).toBe(404);
  await query(db, sql`update sections set course_id = $1 where id = $2`, [course, sections[1]!.id]);
  expect(await noted(second!)).toBe('À garder.');
});

it('nobody notes beside what they may not read', async () => {
  const draft = await draftCourse(teacher);
  const [section] = await query<{ id: string }>(
    db,
    sql`insert into sections (course_id, position, title, body) values ($1, 0, 't', 'b') returning id`,
    [draft],
  );
  const path = `/courses/${draft}/sections/${section!.id}/note`;
  expect((await put(student, path, { body: 'x' })).statusCode).toBe(404);
  expect((await student(`/api/v1${path}`)).statusCode).toBe(404);
  expect((await put(teacher, path, { body: 'x' })).statusCode).toBe(204);
  expect((await ask(`/api/v1${path}`)).statusCode).toBe(401);
});
