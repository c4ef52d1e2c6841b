import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { problemOf, put } from '#server/testing/requests.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';

const { app, as, db, letters } = await testApp();
const [demo] = DEMO_COURSES; // written by Camille (the demo teacher) and Yann
const [camille, ines] = DEMO_PEOPLE;
const yann = DEMO_PEOPLE.find(({ name }) => name === 'Yann Leroux');
const teacher = await as('teacher');
const colleague = await as(yann!.id);
const student = await as('student');
const administrator = await as('administrator');

beforeAll(() => student({ method: 'PUT', url: `/api/v1/courses/${demo!.id}/enrolment` }));

const begun = async (by: Ask): Promise<string> => {
  const body = { title: 'Pourquoi ?', body: 'Je ne vois pas.' };
  const answer = await by({ method: 'POST', url: `/api/v1/courses/${demo!.id}/threads`, body });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json().id;
};
const answered = async (by: Ask, thread: string, body = 'Parce que.'): Promise<string> => {
  const answer = await by({ method: 'POST', url: `/api/v1/threads/${thread}/posts`, body: { body } });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json().id;
};
const report = async (by: Ask, subject: string) => {
  const body = { reason: 'Déplacé' };
  const answer = await by({ method: 'POST', url: `/api/v1/${subject}/reports`, body });
  expect(answer.statusCode, answer.body).toBe(202);
};
const remove = (by: Ask, url: string) => by({ method: 'DELETE', url: `/api/v1${url}` });
const notificationsOf = async (by: Ask) => (await by('/api/v1/notifications')).json().items;

describe('an author who was made a student', () => {
  const role = (to: 'teacher' | 'student') =>
    db.updateTable('people').set({ role: to }).where('id', '=', camille!.id).execute();
  afterEach(() => role('teacher'));

  it('reads and writes like any other, and moderates no more', async () => {
    const thread = await begun(student);
    const post = await answered(student, thread);
    await report(administrator, `posts/${post}`);
    const [{ id: open }] = (await teacher(`/api/v1/courses/${demo!.id}/reports`)).json().items;
    await role('student');
    expect((await teacher(`/api/v1/threads/${thread}`)).json().may).toEqual({
      write: true,
      edit: false,
      accept: false,
      moderate: false,
    });
    await answered(teacher, thread);
    const refusals = {
      [`/courses/${demo!.id}/reports`]: await teacher(`/api/v1/courses/${demo!.id}/reports`),
      outcome: await put(teacher, `/reports/${open}/outcome`, { outcome: 'kept' }),
      lock: await put(teacher, `/threads/${thread}/moderation`, { locked: true }),
      accept: await put(teacher, `/threads/${thread}/accepted`, { postId: post }),
      'remove an answer': await remove(teacher, `/posts/${post}`),
      'remove a thread': await remove(teacher, `/threads/${thread}`),
      'former words': await teacher(`/api/v1/posts/${post}/versions`),
    };
    expect(Object.values(refusals).map(({ statusCode }) => statusCode)).toEqual([
      404, 404, 403, 403, 403, 403, 403,
    ]);
  });

  it('is told of no reports', async () => {
    await role('student');
    const thread = await begun(student);
    await report(administrator, `threads/${thread}`);
    expect(
      (await notificationsOf(teacher)).filter(
        (each: { threadId: string; kind: string }) => each.threadId === thread && each.kind === 'report',
      ),
    ).toEqual([]);
  });
});

describe('a report', () => {
  const open = async (by: Ask, subjectId: string) =>
    (await by(`/api/v1/courses/${demo!.id}/reports`))
      .json()
      .items.find((each: { subjectId: string }) => each.subjectId === subjectId);
  const toldOf = async (by: Ask, thread: string) =>
    (await notificationsOf(by)).filter(
      ({ kind, threadId }: Record<string, string>) => kind === 'report' && threadId === thread,
    );

  it('names to nobody the one who reported', async () => {
    const thread = await begun(student);
    const post = await answered(student, thread);
    await report(administrator, `posts/${post}`);
    for (const by of [teacher, colleague]) {
      expect(await toldOf(by, thread)).toEqual([expect.objectContaining({ actor: null, postId: post })]);
    }
    await app.runJobs();
    const letter = (await letters()).find(({ to }) => to === yann!.email);
    expect(letter!.text).toContain('- Quelqu’un a signalé un message');
  });

  it('is told to nobody of their own words, who neither see it nor decide', async () => {
    const thread = await begun(student);
    const post = await answered(teacher, thread);
    await report(student, `posts/${post}`);
    expect(await toldOf(teacher, thread)).toEqual([]);
    expect(await open(teacher, post)).toBeUndefined();
    const { id } = await open(colleague, post);
    const kept = { outcome: 'kept' };
    expect(problemOf(await put(teacher, `/reports/${id}/outcome`, kept))).toBe('/problems/report-unknown');
    expect((await open(administrator, post)).id).toBe(id);
    expect((await put(colleague, `/reports/${id}/outcome`, kept)).statusCode).toBe(204);
    expect(await open(administrator, post)).toBeUndefined();
  });

  it('of an administrator’s words is decided by another one, or by an author', async () => {
    const thread = await begun(administrator);
    await report(student, `threads/${thread}`);
    const { id } = await open(teacher, thread);
    expect(await open(administrator, thread)).toBeUndefined();
    const decided = (by: Ask) => put(by, `/reports/${id}/outcome`, { outcome: 'kept' });
    expect(problemOf(await decided(administrator))).toBe('/problems/own-words');
    expect((await decided(teacher)).statusCode).toBe(204);
  });

  it('is settled with what is removed, and an answer’s with its thread', async () => {
    const thread = await begun(student);
    const [first, second] = [await answered(student, thread), await answered(student, thread)];
    for (const subject of [`posts/${first}`, `posts/${second}`, `threads/${thread}`])
      await report(administrator, subject);
    const outcomes = async () =>
      Promise.all(
        [first, second, thread].map((id) =>
          db
            .selectFrom('reports')
            .select(['outcome', 'decided_by'])
            .where('subject_id', '=', id)
            .executeTakeFirstOrThrow(),
        ),
      );
    await remove(student, `/posts/${first}`);
    expect(await outcomes()).toEqual([
      { outcome: 'removed', decided_by: ines!.id },
      { outcome: null, decided_by: null },
      { outcome: null, decided_by: null },
    ]);
    await remove(teacher, `/threads/${thread}`);
    expect(await outcomes()).toEqual([
      { outcome: 'removed', decided_by: ines!.id },
      { outcome: 'removed', decided_by: camille!.id },
      { outcome: 'removed', decided_by: camille!.id },
    ]);
    expect((await administrator(`/api/v1/admin/reports?q=${thread}`)).json().items).toEqual([]);
  });
});
