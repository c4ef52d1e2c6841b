import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '../seed/courses.ts';
import { filled, operationsOf, textsOf, valid, withValue } from '../testing/operations.ts';
import { testApp } from '../testing/test-app.ts';

/** Bodies, questions and names of attackers and of broken programs. */
const { app, ask, as, letters } = await testApp();
const [teacher, administrator] = [await as('teacher'), await as('administrator')];
const course = DEMO_COURSES[0]!;

describe('a body that is no request', () => {
  const send = (payload: string | Buffer, type = 'application/json', url = '/api/v1/courses') =>
    teacher({ method: 'POST', url, payload, headers: { 'content-type': type } });
  const body = JSON.stringify({ title: 'a', summary: '', subject: 's', level: 'l' });

  it.each([
    ['nested a million times', '['.repeat(1_000_000)],
    ['nested a million times and closed', `{"title":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
    ['with a prototype', '{"__proto__":{"role":"administrator"},"title":"a"}'],
    ['with a prototype within', '{"title":"a","tags":[{"__proto__":{"x":1}}]}'],
    ['with a constructor', '{"constructor":{"prototype":{"role":"administrator"}}}'],
    ['in UTF-16', Buffer.from(body, 'utf16le')],
    ['with bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['a word', 'null'],
    ['a list', '[]'],
    ['two', `${body}${body}`],
  ])('is refused: %s', async (_, payload) => {
    const answer = await send(payload as string);
    expect(answer.json()).toMatchObject({ status: 400 });
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it.each([
    [
      'fields that there are not',
      'POST',
      '/api/v1/people',
      Object.fromEntries(Array(100_000).fill(0).entries()),
    ],
    [
      'sections that are none',
      'PUT',
      `/api/v1/courses/${course.id}/sections`,
      { sections: Array(900_000).fill(1) },
    ],
  ] as const)(
    'is told the first thing that is wrong, and no hundred thousand: %s',
    async (_, method, url, body) => {
      const answer = await teacher({ method, url, body, headers: { 'if-match': '"1"' } });
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors.length).toBeLessThan(10);
    },
  );

  it('is told the first of many complaints, and no name longer than a line', async () => {
    const names = Array.from({ length: 1000 }, (_, at) => [`${at}`.repeat(300), 0]);
    const answer = await teacher({ method: 'POST', url: '/api/v1/people', body: Object.fromEntries(names) });
    const { errors } = answer.json<{ errors: { field: string }[] }>();
    expect(errors.length).toBeLessThanOrEqual(200);
    expect(Math.max(...errors.map(({ field }) => field.length))).toBeLessThanOrEqual(200);
  });

  it.each([
    ['text/plain', 400],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/octet-stream', 415],
    ['application/jsonx', 415],
    ['nonsense', 415],
    ['\u00e9/\u00e9', 415],
  ])('is refused as %s', async (type, status) => {
    expect((await send(body, type)).statusCode).toBe(status);
  });

  it.each(operationsOf(app).filter(({ body }) => body))(
    'is refused beyond 2 MiB by $route',
    async (operation) => {
      const answer = await (await as(operation.caller))({
        method: operation.method,
        url: filled(operation.path),
        payload: `"${'x'.repeat(2 ** 21)}"`,
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.statusCode).toBe(413);
    },
  );

  it.each(operationsOf(app).filter(({ body }) => body && textsOf(body).length > 0))(
    'is refused by $route with a text of 2 MB in each of its fields',
    async (operation) => {
      const own = await as(operation.caller);
      for (const path of textsOf(operation.body!)) {
        for (const bad of [
          `${'a'.repeat(2_000_000)}\u0001`,
          `${' '.repeat(2_000_000)}\u0001`,
          'a@'.repeat(1_000_000),
        ]) {
          const answer = await own({
            method: operation.method,
            url: filled(operation.path),
            body: withValue(valid(operation.body!), path, bad) as object,
            headers: { 'if-match': '"1"' },
          });
          expect(answer.json(), path.join('.')).toMatchObject({
            status: 400,
            errors: [{ field: `body.${path.join('.')}` }],
          });
        }
      }
    },
  );

  it('says nothing of a role, an owner or a state that it would like', async () => {
    for (const more of [
      { role: 'administrator' },
      { id: course.id },
      { state: 'published' },
      { version: 7 },
      { authors: [] },
    ]) {
      const answer = await send(JSON.stringify({ ...JSON.parse(body), ...more }));
      expect(answer.json()).toMatchObject({
        status: 400,
        errors: [{ field: `body.${Object.keys(more)[0]}` }],
      });
    }
  });
});

describe('a question', () => {
  it.each([
    "' or 1=1; --",
    'a & | ! b:* <-> (c',
    ':*',
    '\\',
    '%_%',
    '$1',
    '\u202eabc',
    '\ufdfa'.repeat(200),
    '\ufb03'.repeat(200),
    '\u0301'.repeat(200),
    'a'.repeat(200),
    '👩‍👩‍👧‍👦'.repeat(18),
    '1 '.repeat(100).trim(),
  ])('is words and nothing else: %s', async (q) => {
    const asked = encodeURIComponent(q);
    for (const url of ['courses', 'admin/people', 'admin/courses', 'admin/deeds', 'admin/reports']) {
      expect([url, (await administrator(`/api/v1/${url}?q=${asked}`)).statusCode]).toEqual([url, 200]);
    }
    const narrowed = await ask(`/api/v1/courses?tag=${asked}&subject=${asked}`);
    expect(narrowed.statusCode).toBe(q.length > 40 ? 400 : 200);
  });

  it('may be asked of a text of nothing but rare words', async () => {
    const made = await teacher({
      method: 'POST',
      url: '/api/v1/courses',
      body: { title: 'a', summary: '', subject: 's', level: 'l' },
    });
    const letter = (number: number) => String.fromCharCode(0x4e00 + (number % 20_000));
    const words = Array.from({ length: 66_000 }, (_, at) => letter(at * 7) + letter(at * 13 + 5));
    const answer = await teacher({
      method: 'PUT',
      url: `/api/v1/courses/${made.json<{ id: string }>().id}/sections`,
      body: {
        sections: [
          { title: 'a', body: words.join(' ') },
          { title: 'b', body: 'x'.repeat(200_000) },
        ],
      },
      headers: { 'if-match': '"1"' },
    });
    expect(answer.statusCode).toBe(200);
  });
});

describe('a name', () => {
  it('that a person typed reaches no header, letter or log as more than a name', async () => {
    for (const [bad, status] of [
      ['a\r\nBcc: x@evil.test', 400],
      ['a\u2028b', 400],
      ['a\u0085b', 400],
      ['"a" <x@evil.test>', 202],
      ['=?utf-8?q?=0d=0aBcc:_x@evil.test?=', 202],
    ] as const) {
      const answer = await ask({
        method: 'POST',
        url: '/api/v1/people',
        body: { email: 'name@fredu.test', name: bad, role: 'student', password: 'un deux trois quatre' },
      });
      expect([bad, answer.statusCode]).toEqual([bad, status]);
    }
    for (const letter of await letters()) {
      expect(letter.to).toBe('name@fredu.test');
      expect(letter.subject).not.toMatch(/[\r\n]/);
    }
  });

  it.each([
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%5c..%5cwindows',
    '.%00./a',
    '%252e%252e%252fetc',
  ])('that is a path leads nowhere: %s', async (path) => {
    for (const url of [
      `/api/v1/courses/${course.id}/files/${path}`,
      `/api/v1/files/${path}`,
      `/assets/${path}`,
      `/${path}`,
    ]) {
      const answer = await ask(url);
      expect([url, answer.statusCode]).toEqual([url, expect.toBeOneOf([400, 404])]);
      expect(answer.body).not.toMatch(/root:|ENOENT|\/(app|work|tmp)\//);
    }
  });
});
