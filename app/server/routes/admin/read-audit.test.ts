import { beforeEach, expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';
import { KINDS, makePeople, makeWorld } from '#server/testing/world.ts';

const { app, as, db } = await testApp();
const ids = await makePeople(app);
const [administrator, author, follower] = await Promise.all(
  [ids.administrator, ids.author, ids.follower].map(as),
);
const readings = async () =>
  (
    await db
      .selectFrom('audit_log')
      .select(['actor_id', 'subject_kind', 'subject_id', 'details'])
      .where('action', '=', 'forum.looked-up')
      .orderBy('at')
      .execute()
  ).map(({ actor_id, subject_kind, subject_id, details }) => [
    actor_id,
    subject_kind,
    subject_id,
    details.what,
  ]);
beforeEach(() =>
  db
    .deleteFrom('audit_log')
    .execute()
    .then(() => {}),
);

it.each(KINDS)(
  'an administrator who reads what nobody else could, in a course that is %s, is remembered',
  async (kind) => {
    const { course, thread, post } = await makeWorld(app, ids, kind);
    const isHidden = kind !== 'public';
    for (const [url, remembered] of [
      [`courses/${course}/threads`, isHidden ? ['course', course, 'threads'] : null],
      [`courses/${course}/reports`, ['course', course, 'reports']],
      [`threads/${thread}`, isHidden ? ['thread', thread, 'thread'] : null],
      [`threads/${thread}/posts`, isHidden ? ['thread', thread, 'posts'] : null],
      [`threads/${thread}/versions`, ['thread', thread, 'versions']],
      [`posts/${post}/versions`, ['post', post, 'versions']],
    ] as const) {
      expect([url, (await administrator!(`/api/v1/${url}`)).statusCode]).toEqual([url, 200]);
      const found = await readings();
      expect([url, found]).toEqual([url, remembered ? [[ids.administrator, ...remembered]] : []]);
      await db.deleteFrom('audit_log').execute();
      // Authors and followers read what is theirs to read.
      for (const ask of [author!, follower!]) await ask(`/api/v1/${url}`);
      expect([url, await readings()]).toEqual([url, []]);
    }
  },
);

it('an administrator who writes the course reads it as its author', async () => {
  const { course, thread, post } = await makeWorld(app, ids, 'draft');
  await db
    .insertInto('course_authors')
    .values({ course_id: course, person_id: ids.administrator, position: 1 })
    .execute();
  for (const url of [
    `courses/${course}/threads`,
    `courses/${course}/reports`,
    `threads/${thread}/posts`,
    `posts/${post}/versions`,
  ])
    expect((await administrator!(`/api/v1/${url}`)).statusCode).toBe(200);
  expect(await readings()).toEqual([]);
});

it('what was refused was read by nobody', async () => {
  expect((await administrator!(`/api/v1/threads/${crypto.randomUUID()}`)).statusCode).toBe(404);
  expect(await readings()).toEqual([]);
});
