import { expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { meanwhile } from '#server/testing/concurrent-change.ts';
import { draftCourse } from '#server/testing/requests.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Course } from '#shared/schemas/course.ts';

const { as, db, statementsOf } = await testApp();
const [teacher, student] = [await as('teacher'), await as('student')];
// A teacher follows courses of others as pupils do.
const other = await as(DEMO_PEOPLE.find(({ name }) => name === 'Hugo Weber')!.id);

/** A course of three sections, followed by two people who have worked through all of them. */
async function course() {
  const id = await draftCourse(teacher);
  const url = `/api/v1/courses/${id}`;
  const write = (sections: { id?: string; title: string }[], version: number) =>
    teacher({
      method: 'PUT',
      url: `${url}/sections`,
      body: { sections: sections.map((section) => ({ body: 'b', ...section })) },
      headers: { 'if-match': `"${version}"` },
    });
  const { sections } = (
    await write([{ title: 'un' }, { title: 'deux' }, { title: 'trois' }], 1)
  ).json<Course>();
  await teacher({
    method: 'PUT',
    url: `${url}/state`,
    body: { state: 'published' },
    headers: { 'if-match': '"2"' },
  });
  const mark = (asking: typeof student, section: string, done = true) =>
    asking({ method: 'PUT', url: `${url}/sections/${section}/progress`, body: { done } });
  for (const asking of [student, other]) {
    await asking({ method: 'PUT', url: `${url}/enrolment` });
    for (const section of sections) expect((await mark(asking, section.id)).statusCode).toBe(204);
  }
  const read = async () => (await student(url)).json<Course>();
  const done = async (asking = student) => (await asking(url)).json<Course>().mine!.done.toSorted();
  const restore = async (version: number) => {
    const present = (await read()).version;
    return teacher({
      method: 'POST',
      url: `${url}/revisions/${version}/restoration`,
      headers: { 'if-match': `"${present}"` },
    });
  };
  return { id, url, sections, write, mark, read, done, restore };
}

it('a section that is removed by mistake and restored is worked through by those who had done so', async () => {
  const { sections, write, read, done, restore } = await course();
  const ids = sections.map(({ id }) => id).toSorted();
  expect(await done()).toEqual(ids);
  const before = await query(
    db,
    sql`select at from section_progress where section_id = $1 order by person_id`,
    [sections[1]!.id],
  );
  expect((await write([sections[0]!, sections[2]!], (await read()).version)).statusCode).toBe(200);
  expect(await done()).toEqual([sections[0]!.id, sections[2]!.id].toSorted());
  expect((await restore(2)).statusCode).toBe(200);
  expect([await done(), await done(other)]).toEqual([ids, ids]);
  expect(
    await query(db, sql`select at from section_progress where section_id = $1 order by person_id`, [
      sections[1]!.id,
    ]),
  ).toEqual(before);
  expect(
    await query(db, sql`select 1 from former_progress where section_id = $1`, [sections[1]!.id]),
  ).toEqual([]);
});

it('of those who left meanwhile nothing is kept, and what was taken back stays so', async () => {
  const { url, sections, write, mark, read, done, restore } = await course();
  await mark(student, sections[0]!.id, false);
  await write([sections[2]!], (await read()).version);
  await other({ method: 'DELETE', url: `${url}/enrolment` });
  await other({ method: 'PUT', url: `${url}/enrolment` });
  await restore(2);
  expect(await done(other)).toEqual([]);
  expect(await done()).toEqual([sections[1]!.id, sections[2]!.id].toSorted());
});

it('removed and restored again and again, it is the last standing that counts', async () => {
  const { sections, write, mark, read, done, restore } = await course();
  for (let times = 0; times < 2; times++) {
    await write([sections[0]!], (await read()).version);
    await restore(2);
    await mark(student, sections[1]!.id, times > 0);
  }
  expect(await done()).toEqual(sections.map(({ id }) => id).toSorted());
});

it('who marks a section while it is removed is counted before, or finds none', async () => {
  const { id, sections, mark, done, read, restore } = await course();
  await mark(student, sections[1]!.id, false);
  const answer = await meanwhile(
    db,
    async (transaction) => {
      await query(transaction, sql`select id from sections where id = $1 for update`, [sections[1]!.id]);
      await query(transaction, sql`delete from sections where id = $1`, [sections[1]!.id]);
      await query(transaction, sql`update courses set version = version + 1 where id = $1`, [id]);
    },
    () => mark(student, sections[1]!.id),
  );
  expect(answer.statusCode).toBe(404);
  await read();
  await restore(2);
  expect(await done()).toEqual([sections[0]!.id, sections[2]!.id].toSorted());
});

it('costs nothing where no section goes', async () => {
  const { sections, write, read } = await course();
  const { version } = await read();
  const two = await statementsOf(() => write(sections, version));
  expect(two).toBe(await statementsOf(() => write([...sections, { title: 'quatre' }], version + 1)));
  expect(two + 2).toBe(await statementsOf(() => write([sections[0]!], version + 2)));
});
