import { expect, it } from 'vitest';
import { DEMO_COURSES } from '../../seed/courses.ts';
import { testApp } from '../../testing/test-app.ts';

const { ask } = await testApp({ publicUrl: 'https://cours.fredu.test' });

it.each([
  ['data', `/api/v1/courses/${DEMO_COURSES[0]!.id}`, "default-src 'none';frame-ancestors 'none'"],
  ['a refusal', '/api/v1/courses/none', "default-src 'none';frame-ancestors 'none'"],
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
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
  });
});
