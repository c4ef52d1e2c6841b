import { describe, expect, it } from 'vitest';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { draftCourse } from '#server/testing/requests.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';
import type { Course } from '#shared/schemas/course.ts';

const { app, as, db, database, letters } = await testApp();
const [camille, ines, hugo] = DEMO_PEOPLE;
await db.updateTable('people').set({ role: 'teacher' }).where('id', '=', hugo!.id).execute();
const [teacher, student, other] = [await as('teacher'), await as('student'), await as(hugo!.id)];

async function begun(): Promise<string> {
  await db.deleteFrom('attempts').execute();
  return draftCourse(teacher, { title: 'Acoustique' });
}
const invite = (id: string, email: string, by: Ask = teacher) =>
  by({ method: 'POST', url: `/api/v1/courses/${id}/authors`, body: { email } });
const accept = (token: string, by: Ask = other) =>
  by({ method: 'POST', url: '/api/v1/courses/authors/acceptance', body: { token } });
/** The tokens of the letters that invite that teacher, the newest first. */
const tokens = async () =>
  (await letters()).flatMap(({ to, text }) =>
    to === hugo!.email ? (/ecrire-un-cours#([\w-]{43})/.exec(text)?.[1] ?? []) : [],
  );
const invited = async (id: string) => {
  const before = new Set(await tokens());
  expect((await invite(id, hugo!.email)).statusCode).toBe(202);
  return (await tokens()).find((each) => !before.has(each))!;
};
const read = async (id: string, by: Ask = teacher) => by(`/api/v1/courses/${id}`);
const gone = { status: 410, type: '/problems/invitation-gone' };

describe('the authors of a course', () => {
  it('are invited by a letter, and are none before they agree', async () => {
    const id = await begun();
    const answer = await invite(id, hugo!.email.toUpperCase());
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ email: hugo!.email, kind: 'author', usedCount: 0 });
    const [letter] = (await letters()).filter(({ to }) => to === hugo!.email);
    expect(letter).toMatchObject({ subject: 'Invitation à écrire un cours sur fredu' });
    expect(letter!.text).toContain('« Acoustique »');
    expect((await read(id)).json<Course>().authors).toHaveLength(1);
    expect((await read(id, other)).statusCode).toBe(404);
    expect((await accept((await tokens())[0]!)).json()).toEqual({ courseId: id });
    const { authors } = (await read(id, other)).json<Course>();
    expect(authors.map(({ name }) => name)).toEqual([camille!.name, hugo!.name]);
  });

  it('are several, and never none', async () => {
    const id = await begun();
    await accept(await invited(id));
    const url = `/api/v1/courses/${id}/authors`;
    expect((await other({ method: 'DELETE', url: `${url}/${camille!.id}` })).statusCode).toBe(204);
    expect((await read(id)).statusCode).toBe(404);
    expect((await other({ method: 'DELETE', url: `${url}/${hugo!.id}` })).json()).toMatchObject({
      status: 409,
      type: '/problems/last-author',
    });
  });

  it('follow and rate it no longer', async () => {
    const id = await begun();
    await db
      .updateTable('courses')
      .set({ state: 'published', published_at: new Date() })
      .where('id', '=', id)
      .execute();
    await db.insertInto('enrolments').values({ course_id: id, person_id: hugo!.id }).execute();
    await db.updateTable('people').set({ role: 'student' }).where('id', '=', hugo!.id).execute();
    const url = `/api/v1/courses/${id}/rating`;
    expect((await other({ method: 'PUT', url, body: { score: 100 } })).statusCode).toBe(204);
    await db.updateTable('people').set({ role: 'teacher' }).where('id', '=', hugo!.id).execute();
    expect((await read(id)).json<Course>().rating).toEqual({ count: 1, mean: 100 });
    await accept(await invited(id));
    expect((await read(id)).json<Course>().rating).toEqual({ count: 0, mean: null });
    expect((await read(id, other)).json<Course>().mine).toMatchObject({ enrolled: false });
  });
});

describe('an invitation to write a course', () => {
  it('tells nobody whether an address is a teacher’s: neither in words nor in work', async () => {
    const id = await begun();
    const asked = async (email: string) => {
      await app.settled();
      const { later } = app;
      const held: Parameters<typeof later>[] = [];
      app.later = (...work) => held.push(work);
      database.statements.length = 0;
      const { statusCode, json, headers } = await invite(id, email);
      const done = [...database.statements];
      app.later = later;
      for (const work of held) app.later(...work);
      const keys = Object.keys(json()).sort();
      return { statusCode, keys, headers: Object.keys(headers).sort(), done, held: held.length };
    };
    const known = await asked(hugo!.email);
    expect(known).toMatchObject({ statusCode: 202, held: 1 });
    expect(known.keys).toEqual(['createdAt', 'email', 'expiresAt', 'id', 'kind', 'revokedAt', 'usedCount']);
    const before = (await letters()).length;
    for (const email of [ines!.email, 'nobody@fredu.test', camille!.email])
      expect(await asked(email)).toEqual(known);
    expect(await letters()).toHaveLength(before);
  });

  it('is for the teacher whom it was sent to, once', async () => {
    const id = await begun();
    const token = await invited(id);
    expect((await accept(token, teacher)).json()).toMatchObject(gone);
    expect((await accept(token, student)).statusCode).toBe(403);
    const asFollower = {
      method: 'POST',
      url: '/api/v1/courses/invitations/acceptance',
      body: { token },
    } as const;
    expect((await other(asFollower)).json()).toMatchObject(gone);
    expect((await accept(token)).statusCode).toBe(200);
    expect((await accept(token)).json()).toMatchObject(gone);
  });

  it('is listed to the authors by its address alone, and ends when they withdraw it or send another', async () => {
    const id = await begun();
    const url = `/api/v1/courses/${id}/invitations`;
    const first = await invited(id);
    const second = await invited(id);
    const { items } = (await teacher(url)).json();
    expect(items.map(({ email, kind }: Record<string, unknown>) => [email, kind])).toEqual([
      [hugo!.email, 'author'],
      [hugo!.email, 'author'],
    ]);
    expect(JSON.stringify(items)).not.toMatch(new RegExp(`${hugo!.name}|${hugo!.id}|${second}`));
    expect((await accept(first)).json()).toMatchObject(gone);
    expect((await teacher({ method: 'DELETE', url: `${url}/${items[0].id}` })).statusCode).toBe(204);
    expect((await accept(second)).json()).toMatchObject(gone);
  });

  it('ends with its time, with the course, and with the authorship of the one who sent it', async () => {
    const id = await begun();
    const token = await invited(id);
    const invitation = db.updateTable('invitations').where('course_id', '=', id);
    await invitation.set({ expires_at: new Date(Date.now() - 1000) }).execute();
    expect((await accept(token)).json()).toMatchObject(gone);
    await invitation.set({ expires_at: new Date(Date.now() + 60_000) }).execute();
    const course = db.updateTable('courses').where('id', '=', id);
    await course.set({ state: 'deleted' }).execute();
    expect((await accept(token)).json()).toMatchObject(gone);
    await course.set({ state: 'draft' }).execute();
    await db.deleteFrom('course_authors').where('course_id', '=', id).execute();
    expect((await accept(token)).json()).toMatchObject(gone);
  });

  it('is sent by one teacher to thirty addresses an hour at most, and to one address five times', async () => {
    const id = await begun();
    const before = (await tokens()).length;
    for (let count = 0; count < 7; count++) await invite(id, hugo!.email);
    expect(await tokens()).toHaveLength(before + 5);
    for (let count = 0; count < 23; count++) await invite(id, `nobody${count}@fredu.test`);
    expect((await invite(id, hugo!.email)).statusCode).toBe(429);
  });

  it('is sent for a course of one’s own', async () => {
    expect((await invite(await begun(), hugo!.email, other)).statusCode).toBe(404);
  });
});
