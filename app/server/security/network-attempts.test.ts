import { hash } from '@node-rs/argon2';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../seed/courses.ts';
import { filled, operationsOf, type Schema, textsOf, valid, withValue } from '../testing/operations.ts';
import { testApp } from '../testing/test-app.ts';
import { NETWORK_COUNTS } from './network-attempts.ts';
import { digestOf } from './secrets.ts';

const { app, ask, as, db } = await testApp();
const PASSWORD = 'trois chats verts';
/** As the app keeps it, and so cheap that hundreds are tried in a test. */
const password_hash = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });
const pupils = Array.from({ length: 400 }, (_, at) => `pupil${at}@ecole.test`);
await db
  .insertInto('people')
  .values(pupils.map((email) => ({ email, name: email, role: 'student' as const, password_hash })))
  .execute();
const signIn = (
  email: string,
  password: string,
  remoteAddress: string,
  headers: Record<string, string> = {},
) => ask({ method: 'POST', url: '/api/v1/sessions', body: { email, password }, remoteAddress, headers });
const SCHOOL = '192.0.2.7';
beforeEach(() =>
  db
    .deleteFrom('attempts')
    .execute()
    .then(() => {}),
);

describe('a school behind one address', () => {
  it('signs in: three hundred within minutes, of whom one in ten mistypes once', async () => {
    const statuses: Record<number, number> = {};
    for (const [at, email] of pupils.slice(0, 300).entries()) {
      if (at % 10 === 0) expect((await signIn(email, 'trois chats vert', SCHOOL)).statusCode).toBe(401);
      const { statusCode } = await signIn(email, PASSWORD, SCHOOL);
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    }
    expect(statuses).toEqual({ 201: 300 });
    const key = digestOf(`sign-in from\0${SCHOOL}`);
    const { count } = await db
      .selectFrom('attempts')
      .select('count')
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(30);
  }, 120_000);

  it('is not kept out by one of them who tries one account again and again', async () => {
    for (let times = 0; times < 450; times++) await signIn(pupils[0]!, 'wrong', SCHOOL);
    expect((await signIn(pupils[1]!, PASSWORD, SCHOOL)).statusCode).toBe(201);
  }, 120_000);

  it('and who tries all of them: nobody guesses on, and browsers that are known are let in', async () => {
    const first = await signIn(pupils[0]!, PASSWORD, SCHOOL);
    const device = first.cookies.find(({ name }) => name === 'device')!.value;
    for (const email of pupils) await signIn(email, 'wrong', SCHOOL);
    expect((await signIn(pupils[1]!, PASSWORD, SCHOOL)).statusCode).toBe(429);
    expect((await signIn(pupils[0]!, PASSWORD, SCHOOL, { cookie: `device=${device}` })).statusCode).toBe(201);
    expect((await signIn(pupils[1]!, PASSWORD, '192.0.2.8')).statusCode).toBe(201);
  }, 120_000);
});

/** What an operation takes, of somebody with this number: each address and each token is another person's. */
function bodyOf(schema: Schema | undefined, number: number): object | undefined {
  if (!schema) return undefined;
  return textsOf(schema).reduce((body, way) => {
    const name = way.at(-1)!;
    if (name === 'token') return withValue(body, way, digestOf(String(number)).slice(0, 43));
    return /email/i.test(name) ? withValue(body, way, `${name}${number}@ecole.test`) : body;
  }, valid(schema)) as object;
}
const operations = operationsOf(app).filter(({ method }) => method !== 'GET');

/** The counts that an operation leaves, as they are kept. */
async function countsOf(work: () => Promise<unknown>): Promise<string[]> {
  await db.deleteFrom('attempts').execute();
  await work();
  await app.settled();
  return (await db.selectFrom('attempts').select('key').execute()).map(({ key }) => key);
}

describe('what is counted', () => {
  const networkKeys = NETWORK_COUNTS.map((what) => digestOf(`${what}\0${SCHOOL}`));
  const visitors = operations.filter(({ route }) =>
    app.declaredRoutes.some(
      ({ method, url, access }) =>
        `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}` === route &&
        /^(people\.|sessions\.begin|notifications\.stop)/.test(access),
    ),
  );

  it('finds what strangers may ask', () => {
    expect(visitors.map(({ route }) => route)).toEqual(
      expect.arrayContaining(['POST /api/v1/sessions', 'POST /api/v1/people', 'POST /api/v1/recoveries']),
    );
    expect(visitors.length).toBeGreaterThanOrEqual(8);
  });

  it.each(visitors)(
    'of strangers is for all of a network only what that many may do: $route',
    async (operation) => {
      const asked = (number: number) =>
        countsOf(() =>
          ask({
            method: operation.method,
            url: filled(operation.path),
            body: bodyOf(operation.body, number)!,
            remoteAddress: SCHOOL,
          }),
        );
      const [one, other] = [await asked(1), await asked(2)];
      expect(one.length).toBeGreaterThan(0);
      expect(one.filter((key) => other.includes(key) && !networkKeys.includes(key))).toEqual([]);
    },
  );

  it('of people who are signed in is each one’s own, behind one address too', async () => {
    const [course] = await db.selectFrom('courses').select('id').where('state', '=', 'published').execute();
    const people = DEMO_PEOPLE.filter(({ role }) => role === 'teacher').slice(0, 2);
    expect(people).toHaveLength(2);
    const found: string[][] = [];
    for (const { id } of people) {
      const values = { course_id: course!.id, person_id: id, position: 9 };
      await db
        .insertInto('course_authors')
        .values(values)
        .onConflict((each) => each.doNothing())
        .execute();
      const keys: string[] = [];
      for (const operation of operations.filter(
        ({ path }) => !path.includes('/admin') && !visitors.some((each) => each.path === path),
      )) {
        if (operation.path === '/api/v1/courses/{id}/state') continue;
        const asking = await as(id);
        const url = filled(operation.path.replace('/courses/{id}', `/courses/${course!.id}`));
        keys.push(
          ...(await countsOf(() =>
            asking({
              method: operation.method,
              url,
              ...(operation.body
                ? {
                    body: bodyOf(
                      operation.body,
                      people.findIndex((each) => each.id === id),
                    )!,
                  }
                : {}),
              headers: { 'if-match': '"1"' },
              remoteAddress: SCHOOL,
            }),
          )),
        );
      }
      found.push(keys);
    }
    // Passwords, invitations of both kinds, their acceptance, the forum.
    expect(new Set(found[0]).size).toBeGreaterThanOrEqual(5);
    expect(found[0]!.filter((key) => found[1]!.includes(key))).toEqual([]);
  }, 60_000);
});

describe('what succeeded', () => {
  it('is not counted against the network', async () => {
    const first = await signIn(DEMO_PEOPLE[0]!.email, DEMO_PASSWORD, SCHOOL);
    expect(first.statusCode).toBe(201);
    const counts = await db.selectFrom('attempts').selectAll().execute();
    expect(counts.map(({ count }) => Number(count))).toEqual([0]);
  });
});
