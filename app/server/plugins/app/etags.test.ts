import { describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import { idIn, makePeople, makeWorld } from '#server/testing/world.ts';

const { app, ask, as, db, statementsOf } = await testApp();
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
    // Anyone who is signed in may have changed it themselves; a visitor is told a moment later.
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
});

describe('what somebody is told who is signed in', () => {
  it('is kept nowhere, whatever they read', async () => {
    const ids = await makePeople(app);
    const world = await makeWorld(app, ids, 'public');
    const cacheControls: Record<string, string> = {};
    for (const who of ['author', 'follower', 'administrator'] as const) {
      const by = await as(ids[who]);
      for (const { method, url: template, access } of app.declaredRoutes) {
        if (method !== 'GET' || access === 'open') continue;
        const id = idIn(template, world) ?? world.course;
        const path = template.replace(':id', id).replace(':version', '1').replace(':name', 'a.txt');
        const { statusCode, headers } = await by(path);
        if (statusCode < 300)
          cacheControls[template.replace('/api/v1', '')] = String(headers['cache-control']);
      }
    }
    // The bytes of files, which films are read in pieces of: anyone who may read one sees the same.
    const bytes = ['/files/:id', '/courses/:id/files/:name'];
    for (const each of bytes) expect(cacheControls[each]).toBe('private, no-cache');
    const others = Object.entries(cacheControls).filter(([each]) => !bytes.includes(each));
    expect(others.filter(([, caching]) => caching !== 'no-store')).toEqual([]);
    expect(others.map(([each]) => each)).toEqual(
      expect.arrayContaining([
        '/me',
        '/me/export',
        '/notifications',
        '/courses',
        '/courses/:id',
        '/sessions',
      ]),
    );
  });

  it('is kept nowhere where they come and go either', async () => {
    const body = { email: DEMO_PEOPLE[0].email, password: DEMO_PASSWORD };
    const { headers } = await ask({ method: 'POST', url: '/api/v1/sessions', body });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is spared by its ETag all the same, for programs that keep it themselves', async () => {
    const me = await as('student');
    const etag = String((await me(url)).headers.etag);
    const again = await me({ url, headers: { 'if-none-match': etag } });
    expect([again.statusCode, again.headers['cache-control']]).toEqual([304, 'no-store']);
  });

  it('is otherwise for visitors, who may keep an answer and ask whether it changed', async () => {
    expect((await ask(url)).headers['cache-control']).toBe('private, no-cache');
  });
});
