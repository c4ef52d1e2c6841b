import { expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import { PAGE_HEADERS } from '#shared/contract.ts';

const { ask } = await testApp({ publicUrl: 'https://cours.fredu.test' });
const [camille] = DEMO_PEOPLE;

it.each([
  ['data', `/api/v1/courses/${DEMO_COURSES[0]!.id}`, "default-src 'none';frame-ancestors 'none'"],
  ['a refusal', '/api/v1/courses/none', "default-src 'none';frame-ancestors 'none'"],
  ['an address that is none', '/api/v1/courses/%', "default-src 'none';frame-ancestors 'none'"],
  ['a page', '/api/v1/documentation', "script-src 'self'"],
  ['what is not there', '/nothing', "script-src 'self'"],
])('%s runs nothing of others and is in no frame', async (_what, url, policy) => {
  const { headers } = await ask(url);
  expect(headers['content-security-policy']).toContain(policy);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'x-request-id': expect.any(String),
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
  });
});

it('cookies are for this host alone, by HTTPS, and out of the reach of scripts', async () => {
  const { cookies } = await ask({
    method: 'POST',
    url: '/api/v1/sessions',
    body: { email: camille!.email, password: DEMO_PASSWORD },
  });
  expect(cookies.map(({ name }) => name).sort()).toEqual(['__Host-device', '__Host-session']);
  for (const cookie of cookies)
    expect(cookie).toMatchObject({ path: '/', secure: true, httpOnly: true, sameSite: 'Lax' });
  for (const cookie of cookies) expect(cookie).not.toHaveProperty('domain');
});

it('pages have the headers that the web server of the charts gives them', async () => {
  for (const url of ['/api/v1/documentation', '/nothing'])
    expect((await ask(url)).headers).toMatchObject(PAGE_HEADERS);
});
