import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '../seed/courses.ts';
import { filled, operationsOf, textsOf, valid, withValue } from '../testing/operations.ts';
import { testApp } from '../testing/test-app.ts';

/** Values that no page of ours sends: each is refused in our words and with its field, by every operation that takes one. */
const { app, ask, as, db } = await testApp();
const asks = {
  student: await as('student'),
  teacher: await as('teacher'),
  administrator: await as('administrator'),
};
const operations = operationsOf(app);
const course = DEMO_COURSES[0]!;
/** Passwords may be anything; what is kept of them is a digest. */
const isPassword = (way: string[]) => /^(password|current|next)$/.test(way.at(-1)!);

describe('a text that no database keeps as it is', () => {
  const written = operations.filter(({ body }) => body && textsOf(body).some((path) => !isPassword(path)));
  it.each(written)('is refused with its field by $route', async (operation) => {
    expect.hasAssertions();
    const body = valid(operation.body!);
    for (const path of textsOf(operation.body!).filter((each) => !isPassword(each))) {
      for (const [what, bad] of [
        ['a null character', 'a\u0000b'],
        ['half a character', 'a\ud800b'],
      ] as const) {
        await db.deleteFrom('attempts').execute();
        const answer = await asks[operation.caller as keyof typeof asks]({
          method: operation.method,
          url: filled(operation.path),
          body: withValue(body, path, bad) as object,
          headers: { 'if-match': '"1"' },
        });
        expect([what, path.join('.'), answer.statusCode, answer.body]).toEqual([
          what,
          path.join('.'),
          400,
          expect.stringContaining(`"body.${path.join('.')}"`),
        ]);
      }
    }
  });

  const asked = operations.flatMap((operation) =>
    operation.parameters
      .filter((each) => ['query', 'path'].includes(each.in))
      .map(({ name, in: where }) => ({ ...operation, name, where })),
  );
  it.each(asked)('is refused in $name of $route', async (operation) => {
    for (const bad of ['a%00b', '%ED%A0%80', '%', '%0d%0aset-cookie:%20x=y']) {
      const path =
        operation.where === 'path' ? operation.path.replace(`{${operation.name}}`, bad) : operation.path;
      const url = filled(path) + (operation.where === 'query' ? `?${operation.name}=${bad}` : '');
      const answer = await asks[operation.caller as keyof typeof asks]({
        method: operation.method,
        url,
        ...(operation.body ? { body: valid(operation.body) as object } : {}),
        headers: { 'if-match': '"1"' },
      });
      expect([bad, answer.statusCode, answer.body.slice(0, 200)]).toEqual([
        bad,
        expect.toSatisfy((status: number) => status < 500),
        expect.anything(),
      ]);
      if (bad === 'a%00b') expect(answer.statusCode).toBe(400);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });
});

describe('a cursor that we did not write', () => {
  const lists = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
  const id = '00000000-0000-4000-8000-00000000ffff';
  const forged: unknown[] = [
    ['2026', id],
    ['2026-02-30T00:00:00.000Z', id],
    ['0000-01-01T00:00:00.000Z', id],
    ['+275760-09-13T00:00:00.000Z', id],
    ['Mon, 23 Nov 2026 18:00:00 GMT', id],
    ['infinity', id],
    ['2026-01-01T00:00:00.000Z', `${id}'; drop table people; --`],
    [1.5, id],
    [1e300, id],
    [2, '2026-01-01T00:00:00.000Z', id],
    [1e10, '2026-01-01T00:00:00.000Z', id],
    [1.5],
    [1e300],
    [null],
    { length: 1, 0: 1 },
    'x',
    [['a']],
  ];
  it.each(lists)('is refused by $route', async (operation) => {
    const url = operation.path.replace(/\/courses\/\{id\}/, `/courses/${course.id}`);
    for (const parts of forged) {
      const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
      // Of the author for what only they see; of the administrator for the rest.
      for (const caller of [asks.teacher, asks.administrator]) {
        const answer = await caller(`${filled(url)}?cursor=${cursor}`);
        expect([parts, answer.statusCode]).toEqual([parts, expect.toBeOneOf([400, 403, 404])]);
      }
    }
  });
});

describe('a number that is none', () => {
  it.each([
    '"99999999999999999999"',
    '"9007199254740993"',
    '"1e9"',
    '"-1"',
    '*',
    '"1", "2"',
    'W/"x"',
    '\u00e9',
    '""',
  ])('is refused as a version: %s', async (version) => {
    for (const url of ['/api/v1/me', `/api/v1/courses/${course.id}`]) {
      const answer = await asks.teacher({
        method: 'PATCH',
        url,
        body: url.endsWith('me') ? { about: 'a' } : { summary: 'a' },
        headers: { 'if-match': version },
      });
      expect(answer.statusCode).toBeOneOf([412, 428]);
    }
  });

  it.each(['0', '-1', '101', '1e99', 'NaN', '99999999999999999999', '1.5', ''])(
    'is refused as a limit: %s',
    async (limit) => {
      const answer = await ask(`/api/v1/courses?limit=${limit}`);
      expect(answer.json()).toMatchObject({ status: 400, errors: [{ field: 'query.limit' }] });
    },
  );

  it.each(['0', '-1', '2147483648', '1e99', '9'.repeat(30)])(
    'is refused as a revision: %s',
    async (version) => {
      expect((await asks.teacher(`/api/v1/courses/${course.id}/revisions/${version}`)).statusCode).toBe(400);
      expect(
        (await asks.teacher(`/api/v1/courses/${course.id}/revisions/1?against=${version}`)).statusCode,
      ).toBe(400);
    },
  );

  it.each([
    ['0000-01-01T00:00:00Z', '2099-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', '2098-12-31T23:59:60Z'],
    ['2026-01-01T00:00:00Z', '2099-02-30T00:00:00Z'],
    ['2026-01-01T24:00:00Z', '2099-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00-23:59', '2099-01-01T00:00:00+23:59'],
  ])('as a moment breaks nothing: from %s to %s', async (startsAt, endsAt) => {
    const body = { textFr: 'a', textEn: 'b', startsAt, endsAt };
    const answer = await asks.administrator({ method: 'POST', url: '/api/v1/admin/notices', body });
    expect(answer.statusCode).toBeOneOf([201, 400]);
    expect((await asks.administrator('/api/v1/admin/notices')).statusCode).toBe(200);
    await db.deleteFrom('notices').execute();
  });
});

describe('a header', () => {
  const GARBAGE = [
    '',
    ' ',
    ',',
    '\u00ff\u00fe',
    '"',
    '-1',
    '1e999',
    '9'.repeat(400),
    'a,'.repeat(2000),
    '%00',
    'bytes=-',
    '=;=',
  ];
  const USUAL = [
    'accept',
    'accept-language',
    'cookie',
    'if-none-match',
    'idempotency-key',
    'origin',
    'user-agent',
    'x-forwarded-for',
  ];
  /** Some of each kind: what reads these headers does so for all routes alike. */
  const EVERYWHERE = ['GET /api/v1/courses/{id}', 'GET /api/v1/files/{id}', 'POST /api/v1/courses'];
  const file = async () => {
    const [row] = await db.selectFrom('files').select('id').where('course_id', '=', course.id).execute();
    await app.files.put('files/hostile', Readable.from([Buffer.from('abc')]), 3);
    await db.updateTable('files').set({ key: 'files/hostile', size: 3 }).where('id', '=', row!.id).execute();
    return row!.id;
  };

  it('that is none of ours breaks no operation', async () => {
    const known: Record<string, string> = { files: await file(), courses: course.id };
    for (const operation of operations) {
      const names = operation.parameters.flatMap((each) => (each.in === 'header' ? each.name : []));
      const path = operation.path.replace(
        /(files|courses)\/\{id\}/,
        (_, kind: string) => `${kind}/${known[kind]}`,
      );
      for (const name of [...names, ...(EVERYWHERE.includes(operation.route) ? USUAL : [])]) {
        for (const value of GARBAGE) {
          const answer = await asks.teacher({
            method: operation.method,
            url: filled(path),
            ...(operation.body ? { body: {} } : {}),
            headers: { 'tus-resumable': '1.0.0', [name]: value },
          });
          expect([operation.route, name, value, answer.statusCode]).toEqual([
            operation.route,
            name,
            value,
            expect.toSatisfy((status: number) => status < 500),
          ]);
        }
      }
      // Some of it ends the session by which the others are asked.
      if (operation.path.includes('/sessions')) asks.teacher = await as('teacher');
    }
  });
});
