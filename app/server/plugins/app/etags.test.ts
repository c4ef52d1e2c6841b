import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '../../seed/courses.ts';
import { testApp } from '../../testing/test-app.ts';

const { ask, as, db, statementsOf } = await testApp();
const url = `/api/v1/courses/${DEMO_COURSES[0]!.id}`;

describe('an ETag', () => {
  it('spares what the reader has already, and changes with it', async () => {
    const first = await ask(url);
    const etag = String(first.headers.etag);
    const again = await ask({ url, headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    await db
      .updateTable('courses')
      .set({ title: 'Autre titre' })
      .where('id', '=', DEMO_COURSES[0]!.id)
      .execute();
    const headers = { 'if-none-match': etag };
    // Whoever is signed in may have changed it himself; a visitor is told a moment later.
    expect((await (await as('student'))({ url, headers })).statusCode).toBe(200);
    await expect.poll(async () => (await ask({ url, headers })).statusCode).toBe(200);
  });

  it('of what another visitor was told a moment ago wakes no database', async () => {
    const etag = String((await ask(url)).headers.etag);
    const answers = () =>
      Promise.all(Array.from({ length: 20 }, () => ask({ url, headers: { 'if-none-match': etag } })));
    // However slow the machine is, some of them come within the moment.
    await expect.poll(() => statementsOf(answers)).toBe(0);
  });

  it('is the same for a HEAD, which is spared as well', async () => {
    const { headers } = await ask(url);
    const head = await ask({ method: 'HEAD', url });
    for (const name of ['etag', 'cache-control', 'content-length'])
      expect(head.headers[name]).toBe(headers[name]);
    expect(head.body).toBe('');
    const spared = await ask({ method: 'HEAD', url, headers: { 'if-none-match': String(headers.etag) } });
    expect([spared.statusCode, spared.body, spared.headers.etag]).toEqual([304, '', headers.etag]);
  });

  it('is on no refusal', async () => {
    const answer = await ask(url.replace(/.$/, 'f'));
    expect([answer.statusCode, answer.headers.etag, answer.headers['cache-control']]).toEqual([
      404,
      undefined,
      'no-store',
    ]);
  });

  it('keeps shared caches from one’s own answers', async () => {
    const me = await as('student');
    expect((await me('/api/v1/me')).headers['cache-control']).toBe('private, no-cache');
  });
});
