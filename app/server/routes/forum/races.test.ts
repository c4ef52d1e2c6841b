import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '#server/database/database.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { meanwhile } from '#server/testing/concurrent-change.ts';
import { created, problemOf } from '#server/testing/requests.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';

const { as, db } = await testApp();
const [demo] = DEMO_COURSES;
const [, ines] = DEMO_PEOPLE;
const teacher = await as('teacher');
const student = await as('student');
const administrator = await as('administrator');

type Answer = Awaited<ReturnType<Ask>>;

/** What another server is in the middle of: it ends when the question waits for it, or has an answer without. */
const during = (change: Parameters<typeof meanwhile>[1], ask: () => Promise<Answer>) =>
  meanwhile(db, change, ask);

let thread: string;
let post: string;
beforeAll(() => student({ method: 'PUT', url: `/api/v1/courses/${demo!.id}/enrolment` }));
beforeEach(async () => {
  thread = await created(student, `/courses/${demo!.id}/threads`, {
    title: 'Pourquoi ?',
    body: 'Je ne vois pas.',
  });
  post = await created(teacher, `/threads/${thread}/posts`, { body: 'Parce que.' });
});
const answer = (by: Ask) =>
  by({ method: 'POST', url: `/api/v1/threads/${thread}/posts`, body: { body: 'Ah.' } });
const removed = (table: 'threads' | 'posts', id: string) => (transaction: Transaction) =>
  transaction.updateTable(table).set({ removed_at: new Date() }).where('id', '=', id).execute();
const accept = (postId: string) =>
  student({ method: 'PUT', url: `/api/v1/threads/${thread}/accepted`, body: { postId } });
const report = (subject: string) =>
  administrator({ method: 'POST', url: `/api/v1/${subject}/reports`, body: { reason: 'Déplacé' } });
const reports = () =>
  db.selectFrom('reports').select('outcome').where('subject_id', 'in', [thread, post]).execute();

describe('while it is being removed', () => {
  it('an answer is reported to nobody', async () => {
    expect((await during(removed('posts', post), () => report(`posts/${post}`))).statusCode).toBe(202);
    expect((await during(removed('threads', thread), () => report(`threads/${thread}`))).statusCode).toBe(
      202,
    );
    expect(await reports()).toEqual([]);
  });

  it('an answer is not accepted', async () => {
    const late = await during(removed('posts', post), () => accept(post));
    expect(problemOf(late)).toBe('/problems/post-unknown');
    expect((await student(`/api/v1/threads/${thread}`)).json().acceptedId).toBeNull();
  });

  it('a thread is not answered', async () => {
    const late = await during(removed('threads', thread), () => answer(student));
    expect(problemOf(late)).toBe('/problems/thread-unknown');
  });

  it('a thread that somebody has just answered stays', async () => {
    const own = await created(student, `/courses/${demo!.id}/threads`, { title: 'Seule', body: '?' });
    const refused = await during(
      (transaction) =>
        transaction.updateTable('threads').set({ post_count: 1 }).where('id', '=', own).execute(),
      () => student({ method: 'DELETE', url: `/api/v1/threads/${own}` }),
    );
    expect(problemOf(refused)).toBe('/problems/not-yours');
    expect((await student(`/api/v1/threads/${own}`)).statusCode).toBe(200);
  });
});

it('while it is being locked a thread is answered by those alone who moderate', async () => {
  const locked = (transaction: Transaction) =>
    transaction.updateTable('threads').set({ locked: true }).where('id', '=', thread).execute();
  expect(problemOf(await during(locked, () => answer(student)))).toBe('/problems/thread-locked');
  expect((await during(locked, () => answer(teacher))).statusCode).toBe(201);
  expect((await student(`/api/v1/threads/${thread}`)).json().postCount).toBe(2);
});

it('a removal finds the report that came in just before', async () => {
  const answer = await during(
    async (transaction) => {
      await sql`select 1 from posts where id = ${post} for share`.execute(transaction);
      const values = {
        course_id: demo!.id,
        subject_kind: 'post' as const,
        subject_id: post,
        reason: 'Déplacé',
      };
      await transaction.insertInto('reports').values(values).execute();
    },
    () => teacher({ method: 'DELETE', url: `/api/v1/posts/${post}` }),
  );
  expect(answer.statusCode).toBe(204);
  expect(await reports()).toEqual([{ outcome: 'removed' }]);
});

it('a change from a version that was not there yet is refused, and keeps no other words as former ones', async () => {
  const late = await during(
    async (transaction) => {
      await sql`select 1 from attempts for update`.execute(transaction);
      await transaction
        .updateTable('posts')
        .set({ version: 2, body: 'Deux.' })
        .where('id', '=', post)
        .execute();
    },
    () =>
      teacher({
        method: 'PATCH',
        url: `/api/v1/posts/${post}`,
        headers: { 'if-match': '"2"' },
        body: { body: `@[Inès Benali](${ines!.id})` },
      }),
  );
  expect(late.statusCode).toBe(412);
  const former = await db.selectFrom('forum_edits').selectAll().where('subject_id', '=', post).execute();
  expect(former).toEqual([]);
});

it('of two decisions the first one stands, and nothing is removed that was kept', async () => {
  await report(`threads/${thread}`);
  const { id } = await db
    .selectFrom('reports')
    .select('id')
    .where('subject_id', '=', thread)
    .executeTakeFirstOrThrow();
  const late = await during(
    (transaction) =>
      transaction.updateTable('reports').set({ outcome: 'kept' }).where('id', '=', id).execute(),
    () => teacher({ method: 'PUT', url: `/api/v1/reports/${id}/outcome`, body: { outcome: 'removed' } }),
  );
  expect(problemOf(late)).toBe('/problems/report-unknown');
  expect((await student(`/api/v1/threads/${thread}`)).statusCode).toBe(200);
});

it('of five acceptances at once one is told', async () => {
  await Promise.all(Array.from({ length: 5 }, () => accept(post)));
  await accept(post);
  const notifications = await db
    .selectFrom('notifications')
    .select('kind')
    .where('post_id', '=', post)
    .where('kind', '=', 'accepted')
    .execute();
  expect(notifications).toHaveLength(1);
});
