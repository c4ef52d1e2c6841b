import { expect, it } from 'vitest';
import { allowed, type Permission } from '#server/permissions.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { filled } from '#server/testing/operations.ts';
import { testApp } from '#server/testing/test-app.ts';

/** A page says with each change whose it is: in another tab somebody else may have signed in. */
const { app, as, ask, db } = await testApp();
const [camille, ines] = DEMO_PEOPLE;
const own = { 'page-person': ines.id };
const others = { 'page-person': camille.id };

const changes = app.declaredRoutes.filter(
  ({ method, access }) => !['GET', 'HEAD', 'OPTIONS'].includes(method) && access !== 'open',
);

it.each(changes)('$method $url is done by the person of the page alone', async ({ method, url, access }) => {
  const student = await as('student');
  const asking = (headers: object) =>
    student({
      method: method as 'POST',
      url: filled(url.replaceAll(/:(\w+)/g, '{$1}')),
      headers: { ...headers, 'tus-resumable': '1.0.0' },
    });
  const { statusCode, body } = await asking(others);
  const isForVisitors = allowed(access as Permission, 'visitor');
  expect([statusCode === 403 && body.includes('/problems/another-person'), body]).toEqual([
    !isForVisitors,
    body,
  ]);
  expect((await asking(own)).body).not.toContain('another-person');
});

it('finds what changes something', () => expect(changes.length).toBeGreaterThan(40));

it('reads for the person who is signed in, and lets anybody sign in from anybody’s page', async () => {
  const student = await as('student');
  expect((await student({ url: '/api/v1/me', headers: others })).statusCode).toBe(200);
  const body = { email: camille.email, password: DEMO_PASSWORD };
  expect((await student({ method: 'POST', url: '/api/v1/sessions', body, headers: own })).statusCode).toBe(
    201,
  );
});

it('says that nobody is signed in where nobody is, and leaves no trace of what it refused', async () => {
  const change = {
    method: 'PATCH',
    url: '/api/v1/me',
    body: { about: 'x' },
    headers: { ...others, 'if-match': '"1"' },
  } as const;
  expect((await ask(change)).json()).toMatchObject({ status: 401, type: '/problems/sign-in-needed' });
  const answer = await (await as('student'))(change);
  expect(answer.json()).toMatchObject({ status: 403, type: '/problems/another-person' });
  const row = await db
    .selectFrom('people')
    .select('about')
    .where('id', '=', ines.id)
    .executeTakeFirstOrThrow();
  expect(row.about).not.toBe('x');
});

it('opens what is written together for the person of the page alone', async () => {
  const [course] = await db
    .selectFrom('course_authors')
    .select('course_id as id')
    .where('person_id', '=', camille.id)
    .execute();
  const teacher = await as('teacher');
  const url = `/api/v1/courses/${course!.id}/together`;
  expect((await teacher(`${url}?person=${ines.id}`)).json()).toMatchObject({
    type: '/problems/another-person',
  });
  // 426: they are let in, by WebSocket only.
  expect((await teacher(`${url}?person=${camille.id}`)).statusCode).toBe(426);
});
