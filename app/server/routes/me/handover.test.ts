import { beforeEach, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { draftCourse } from '#server/testing/requests.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Course } from '#shared/schemas/course.ts';
import { eraseDue } from './erasure.ts';

const { app, as, db, letters } = await testApp();
const hugo = DEMO_PEOPLE.find(({ name }) => name === 'Hugo Weber')!;
const [teacher, student, administrator] = [
  await as('teacher'),
  await as('student'),
  await as('administrator'),
];
const [camille, ines] = DEMO_PEOPLE;

/** A course that one teacher writes alone and a student follows, with its title. */
async function alone(title: string): Promise<string> {
  const id = await draftCourse(teacher, { title });
  const change = (path: string, body: object, version: number) =>
    teacher({
      method: 'PUT',
      url: `/api/v1/courses/${id}/${path}`,
      body,
      headers: { 'if-match': `"${version}"` },
    });
  await change('sections', { sections: [{ title: 'a', body: 'b' }] }, 1);
  await change('state', { state: 'published' }, 2);
  await student({ method: 'PUT', url: `/api/v1/courses/${id}/enrolment` });
  return id;
}
const ask = () => teacher({ method: 'POST', url: '/api/v1/me/erasure', body: { password: DEMO_PASSWORD } });
const lettersTo = async (email: string, part: string) =>
  (await letters()).filter(({ to, text }) => to === email && text.includes(part));

beforeEach(async () => {
  await db.updateTable('people').set({ erase_at: null }).execute();
  await db.deleteFrom('attempts').execute();
});

it('a person who leaves is told what goes along; followers and administrators are told once', async () => {
  const id = await alone('Seule');
  const answer = await ask();
  expect(answer.statusCode).toBe(202);
  expect(answer.json().courses).toContainEqual({ id, title: 'Seule' });
  expect(await lettersTo(ines.email, '« Seule »')).toMatchObject([
    { subject: 'Un cours que vous suivez va disparaître' },
  ]);
  const [admin] = DEMO_PEOPLE.filter(({ role }) => (role as string) === 'administrator');
  expect(await lettersTo(admin!.email, `POST /api/v1/admin/courses/${id}/authors`)).toHaveLength(1);
  await ask();
  expect(await lettersTo(ines.email, '« Seule »')).toHaveLength(1);
});

it('of what others write as well nobody is told, unless these leave too', async () => {
  const id = await alone('À deux');
  await db.insertInto('course_authors').values({ course_id: id, person_id: hugo.id, position: 1 }).execute();
  expect((await ask()).json().courses.map((each: { id: string }) => each.id)).not.toContain(id);
  expect(await lettersTo(ines.email, '« À deux »')).toEqual([]);
  await db
    .updateTable('people')
    .set({ erase_at: new Date(Date.now() + 60_000) })
    .where('id', '=', hugo.id)
    .execute();
  await db.updateTable('people').set({ erase_at: null }).where('id', '=', camille.id).execute();
  expect((await ask()).json().courses.map((each: { id: string }) => each.id)).toContain(id);
});

it('an administrator hands it on to a teacher who agrees, and it stays with its followers', async () => {
  const id = await alone('Transmise');
  await ask();
  const url = `/api/v1/admin/courses/${id}/authors`;
  const body = { email: hugo.email };
  expect((await student({ method: 'POST', url, body })).statusCode).toBe(403);
  expect((await administrator({ method: 'POST', url, body })).statusCode).toBe(202);
  const [letter] = await lettersTo(hugo.email, '« Transmise »');
  const token = /#(.{43})/.exec(letter!.text)![1];
  const accepted = await (await as(hugo.id))({
    method: 'POST',
    url: '/api/v1/courses/authors/acceptance',
    body: { token },
  });
  expect(accepted.json()).toEqual({ courseId: id });
  await db
    .updateTable('people')
    .set({ erase_at: new Date(0) })
    .where('id', '=', camille.id)
    .execute();
  await eraseDue(app);
  const left = (await student(`/api/v1/courses/${id}`)).json<Course>();
  expect(left.authors.map((author) => author.name)).toEqual(['Hugo Weber']);
  expect(left.mine).toMatchObject({ enrolled: true });
  const [deed] = await query<{ actor: string }>(
    db,
    sql`select actor_id as actor from audit_log where action = 'course.author-invited' and subject_id = $1`,
    [id],
  );
  expect(deed!.actor).toBe(DEMO_PEOPLE.find(({ role }) => (role as string) === 'administrator')!.id);
});
