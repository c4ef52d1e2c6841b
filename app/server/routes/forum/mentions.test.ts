import { beforeEach, describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { created } from '#server/testing/requests.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';

const { as, db } = await testApp();
const [demo] = DEMO_COURSES; // written by Camille (the demo teacher) and Yann
const [camille, ines] = DEMO_PEOPLE;
const yann = DEMO_PEOPLE.find(({ name }) => name === 'Yann Leroux')!;
const teacher = await as('teacher');
const student = await as('student');

const naming = (...people: { id: string; name: string }[]) =>
  people.map(({ id, name }) => `@[${name}](${id})`).join(' ');
/** Changes it from one version to the next, once with each text. */
const changed = async (by: Ask, url: string, ...bodies: string[]): Promise<void> => {
  for (const [before, body] of bodies.entries()) {
    const headers = { 'if-match': `"${before + 1}"` };
    const answer = await by({ method: 'PATCH', url: `/api/v1${url}`, headers, body: { body } });
    expect(answer.statusCode, answer.body).toBe(204);
  }
};
/** Who was told that a message names them. */
const notified = async (threadId: string, postId: string | null = null) =>
  (
    await db
      .selectFrom('notifications')
      .select('person_id')
      .where('kind', '=', 'mention')
      .where('thread_id', '=', threadId)
      .where('post_id', postId === null ? 'is' : '=', postId)
      .execute()
  )
    .map(({ person_id }) => person_id)
    .sort();

describe('a name that a change brings in', () => {
  let thread: string;
  beforeEach(async () => {
    await student({ method: 'PUT', url: `/api/v1/courses/${demo!.id}/enrolment` });
    const body = { title: 'Pourquoi ?', body: `${naming(camille!)} ?` };
    thread = await created(student, `/courses/${demo!.id}/threads`, body);
  });

  it('of a question tells whom it names, and nobody a second time', async () => {
    const [one, two] = [`${naming(camille!)} ?`, `${naming(camille!, yann)} ?`];
    await changed(student, `/threads/${thread}`, two, 'Personne ?', two, one);
    expect(await notified(thread)).toEqual([camille!.id, yann.id].sort());
    const headers = { 'if-match': '"5"' };
    const title = await student({
      method: 'PATCH',
      url: `/api/v1/threads/${thread}`,
      headers,
      body: { title: 'Autre' },
    });
    expect(title.statusCode).toBe(204);
    expect(await notified(thread)).toHaveLength(2);
  });

  it('of an answer tells as well, but never of one’s own, nor a stranger', async () => {
    const post = await created(teacher, `/threads/${thread}/posts`, { body: 'Parce que.' });
    const stranger = DEMO_PEOPLE.find(({ email }) => email === 'm.ndiaye@fredu.test')!;
    await changed(teacher, `/posts/${post}`, naming(camille!, ines!, stranger));
    expect(await notified(thread, post)).toEqual([ines!.id]);
  });

  it('counts as something written: one does not name people without end', async () => {
    const post = await created(teacher, `/threads/${thread}/posts`, { body: 'Parce que.' });
    await db.updateTable('attempts').set({ count: 1000 }).execute();
    const patch = (body: string) =>
      teacher({
        method: 'PATCH',
        url: `/api/v1/posts/${post}`,
        headers: { 'if-match': '"1"' },
        body: { body },
      });
    expect((await patch(naming(ines!))).statusCode).toBe(429);
    expect((await patch('Parce que, enfin.')).statusCode).toBe(204);
  });
});
