import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { itJudged } from '../../scripts/judge.ts';
import type { Caller } from './permissions.ts';
import type { Course } from './schemas/course.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from './seed/courses.ts';
import { type ContractRun, contractFaults } from './testing/parts/schemathesis.ts';
import { type Ask, testApp } from './testing/test-app.ts';

/** These end the session by which all others are asked. */
const FAREWELLS = ['DELETE /api/v1/sessions', 'DELETE /api/v1/sessions/current', 'PUT /api/v1/me/password'];

/** What fits the schema of an operation and is refused all the same, by what no schema says. */
const ALSO_RIGHT: { operations: RegExp; statuses: number[] }[] = [
  // Addresses and passwords have rules beyond their format; what a letter brought may have been used.
  { operations: /^POST \/api\/v1\/(people|sessions|recoveries)(\/|$)/, statuses: [400, 410] },
  { operations: /^PUT \/api\/v1\/me\/password$/, statuses: [400] },
  { operations: /^POST .*\/(unsubscription|acceptance)$/, statuses: [410] },
  // The metadata of an upload are Base64 of a name, which has rules; its protocol and its room are asked for first.
  { operations: /^POST .*\/uploads$/, statuses: [400, 412, 413] },
  { operations: /\/uploads\/\{id\}$/, statuses: [412] },
  // The version that was read is never the one that a test invents.
  {
    operations:
      /^(PATCH|PUT|POST) .*(courses\/\{id\}|me|posts\/\{id\}|threads\/\{id\}|restoration|publication|sections|state)$/,
    statuses: [400, 412, 428],
  },
  { operations: /^GET .*\/together$/, statuses: [426] },
  // A key that came with another request; the tests know few.
  { operations: /^POST /, statuses: [422] },
  // Its end must be to come.
  { operations: /^POST \/api\/v1\/admin\/notices$/, statuses: [400] },
];

interface Operation {
  name: string;
  /** A cursor is what a list before gave; another one is told so. */
  hasCursor: boolean;
}
const alsoRight = (operations: Operation[]): ContractRun['alsoRight'] =>
  operations.flatMap(({ name, hasCursor }) => {
    const statuses = ALSO_RIGHT.filter((each) => each.operations.test(name)).flatMap((each) => each.statuses);
    if (hasCursor) statuses.push(400);
    return statuses.length > 0 ? [{ operation: name, statuses: [...new Set(statuses)] }] : [];
  });

const test = await testApp();

describe('the API keeps what its document says', () => {
  let url: string;
  let known: ContractRun['known'];
  let operations: Operation[];
  const folder = mkdtempSync(join(tmpdir(), 'fredu-contract-'));
  beforeAll(async () => {
    url = await test.app.listen({ host: '127.0.0.1', port: 0 });
    const { paths } = test.app.swagger() as unknown as {
      paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
    };
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        hasCursor: parameters?.some(({ name }) => name === 'cursor') ?? false,
      })),
    );
    known = await knownOf(await test.as('teacher'), Object.keys(paths));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ask = async (role: Caller, more: Partial<ContractRun>) => {
    const session = role === 'visitor' ? undefined : (await test.cookieOf(role)).cookie.split('=')[1];
    const { faults, cases } = await contractFaults({
      url,
      session,
      known,
      alsoRight: alsoRight(operations),
      phases: ['examples', 'coverage', 'fuzzing', 'stateful'],
      examples: 5,
      folder,
      ...more,
    });
    expect(faults).toBe('');
    expect(cases).toBeGreaterThan(10);
  };

  itJudged(
    'python3',
    'to the teacher, whatever is asked',
    () => ask('teacher', { without: FAREWELLS }),
    300_000,
  );
  for (const role of ['visitor', 'student'] as const)
    itJudged(
      'python3',
      `to the ${role}`,
      () => ask(role, { without: FAREWELLS, phases: ['examples', 'fuzzing'] }),
      300_000,
    );
  itJudged('python3', 'to somebody who leaves', () => ask('student', { only: FAREWELLS }), 300_000);
  // The last one: what she finds she may suspend.
  itJudged(
    'python3',
    'to the administrator, in what is hers',
    () =>
      ask('administrator', {
        only: operations.map(({ name }) => name).filter((name) => name.includes('/admin/')),
      }),
    300_000,
  );
});

/** Things of a teacher that are really there, for the paths that name them. */
async function knownOf(teacher: Ask, paths: string[]): Promise<ContractRun['known']> {
  const sent = async (method: 'POST' | 'PUT', path: string, body: object, headers = {}) => {
    const answer = await teacher({ method, url: `/api/v1${path}`, body, headers });
    expect(answer.statusCode, `${path}: ${answer.body}`).toBeLessThan(300);
    return answer;
  };
  const made = (
    await sent('POST', '/courses', { title: 'Un', summary: '', subject: 's', level: 'l' })
  ).json<Course>();
  const course = (
    await sent(
      'PUT',
      `/courses/${made.id}/sections`,
      { sections: [{ title: 'a', body: 'b' }] },
      { 'if-match': '"1"' },
    )
  ).json<Course>();
  const thread = (
    await sent('POST', `/courses/${made.id}/threads`, { title: 'Pourquoi ?', body: 'Oui, pourquoi ?' })
  ).json<{ id: string }>();
  const post = (await sent('POST', `/threads/${thread.id}/posts`, { body: 'Parce que.' })).json<{
    id: string;
  }>();
  const ids: [prefix: string, id: string][] = [
    ['/api/v1/courses/{id}', course.id],
    ['/api/v1/threads/{id}', thread.id],
    ['/api/v1/posts/{id}', post.id],
    ['/api/v1/admin/people/{id}', DEMO_PEOPLE[2]!.id],
    ['/api/v1/admin/courses/{id}', DEMO_COURSES[1]!.id],
  ];
  return paths.flatMap((path) => {
    const found = ids.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
    if (!found) return [];
    const parameters: Record<string, string> = { id: found[1] };
    if (path.includes('{sectionId}')) parameters.sectionId = course.sections[0]!.id;
    return [{ path, parameters }];
  });
}
