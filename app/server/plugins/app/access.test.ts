import { describe, expect, it } from 'vitest';
import { allowed, CALLERS, PERMISSIONS, type Permission } from '#server/permissions.ts';
import { testApp } from '#server/testing/test-app.ts';

const { app, as } = await testApp();
const guarded = app.declaredRoutes.filter(({ access }) => access !== 'open');
const filled = (url: string) => url.replace(/:\w+/g, '00000000-0000-4000-8000-00000000ffff');

describe('every route, asked by every role', () => {
  it.each(CALLERS)('answers the %s as the permissions say', async (caller) => {
    for (const { method, url, access } of guarded) {
      const ask = await as(caller);
      // Empty on purpose: those who may call it learn what is missing, the others nothing.
      const answer = await ask({ method: method as 'GET', url: filled(url) });
      const type = (answer.headers['content-type'] ?? '').includes('problem')
        ? answer.json().type
        : 'an answer';
      const may = allowed(access as Permission, caller);
      const refusal = caller === 'visitor' ? '/problems/sign-in-needed' : '/problems/not-allowed';
      if (may) expect([method, url, type]).not.toContain(refusal);
      else expect([method, url, type]).toEqual([method, url, refusal]);
    }
  });

  it('has a line in the permissions, and no line is without a route', () => {
    expect(new Set(guarded.map(({ access }) => access))).toEqual(new Set(Object.keys(PERMISSIONS)));
  });

  it('says what it answers: a tag, a summary, its refusals', () => {
    const { paths = {} } = app.swagger() as unknown as {
      paths: Record<string, Record<string, { tags?: string[]; summary?: string; responses: object }>>;
    };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations).toHaveLength(guarded.length);
    for (const { path, method, operation } of operations) {
      expect(operation.tags, `${method} ${path}`).toHaveLength(1);
      expect(operation.summary, `${method} ${path}`).toBeTruthy();
      const documented = Object.keys(operation.responses);
      expect(documented, `${method} ${path}`).toEqual(expect.arrayContaining(['500', '503']));
      if (method !== 'get')
        expect(documented, `${method} ${path}`).toEqual(expect.arrayContaining(['403', '429']));
    }
  });
});

describe('a request that changes something', () => {
  const change = { method: 'DELETE', url: '/api/v1/sessions' } as const;
  it.each([
    ['from another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['from a sibling host', { 'sec-fetch-site': 'same-site' }],
    [
      'with a foreign origin, from an older browser',
      { 'sec-fetch-site': undefined, origin: 'https://evil.test' },
    ],
    ['with no word of where it comes from, but a cookie', { 'sec-fetch-site': undefined }],
    ['from a page without an origin', { 'sec-fetch-site': undefined, origin: 'null' }],
  ])('is refused %s', async (_, headers) => {
    const ask = await as('student');
    const answer = await ask({ ...change, headers: headers as Record<string, string> });
    expect(answer.json()).toMatchObject({ status: 403, type: '/problems/foreign-request' });
  });

  it('is taken from our own origin, from an older browser', async () => {
    const ask = await as('student');
    const headers = { 'sec-fetch-site': undefined, origin: 'http://localhost', host: 'localhost' };
    expect((await ask({ ...change, headers: headers as never })).statusCode).toBe(204);
  });
});

it('an app with a route that does not say who may call it does not start', async () => {
  const { default: Fastify } = await import('fastify');
  const { cookies } = await import('../external/cookie.ts');
  const { access } = await import('./access.ts');
  const { route } = await import('./route.ts');
  const bare = Fastify();
  await bare.register(route);
  await bare.register(cookies);
  await bare.register(access);
  expect(() => bare.get('/forgotten', async () => 'x')).toThrow(
    'GET /forgotten does not say who may call it',
  );
});
