import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { itJudged } from '../../scripts/testing/judge.ts';
import type { Caller } from './permissions.ts';
import { beginSession } from './security/sessions.ts';
import { DEMO_PEOPLE } from './seed/courses.ts';
import { type Operation, operationsOf } from './testing/operations.ts';
import { type ContractRun, contractFaults } from './testing/parts/schemathesis.ts';
import { testApp } from './testing/test-app.ts';
import { idIn, makePeople, makeWorld, type World } from './testing/world.ts';

/** These end the session by which all others are asked. */
const FAREWELLS = [
  'DELETE /api/v1/sessions',
  'DELETE /api/v1/sessions/current',
  'DELETE /api/v1/sessions/{id}',
  'PUT /api/v1/me/password',
];

/** What fits the schema of an operation and is refused all the same, by what no schema says. */
const ALSO_RIGHT: { operations: RegExp; statuses: number[] }[] = [
  // Addresses and passwords have rules beyond their format; what a letter brought may have been used.
  { operations: /^POST \/api\/v1\/(people|sessions|recoveries)(\/|$)/, statuses: [400, 410] },
  { operations: /^POST .*\/(authors|invitations)$/, statuses: [400] },
  { operations: /^PUT \/api\/v1\/me\/(password|email)$/, statuses: [400] },
  { operations: /^POST .*\/(unsubscription|acceptance)$/, statuses: [410] },
  // The metadata of an upload are Base64 of a name, which has rules; its protocol and its room are asked for first.
  { operations: /^POST .*\/uploads$/, statuses: [400, 412, 413] },
  { operations: /\/uploads\/\{id\}$/, statuses: [412, 415] },
  // The version that was read is seldom the one that a test tries.
  {
    operations:
      /^(PATCH|PUT|POST) .*(courses\/\{id\}|me|posts\/\{id\}|threads\/\{id\}|restoration|publication|sections|state|admin\/settings|site-pages\/\{name\})$/,
    statuses: [400, 412, 428],
  },
  { operations: /^GET .*\/together$/, statuses: [426] },
  // A key that came with another request; the tests know few.
  { operations: /^POST /, statuses: [422] },
  // Its end must be to come.
  { operations: /^POST \/api\/v1\/admin\/notices$/, statuses: [400] },
];

/** Where a text is tried that is too long by the space before it: it is kept without, and fits. */
const TRIMMED = [
  'GET /api/v1/courses',
  'GET /api/v1/courses/facets',
  'GET /api/v1/courses/{id}/people',
  'POST /api/v1/people',
];

const alsoRight = (operations: Operation[]): ContractRun['alsoRight'] =>
  operations.flatMap(({ route, parameters }) => {
    const statuses = ALSO_RIGHT.filter((each) => each.operations.test(route)).flatMap(
      (each) => each.statuses,
    );
    // A cursor is what a list before gave; another one is told so.
    if (parameters.some(({ name }) => name === 'cursor')) statuses.push(400);
    return statuses.length > 0 ? [{ operation: route, statuses: [...new Set(statuses)] }] : [];
  });

const test = await testApp({ keys: ['a key for secrets of second factors'] });
const [camille, ines, hugo] = DEMO_PEOPLE;
const people = { ...(await makePeople(test.app)), author: camille.id, follower: ines.id };

describe('the API keeps what its document says', () => {
  let url: string;
  let operations: Operation[];
  const folder = mkdtempSync(join(tmpdir(), 'fredu-contract-'));
  beforeAll(async () => {
    url = await test.app.listen({ host: '127.0.0.1', port: 0 });
    operations = operationsOf(test.app);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ask = async (role: Caller, more: Partial<ContractRun>) => {
    const { cookie } = role === 'visitor' ? {} : await test.cookieOf(role);
    const known = await knownOf(operations, role);
    test.app.metrics.resetMetrics();
    const { faults, cases } = await contractFaults({
      url,
      session: cookie?.split('=')[1],
      known,
      alsoRight: alsoRight(operations),
      alsoTaken: TRIMMED,
      phases: ['examples', 'coverage', 'fuzzing', 'stateful'],
      examples: 5,
      folder,
      ...more,
    });
    expect(faults).toBe('');
    expect(cases).toBeGreaterThan(10);
    const answered = await operationsAnswered();
    const me = await test.ask({ url: '/api/v1/me', headers: { cookie } });
    return { answered, isSignedIn: me.statusCode === 200 };
  };

  itJudged(
    'python3',
    'to the teacher, whatever is asked',
    async () => {
      const { answered, isSignedIn } = await ask('teacher', { without: FAREWELLS, knownShare: 1 });
      expect(isSignedIn).toBe(true);
      const reading = operations.map(({ route }) => route).filter((route) => /^GET .*\{/.test(route));
      expect(reading.length).toBeGreaterThan(10);
      expect(reading.filter((route) => !answered.has(route))).toEqual([]);
    },
    300_000,
  );
  for (const role of ['visitor', 'student'] as const)
    itJudged(
      'python3',
      `to the ${role}`,
      async () => {
        const { isSignedIn } = await ask(role, { without: FAREWELLS, phases: ['examples', 'fuzzing'] });
        expect(isSignedIn).toBe(role !== 'visitor');
      },
      300_000,
    );
  for (const farewell of FAREWELLS)
    itJudged(
      'python3',
      `to somebody who leaves by ${farewell}`,
      async () => void (await ask('student', { only: [farewell] })),
      300_000,
    );
  // The last one: what they find they may suspend.
  itJudged(
    'python3',
    'to the administrator, in what is theirs',
    async () => {
      const only = operations.map(({ route }) => route).filter((route) => route.includes('/admin/'));
      await ask('administrator', { only });
    },
    300_000,
  );
});

/** Which operations gave what they were asked for; what two write together is no page, and 426 where it was found. */
async function operationsAnswered(): Promise<Set<string>> {
  const counts = (await test.app.metrics.metrics()).matchAll(
    /^http_request_duration_seconds_count\{method="(\w+)",route="([^"]+)",status="(?:2\d\d|426)"\}/gm,
  );
  return new Set([...counts].map(([, method, route]) => `${method} ${route!.replaceAll(/:(\w+)/g, '{$1}')}`));
}

/** What paths name that is really there: in a course of the teacher that the student follows, and of the caller. */
async function knownOf(operations: Operation[], role: Caller): Promise<ContractRun['known']> {
  const { app, db } = test;
  // What is changed is not read, and what is ended is asked for nothing else.
  const read = await makeWorld(app, people, 'public');
  const changed = await makeWorld(app, people, 'public');
  const ended = await makeWorld(app, people, 'public');
  const inEnded = { course_id: ended.course };
  await db
    .insertInto('course_authors')
    .values({ ...inEnded, person_id: hugo.id, position: 1 })
    .execute();
  const until = new Date(Date.now() + 86_400_000);
  const invitation = { ...inEnded, kind: 'author', created_by: camille.id, expires_at: until } as const;
  const toAuthor = await db
    .insertInto('invitations')
    .values({ ...invitation, email: hugo.email, token_hash: ended.course })
    .returning('id')
    .executeTakeFirstOrThrow();
  const notice = await db
    .insertInto('notices')
    .values({ text_fr: 'a', text_en: 'a', starts_at: new Date(), ends_at: until })
    .returning('id')
    .executeTakeFirstOrThrow();
  const notification = {
    person_id: camille.id,
    kind: 'answer',
    thread_id: read.thread,
    post_id: read.post,
  } as const;
  await db.insertInto('notifications').values(notification).execute();
  const leaver = DEMO_PEOPLE.find((person) => person.role === role) ?? ines;
  const session = () => beginSession(db, leaver.id, { address: '::1', agent: 'another' });
  const sessions = (await Promise.all([session(), session(), session()])).map(({ id }) => id);

  const idsIn = (path: string, world: World): string[] => {
    const id = idIn(path, world);
    if (id) return [id];
    if (path.startsWith('/api/v1/admin/people/')) return [hugo.id];
    if (path.startsWith('/api/v1/admin/notices/')) return [notice.id];
    return path.startsWith('/api/v1/sessions/') ? sessions : [];
  };
  return operations.flatMap(({ route, method, path, parameters }) => {
    const isEnd = method === 'DELETE' || path.endsWith('/outcome');
    const world = isEnd ? ended : method === 'GET' ? read : changed;
    const values: Record<string, (string | number)[]> = {
      'path.id': idsIn(path, world),
      'path.sectionId': [world.section],
      'path.invitationId': [ended.invitation, toAuthor.id],
      'path.personId': [hugo.id],
      'path.version': [1],
      'path.name': path.includes('/site-pages/') ? ['conditions', 'accessibilite'] : ['a.txt'],
      'header.if-match': ['"1"', '"2"', '"3"', '"4"'],
    };
    const known = parameters
      .map((each) => `${each.in}.${each.name}`)
      .filter((each) => each in values)
      .map((each) => [each, values[each]!]);
    return known.length > 0 ? [{ operation: route, parameters: Object.fromEntries(known) }] : [];
  });
}
