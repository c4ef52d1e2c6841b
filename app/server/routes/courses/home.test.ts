import { describe, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { created, draftCourse, put } from '#server/testing/requests.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { CourseOutline } from '#shared/schemas/course.ts';
import type { Home } from '#shared/schemas/home.ts';

const { as, ask, db, statementsOf } = await testApp();
const [teacher, student, other] = [await as('teacher'), await as('student'), await as('administrator')];
const [cell, suites] = [DEMO_COURSES[4]!, DEMO_COURSES[0]!];
const homeOf = async (by: typeof student) => (await by('/api/v1/courses/home')).json<Home>();
const sectionsOf = async (id: string) =>
  (await ask(`/api/v1/courses/${id}/outline`)).json<CourseOutline>().sections.map((section) => section.id);
const enrol = async (id: string) =>
  expect((await put(student, `/courses/${id}/enrolment`, {})).statusCode).toBe(204);
const done = (id: string, section: string, is = true) =>
  put(student, `/courses/${id}/sections/${section}/progress`, { done: is });
const place = (id: string, body: object, by = student) => put(by, `/courses/${id}/place`, body);

describe('where somebody goes on', () => {
  it('is nowhere before they follow a course, and then its first section', async () => {
    expect(await homeOf(student)).toEqual({ begun: [], changed: [], waiting: [], new: [] });
    await enrol(cell.id);
    const [first] = await sectionsOf(cell.id);
    expect((await homeOf(student)).begun).toEqual([
      {
        course: { id: cell.id, title: cell.title },
        section: { id: first, title: cell.sections[0]![0], number: 1 },
        sectionCount: cell.sections.length,
        doneCount: 0,
        file: null,
        seconds: 0,
      },
    ]);
  });

  it('is the section and the second where they were, in the course where they were last', async () => {
    await enrol(suites.id);
    const [, second] = await sectionsOf(cell.id);
    expect((await place(cell.id, { sectionId: second, file: 'mitose.mp4', seconds: 83 })).statusCode).toBe(
      204,
    );
    const [latest, before] = (await homeOf(student)).begun;
    expect(latest).toMatchObject({
      course: { id: cell.id },
      section: { id: second, number: 2 },
      file: 'mitose.mp4',
      seconds: 83,
    });
    expect(before).toMatchObject({
      course: { id: suites.id },
      section: { number: 1 },
      file: null,
      seconds: 0,
    });
    expect(await statementsOf(() => homeOf(student))).toBe(2);
  });

  it('is the first section that is not done where that one is, and no finished course', async () => {
    const [first, second] = await sectionsOf(cell.id);
    await done(cell.id, second!);
    expect((await homeOf(student)).begun[0]).toMatchObject({
      section: { id: first },
      doneCount: 1,
      file: null,
      seconds: 0,
    });
    for (const section of await sectionsOf(cell.id)) await done(cell.id, section);
    expect((await homeOf(student)).begun.map(({ course }) => course.id)).toEqual([suites.id]);
    await done(cell.id, first!, false);
  });

  it('is nobody else’s, and gone with the enrolment', async () => {
    const [first] = await sectionsOf(suites.id);
    expect((await place(suites.id, { sectionId: first }, other)).statusCode).toBe(409);
    expect((await place(suites.id, { sectionId: (await sectionsOf(cell.id))[0] })).statusCode).toBe(404);
    expect((await place(suites.id, { sectionId: first, seconds: -1 })).statusCode).toBe(400);
    expect((await place(suites.id, { sectionId: first })).statusCode).toBe(204);
    await student({ method: 'DELETE', url: `/api/v1/courses/${suites.id}/enrolment` });
    expect(await query(db, sql`select 1 from places where course_id = $1`, [suites.id])).toEqual([]);
    expect((await homeOf(student)).begun.map(({ course }) => course.id)).toEqual([cell.id]);
  });
});

describe('what is new', () => {
  it('is what authors changed since one was there', async () => {
    const [first] = await sectionsOf(cell.id);
    await place(cell.id, { sectionId: first });
    expect((await homeOf(student)).changed).toEqual([]);
    await query(db, sql`update courses set updated_at = now() + interval '1 second' where id = $1`, [
      cell.id,
    ]);
    expect((await homeOf(student)).changed.map(({ course }) => course.id)).toEqual([cell.id]);
    await query(db, sql`update courses set updated_at = now() - interval '1 day' where id = $1`, [cell.id]);
  });

  it('is what is public and of three months in the subjects of one’s courses', async () => {
    const [near, old, draft, elsewhere] = await Promise.all(
      [cell.subject, cell.subject, cell.subject, 'Autre chose'].map((subject, n) =>
        draftCourse(teacher, { title: `Nouveau ${n}`, subject }),
      ),
    );
    await query(
      db,
      sql`update courses set state = 'published', published_at = now() - (case when id = $2::uuid then interval '4 months' else interval '1 day' end)
        where id = any($1::uuid[])`,
      [[near, old, elsewhere], old],
    );
    const found = (await homeOf(student)).new.map(({ id }) => id);
    expect(found).toContain(near);
    for (const id of [old, draft, elsewhere, cell.id]) expect(found).not.toContain(id);
  });
});

describe('questions that wait', () => {
  it('are those without an answer in courses that one writes, the oldest first', async () => {
    const writer = await as(DEMO_PEOPLE.find(({ name }) => name === cell.authors[0])!.id);
    const asked = [];
    for (const title of ['Une', 'Deux'])
      asked.push(await created(student, `/courses/${cell.id}/threads`, { title, body: 'Pourquoi ?' }));
    await created(writer, `/courses/${cell.id}/threads`, { title: 'La mienne', body: 'Bienvenue' });
    const waiting = async (by: typeof student) => (await homeOf(by)).waiting.map(({ thread }) => thread.id);
    expect(await waiting(writer)).toEqual(asked);
    expect(await waiting(student)).toEqual([]);
    await created(writer, `/threads/${asked[0]}/posts`, { body: 'Parce que.' });
    expect(await waiting(writer)).toEqual([asked[1]]);
  });
});
