import { beforeAll, describe, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { problemOf, put } from '#server/testing/requests.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';
import type { CourseOutline } from '#shared/schemas/course.ts';

const { app, as, ask, database, db, letters, statementsOf } = await testApp();
const [demo] = DEMO_COURSES; // written by Camille (the demo teacher) and Yann
const [camille, ines] = DEMO_PEOPLE;
const teacher = await as('teacher');
const student = await as('student');
const administrator = await as('administrator');
let friend: Ask;
let friendId: string;
let stranger: Ask;

beforeAll(async () => {
  const people = await db
    .insertInto('people')
    .values(['Ali', 'Zoé'].map((name) => ({ name, email: `${name}@exemple.fr`, role: 'student' as const })))
    .returning('id')
    .execute();
  friendId = people[0]!.id;
  friend = await as(friendId);
  stranger = await as(people[1]!.id);
  for (const by of [student, friend])
    await by({ method: 'PUT', url: `/api/v1/courses/${demo!.id}/enrolment` });
});

type Answer = Awaited<ReturnType<Ask>>;
const etag = (answer: Answer) => ({ 'if-match': String(answer.headers.etag) });
const question = { title: 'Pourquoi ?', body: 'Je ne vois **pas**.' };
const start = async (by = student, body: object = question): Promise<string> => {
  const answer = await by({ method: 'POST', url: `/api/v1/courses/${demo!.id}/threads`, body });
  expect(answer.statusCode).toBe(201);
  return answer.json().id;
};
const answerIn = async (thread: string, by = friend, body = 'Parce que.'): Promise<string> => {
  const answer = await by({ method: 'POST', url: `/api/v1/threads/${thread}/posts`, body: { body } });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json().id;
};
const notificationsOf = async (by: Ask) => (await by('/api/v1/notifications')).json();

describe('a question about a section', () => {
  const sectionsOf = async (course: string) =>
    (await ask(`/api/v1/courses/${course}/outline`)).json<CourseOutline>().sections;
  const listed = async (section: string, more = '') =>
    (await ask(`/api/v1/courses/${demo!.id}/threads?section=${section}${more}`))
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id);

  it('is listed there, says so elsewhere, and stays one of the course when the section goes', async () => {
    const [first, second] = await sectionsOf(demo!.id);
    const id = await start(student, { ...question, sectionId: first!.id });
    const other = await start(student, { ...question, sectionId: second!.id });
    expect([await listed(first!.id), await listed(second!.id)]).toEqual([[id], [other]]);
    expect((await ask(`/api/v1/threads/${id}`)).json().section).toEqual({
      id: first!.id,
      title: first!.title,
    });
    await answerIn(other);
    expect(await listed(second!.id, '&unanswered=true')).toEqual([]);
    await query(db, sql`update threads set section_id = null where id = $1`, [other]);
    const [gone] = await query<{ id: string }>(
      db,
      sql`insert into sections (course_id, position, title, body) values ($1, 99, 'Partie', 'b') returning id`,
      [demo!.id],
    );
    const about = await start(student, { ...question, sectionId: gone!.id });
    await query(db, sql`delete from sections where id = $1`, [gone!.id]);
    expect((await ask(`/api/v1/threads/${about}`)).json().section).toBe(null);
  });

  it('is refused about a section of another course', async () => {
    const [foreign] = await sectionsOf(DEMO_COURSES[1]!.id);
    const refused = await student({
      method: 'POST',
      url: `/api/v1/courses/${demo!.id}/threads`,
      body: { ...question, sectionId: foreign!.id },
    });
    expect([refused.statusCode, problemOf(refused)]).toEqual([404, '/problems/section-unknown']);
  });
});

describe('a thread', () => {
  it('is read by those who may read the course, and begun by those who follow or write it', async () => {
    const id = await start();
    for (const by of [ask, stranger, teacher]) {
      expect((await by(`/api/v1/threads/${id}`)).json()).toMatchObject({
        ...question,
        author: { name: ines!.name },
        vote: 0,
      });
    }
    expect((await ask(`/api/v1/threads/${id}`)).json().may).toEqual({
      write: false,
      edit: false,
      accept: false,
      moderate: false,
    });
    expect((await student(`/api/v1/threads/${id}`)).json().may).toEqual({
      write: true,
      edit: true,
      accept: true,
      moderate: false,
    });
    expect((await teacher(`/api/v1/threads/${id}`)).json().may).toMatchObject({
      write: true,
      edit: false,
      moderate: true,
    });
    const refused = await stranger({
      method: 'POST',
      url: `/api/v1/courses/${demo!.id}/threads`,
      body: question,
    });
    expect(problemOf(refused)).toBe('/problems/may-not-write');
    expect(
      (await stranger({ method: 'POST', url: `/api/v1/threads/${id}/posts`, body: { body: 'x' } }))
        .statusCode,
    ).toBe(403);
  });

  it('of a course that one may not see is not there', async () => {
    const id = await start();
    await db.updateTable('courses').set({ visibility: 'invitation' }).where('id', '=', demo!.id).execute();
    for (const by of [ask, stranger]) {
      for (const url of [`/threads/${id}`, `/threads/${id}/posts`, `/courses/${demo!.id}/threads`]) {
        expect((await by(`/api/v1${url}`)).statusCode, url).toBe(404);
      }
    }
    expect((await put(stranger, `/threads/${id}/vote`, { value: 1 })).statusCode).toBe(404);
    expect((await student(`/api/v1/threads/${id}`)).statusCode).toBe(200);
    await db.updateTable('courses').set({ visibility: 'public' }).where('id', '=', demo!.id).execute();
  });

  it('is changed by its author, who keeps what it said', async () => {
    const id = await start();
    const read = await student(`/api/v1/threads/${id}`);
    const patch = (by: Ask, headers: object) =>
      by({
        method: 'PATCH',
        url: `/api/v1/threads/${id}`,
        body: { title: 'Comment ?' },
        headers: headers as never,
      });
    expect(problemOf(await patch(teacher, etag(read)))).toBe('/problems/not-yours');
    const changed = await patch(student, etag(read));
    expect([changed.statusCode, changed.headers.etag]).toEqual([204, '"2"']);
    expect((await patch(student, etag(read))).statusCode).toBe(412);
    expect(
      await db.selectFrom('forum_edits').select(['title', 'version']).where('subject_id', '=', id).execute(),
    ).toEqual([{ title: 'Pourquoi ?', version: 1 }]);
  });

  it('shows what it and its answers said before to their authors and to those who moderate', async () => {
    const thread = await start();
    const post = await answerIn(thread, friend, 'Un.');
    for (const [version, body] of ['Deux.', 'Trois.', 'Quatre.'].entries()) {
      const changed = await friend({
        method: 'PATCH',
        url: `/api/v1/posts/${post}`,
        headers: { 'if-match': `"${version + 1}"` },
        body: { body },
      });
      expect(changed.statusCode).toBe(204);
    }
    const former = (by: Ask, asked = '') => by(`/api/v1/posts/${post}/versions${asked}`);
    const said = (answer: Answer) => answer.json().items.map((each: { body: string }) => each.body);
    for (const by of [friend, teacher, administrator])
      expect(said(await former(by))).toEqual(['Trois.', 'Deux.', 'Un.']);
    expect((await former(friend)).json()).toMatchObject({
      items: [{ version: 3, title: null }, {}, {}],
      next: null,
    });
    const first = (await former(friend, '?limit=2')).json();
    expect(said(await former(friend, `?limit=2&cursor=${first.next}`))).toEqual(['Un.']);
    expect(await statementsOf(() => former(friend))).toBe(2); // the session, and the words
    for (const by of [student, stranger]) expect(problemOf(await former(by))).toBe('/problems/not-yours');
    expect((await former(ask)).statusCode).toBe(401);
    expect((await student(`/api/v1/threads/${thread}/versions`)).json()).toEqual({ items: [], next: null });
    expect(problemOf(await friend(`/api/v1/threads/${thread}/versions`))).toBe('/problems/not-yours');
    expect(problemOf(await friend(`/api/v1/threads/${post}/versions`))).toBe('/problems/thread-unknown');
    await friend({ method: 'DELETE', url: `/api/v1/posts/${post}` });
    expect(problemOf(await former(friend))).toBe('/problems/post-unknown');
  });

  it('is pinned and locked by those who moderate', async () => {
    const first = await start();
    await start();
    expect(problemOf(await put(student, `/threads/${first}/moderation`, { pinned: true }))).toBe(
      '/problems/not-yours',
    );
    expect(
      (await put(teacher, `/threads/${first}/moderation`, { pinned: true, locked: true })).statusCode,
    ).toBe(204);
    expect((await ask(`/api/v1/courses/${demo!.id}/threads`)).json().items[0]).toMatchObject({
      id: first,
      pinned: true,
    });
    const refused = await friend({
      method: 'POST',
      url: `/api/v1/threads/${first}/posts`,
      body: { body: 'x' },
    });
    expect(problemOf(refused)).toBe('/problems/thread-locked');
    for (const [by, write] of [
      [teacher, true],
      [administrator, true],
      [friend, false],
    ] as const)
      expect((await by(`/api/v1/threads/${first}`)).json().may.write).toBe(write);
    for (const by of [teacher, administrator]) await answerIn(first, by);
  });

  it('is changed no more once it is locked, nor by those who left the course', async () => {
    const id = await start(friend);
    const changed = async (by: Ask) =>
      problemOf(
        await by({
          method: 'PATCH',
          url: `/api/v1/threads/${id}`,
          body: { title: 'Autre' },
          headers: { 'if-match': '"1"' },
        }),
      );
    await put(teacher, `/threads/${id}/moderation`, { locked: true });
    expect(await changed(friend)).toBe('/problems/thread-locked');
    await put(teacher, `/threads/${id}/moderation`, { locked: false });
    const enrolment = `/api/v1/courses/${demo!.id}/enrolment`;
    await friend({ method: 'DELETE', url: enrolment });
    expect(await changed(friend)).toBe('/problems/may-not-write');
    await friend({ method: 'PUT', url: enrolment });
    expect((await friend(`/api/v1/threads/${id}`)).json()).toMatchObject({
      title: question.title,
      version: 1,
    });
  });

  it('is removed by its author until somebody answers, and then by moderators alone', async () => {
    const id = await start();
    const remove = (by: Ask) => by({ method: 'DELETE', url: `/api/v1/threads/${id}` });
    expect((await remove(friend)).statusCode).toBe(403);
    await answerIn(id);
    expect((await remove(student)).statusCode).toBe(403);
    expect((await remove(administrator)).statusCode).toBe(204);
    expect((await student(`/api/v1/threads/${id}`)).statusCode).toBe(404);
  });

  it('is listed page after page, none twice and none forgotten', async () => {
    for (let count = 0; count < 5; count++) await start();
    const all = (await ask(`/api/v1/courses/${demo!.id}/threads?limit=100`))
      .json()
      .items.map(({ id }: { id: string }) => id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { id: string }[]; next: string | null } = (
        await ask(`/api/v1/courses/${demo!.id}/threads?limit=2${cursor && `&cursor=${cursor}`}`)
      ).json();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toEqual(all);
    expect(seen.length).toBeGreaterThan(5);
    const open = (await ask(`/api/v1/courses/${demo!.id}/threads?unanswered=true&limit=100`)).json().items;
    expect(open.every(({ postCount }: { postCount: number }) => postCount === 0)).toBe(true);
  });
  it('is found by the index on later pages as well, from where the page before ended', async () => {
    const list = `/api/v1/courses/${demo!.id}/threads?limit=1`;
    const { next } = (await ask(list)).json();
    database.statements.length = 0;
    expect((await ask(`${list}&cursor=${next}`)).statusCode).toBe(200);
    const read = database.statements.find((each) => each.includes('from threads t'))!;
    const plan = await db.transaction().execute(async (transaction) => {
      // Of a few rows the planner would sooner read them all.
      for (const way of ['seqscan', 'bitmapscan', 'sort'])
        await query(transaction, uncheckedSql(`set local enable_${way} = off`));
      return query<{ 'QUERY PLAN': string }>(
        transaction,
        uncheckedSql(`explain (generic_plan, costs off) ${read}`),
      );
    });
    const lines = plan.map((line) => line['QUERY PLAN'].trim());
    expect(lines).toContainEqual(expect.stringMatching(/Index (Only )?Scan using threads_course/));
    expect(lines).toContainEqual(expect.stringMatching(/^Index Cond: .*ROW\(pinned, active_at, id\) </));
  });
});

describe('answers', () => {
  it('are voted on once by each person, and never by their author', async () => {
    const thread = await start();
    const id = await answerIn(thread);
    for (const value of [1, 1, -1])
      expect((await put(student, `/posts/${id}/vote`, { value })).statusCode).toBe(204);
    await put(teacher, `/posts/${id}/vote`, { value: 1 });
    const [post] = (await student(`/api/v1/threads/${thread}/posts`)).json().items;
    expect(post).toMatchObject({ score: 0, vote: -1, mine: false });
    await put(student, `/posts/${id}/vote`, { value: 0 });
    expect((await student(`/api/v1/threads/${thread}/posts`)).json().items[0]).toMatchObject({
      score: 1,
      vote: 0,
    });
    expect(problemOf(await put(friend, `/posts/${id}/vote`, { value: 1 }))).toBe('/problems/own-vote');
    expect((await put(student, `/posts/${id}/vote`, { value: 2 })).statusCode).toBe(400);
  });

  it('and questions alike: once by each person, never by the one who asked', async () => {
    const thread = await start();
    for (const value of [-1, 1, 1])
      expect((await put(friend, `/threads/${thread}/vote`, { value })).statusCode).toBe(204);
    await put(teacher, `/threads/${thread}/vote`, { value: 1 });
    expect((await friend(`/api/v1/threads/${thread}`)).json()).toMatchObject({
      score: 2,
      vote: 1,
    });
    await put(friend, `/threads/${thread}/vote`, { value: 0 });
    expect((await friend(`/api/v1/threads/${thread}`)).json()).toMatchObject({ score: 1, vote: 0 });
    expect(problemOf(await put(student, `/threads/${thread}/vote`, { value: 1 }))).toBe('/problems/own-vote');
  });

  it('have one vote of a person who presses ten times at once', async () => {
    const thread = await start();
    const id = await answerIn(thread);
    await Promise.all(Array.from({ length: 10 }, () => put(student, `/posts/${id}/vote`, { value: 1 })));
    const [post] = (await student(`/api/v1/threads/${thread}/posts`)).json().items;
    expect(post).toMatchObject({ score: 1, vote: 1 });
  });

  it('are accepted by the one who asked, and no longer when they are gone', async () => {
    const thread = await start();
    const id = await answerIn(thread);
    expect(problemOf(await put(friend, `/threads/${thread}/accepted`, { postId: id }))).toBe(
      '/problems/not-yours',
    );
    expect((await put(student, `/threads/${thread}/accepted`, { postId: id })).statusCode).toBe(204);
    const other = await answerIn(await start());
    expect(problemOf(await put(student, `/threads/${thread}/accepted`, { postId: other }))).toBe(
      '/problems/post-unknown',
    );
    expect((await student(`/api/v1/threads/${thread}`)).json()).toMatchObject({
      acceptedId: id,
      postCount: 1,
    });
    const accepted = async () => (await student(`/api/v1/threads/${thread}`)).json().acceptedId;
    expect((await put(student, `/threads/${thread}/accepted`, { postId: null })).statusCode).toBe(204);
    expect(await accepted()).toBeNull();
    await put(student, `/threads/${thread}/accepted`, { postId: id });
    expect(await accepted()).toBe(id);
    expect((await friend({ method: 'DELETE', url: `/api/v1/posts/${id}` })).statusCode).toBe(204);
    expect((await student(`/api/v1/threads/${thread}`)).json()).toMatchObject({
      acceptedId: null,
      postCount: 0,
    });
    expect((await student(`/api/v1/threads/${thread}/posts`)).json().items[0].body).toBeNull();
  });

  it('are changed by their author from the version that was read', async () => {
    const thread = await start();
    const id = await answerIn(thread);
    const patch = (by: Ask, version: string) =>
      by({
        method: 'PATCH',
        url: `/api/v1/posts/${id}`,
        body: { body: 'Mieux.' },
        headers: { 'if-match': version },
      });
    expect((await patch(student, '"1"')).statusCode).toBe(403);
    expect((await patch(friend, '"1"')).statusCode).toBe(204);
    expect((await patch(friend, '"1"')).statusCode).toBe(412);
    expect((await ask(`/api/v1/threads/${thread}/posts`)).json().items[0]).toMatchObject({
      body: 'Mieux.',
      version: 2,
    });
  });
});

describe('reports', () => {
  it('reach those who moderate, once, and are settled', async () => {
    const thread = await start();
    const id = await answerIn(thread, friend, 'Vilain mot.');
    for (let times = 0; times < 2; times++)
      expect(
        (await student({ method: 'POST', url: `/api/v1/posts/${id}/reports`, body: { reason: 'Insulte' } }))
          .statusCode,
      ).toBe(202);
    expect((await student(`/api/v1/courses/${demo!.id}/reports`)).statusCode).toBe(404);
    const { items } = (await teacher(`/api/v1/courses/${demo!.id}/reports`)).json();
    expect(items).toEqual([
      expect.objectContaining({ subjectId: id, threadId: thread, text: 'Vilain mot.', reason: 'Insulte' }),
    ]);
    expect((await notificationsOf(teacher)).items[0]).toMatchObject({ kind: 'report', postId: id });
    const everywhere = async (q = '') => (await administrator(`/api/v1/admin/reports${q}`)).json().items;
    const found = expect.objectContaining({ ...items[0], course: { id: demo!.id, title: demo!.title } });
    for (const q of ['', `?q=${demo!.id}`, `?q=${id}`]) expect(await everywhere(q)).toEqual([found]);
    for (const q of [`?q=${thread}`, '?q=Insulte']) expect(await everywhere(q)).toEqual([]);
    expect((await teacher('/api/v1/admin/reports')).statusCode).toBe(403);
    await put(student, `/threads/${thread}/accepted`, { postId: id });
    expect((await ask(`/api/v1/threads/${thread}`)).json()).toMatchObject({ postCount: 1, acceptedId: id });
    expect((await put(student, `/reports/${items[0].id}/outcome`, { outcome: 'removed' })).statusCode).toBe(
      404,
    );
    expect((await put(teacher, `/reports/${items[0].id}/outcome`, { outcome: 'removed' })).statusCode).toBe(
      204,
    );
    expect((await put(teacher, `/reports/${items[0].id}/outcome`, { outcome: 'kept' })).statusCode).toBe(404);
    expect((await ask(`/api/v1/threads/${thread}/posts`)).json().items[0].body).toBeNull();
    expect((await ask(`/api/v1/threads/${thread}`)).json()).toMatchObject({ postCount: 0, acceptedId: null });
    expect(await everywhere()).toEqual([]);
  });

  it('and removals at the same time count what is gone once', async () => {
    const thread = await start();
    const id = await answerIn(thread);
    await answerIn(thread);
    await Promise.all([1, 2, 3].map(() => teacher({ method: 'DELETE', url: `/api/v1/posts/${id}` })));
    expect((await ask(`/api/v1/threads/${thread}`)).json().postCount).toBe(1);
  });
});

describe('what one is told', () => {
  it('is of answers, mentions and acceptance, never of one’s own doing, and never of strangers', async () => {
    await student({ method: 'POST', url: '/api/v1/notifications/read', body: {} });
    await friend({ method: 'POST', url: '/api/v1/notifications/read', body: {} });
    const outsider = (
      await db.selectFrom('people').select('id').where('name', '=', 'Zoé').executeTakeFirstOrThrow()
    ).id;
    const thread = await start(student, {
      title: 'Aide',
      body: `@[Ali](${friendId}) et @[Zoé](${outsider}) ?`,
    });
    expect((await notificationsOf(friend)).items[0]).toMatchObject({
      kind: 'mention',
      threadId: thread,
      actor: { name: ines!.name },
      read: false,
    });
    expect((await notificationsOf(stranger)).items).toEqual([]);
    expect((await notificationsOf(teacher)).items[0]).toMatchObject({ kind: 'question', threadId: thread });
    const post = await answerIn(thread, friend, `Voilà @[Inès](${ines!.id}) @[Camille](${camille!.id})`);
    expect((await notificationsOf(student)).items[0]).toMatchObject({ kind: 'mention', postId: post });
    expect((await notificationsOf(student)).unread).toBe(1);
    expect((await notificationsOf(teacher)).items[0]).toMatchObject({ kind: 'mention', postId: post });
    await put(student, `/threads/${thread}/accepted`, { postId: post });
    expect((await notificationsOf(friend)).items[0]).toMatchObject({ kind: 'accepted' });
    await answerIn(thread, teacher);
    expect((await notificationsOf(student)).items[0]).toMatchObject({
      kind: 'answer',
      actor: { name: camille!.name },
    });
    const [latest] = (await notificationsOf(student)).items;
    await student({ method: 'POST', url: '/api/v1/notifications/read', body: { ids: [latest.id] } });
    expect((await notificationsOf(student)).unread).toBe(1);
  });

  it('comes in one letter a day, that one can stop without signing in', async () => {
    await app.runJobs();
    await app.runJobs();
    const digests = async () => (await letters()).filter(({ subject }) => /discussions/.test(subject));
    const mine = (await digests()).filter(({ to }) => to === ines!.email);
    expect(mine).toHaveLength(1);
    expect(mine[0]!.text).toContain('« Aide »');
    const token = /desabonnement#(\S+)/.exec(mine[0]!.text)![1]!;
    expect(
      (await ask({ method: 'POST', url: '/api/v1/notifications/unsubscription', body: { token } }))
        .statusCode,
    ).toBe(204);
    expect((await student('/api/v1/notifications/settings')).json()).toEqual({ digest: 'never' });
    await db
      .updateTable('people')
      .set({ digest_at: new Date(Date.now() - 86_400_000) })
      .execute();
    await answerIn(await start(), friend);
    await app.runJobs();
    expect((await digests()).filter(({ to }) => to === ines!.email)).toHaveLength(1);
    const unknown = token.split('').reverse().join('');
    expect(
      (await ask({ method: 'POST', url: '/api/v1/notifications/unsubscription', body: { token: unknown } }))
        .statusCode,
    ).toBe(410);
  });

  it('is no more what was removed, nor what one may no longer read', async () => {
    const read = () => student({ method: 'POST', url: '/api/v1/notifications/read', body: {} });
    const titles = async () =>
      (await notificationsOf(student)).items.map(({ threadTitle }: { threadTitle: string }) => threadTitle);
    await read();
    const [insult, doubt] = [
      await start(student, { title: 'Insulte', body: '!' }),
      await start(student, { title: 'Doute', body: '?' }),
    ];
    const answer = await answerIn(doubt);
    await answerIn(insult);
    expect((await titles()).slice(0, 2)).toEqual(['Insulte', 'Doute']);
    await teacher({ method: 'DELETE', url: `/api/v1/threads/${insult}` });
    expect(await titles()).not.toContain('Insulte');
    expect((await notificationsOf(student)).unread).toBe(1);
    await teacher({ method: 'DELETE', url: `/api/v1/posts/${answer}` });
    expect(await titles()).not.toContain('Doute');
    await answerIn(doubt);
    expect((await titles())[0]).toBe('Doute');
    const state = (to: string) =>
      db
        .updateTable('courses')
        .set({ state: to as 'draft' })
        .where('id', '=', demo!.id)
        .execute();
    await state('draft');
    expect(await titles()).toEqual([]);
    await state('published');
  });
});

it('each page is one statement, and one more for who asks', async () => {
  const id = await start();
  expect(await statementsOf(() => student(`/api/v1/courses/${demo!.id}/threads`))).toBe(2);
  expect(await statementsOf(() => student(`/api/v1/threads/${id}`))).toBe(2);
  expect(await statementsOf(() => student(`/api/v1/threads/${id}/posts`))).toBe(2);
  expect(await statementsOf(() => student('/api/v1/notifications'))).toBe(2);
});

it('one person cannot fill a forum', async () => {
  const { 0: last } = await Promise.all([as('administrator')]);
  let refused: Answer | undefined;
  for (let count = 0; count < 45 && !refused; count++) {
    const answer = await last({ method: 'POST', url: `/api/v1/courses/${demo!.id}/threads`, body: question });
    if (answer.statusCode === 429) refused = answer;
  }
  expect(problemOf(refused!)).toBe('/problems/too-many-attempts');
});
