import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../app.ts';
import { buildApp } from '../../app.ts';
import { query } from '../../database/json.ts';
import { transaction } from '../../database/retry.ts';
import { beginSession } from '../../security/sessions.ts';
import { DEMO_PEOPLE } from '../../seed/courses.ts';
import { settingsOf } from '../../settings.ts';
import { testDatabase } from '../../testing/database.ts';

const database = await testDatabase();
const { db } = database.open;
let done = 0;
let failures = 0;
/** A route that does something once, slowly, and sometimes fails. */
const app: App = await buildApp({
  settings: settingsOf({}, { webDir: '/nowhere', dataDir: '/nowhere', database: { url: database.url } }),
  database: database.open,
  extra: async (routes) => {
    routes.post(
      '/deeds',
      { config: { access: 'me.change' }, schema: { body: Type.Object({ what: Type.String() }) } },
      async (request, reply) => {
        await sleep(50);
        if (failures-- > 0) throw new Error('no');
        done += 1;
        return reply
          .code(201)
          .header('location', `/deeds/${done}`)
          .send({ number: done, what: (request.body as { what: string }).what });
      },
    );
    // Something that is done in the database, by a server that may die before it answers.
    routes.post('/notices', { config: { access: 'me.change' } }, async (_request, reply) => {
      const made = await transaction(routes.db, async (each) => {
        const [row] = await query<{ id: string }>(
          each,
          `insert into notices (text_fr, text_en, starts_at, ends_at) values ('a', 'b', now(), now()) returning id`,
          [],
        );
        await sleep(50);
        return row!;
      });
      if (failures-- > 0) throw new Error('no');
      return reply.code(201).send(made);
    });
  },
});
afterAll(async () => {
  await app.close();
  await database.close();
});
const cookies = await Promise.all(
  [1, 0].map(async (at) => {
    const { secret } = await beginSession(db, DEMO_PEOPLE[at]!.id, { address: '::1', agent: '' });
    return `session=${secret}`;
  }),
);
const post = (key: string | undefined, what = 'x', cookie = cookies[0]) =>
  app.inject({
    method: 'POST',
    url: '/deeds',
    body: { what },
    headers: { 'sec-fetch-site': 'same-origin', cookie, ...(key ? { 'idempotency-key': key } : {}) },
  });
beforeEach(() => {
  done = 0;
  failures = 0;
});

describe('an idempotency key', () => {
  it('does a thing once and gives its answer again', async () => {
    const [first, again] = [await post('a'), await post('a')];
    expect([first.statusCode, first.json()]).toEqual([201, { number: 1, what: 'x' }]);
    expect([again.statusCode, again.json()]).toEqual([201, { number: 1, what: 'x' }]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    for (const name of ['content-type', 'location']) expect(again.headers[name]).toBe(first.headers[name]);
    expect(again.headers.location).toBe('/deeds/1');
    expect(done).toBe(1);
  });

  it('is a person’s own', async () => {
    await post('b');
    await post('b', 'x', cookies[1]);
    expect(done).toBe(2);
  });

  it('does not stand for another request', async () => {
    await post('c', 'x');
    expect((await post('c', 'y')).json()).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-used',
    });
  });

  it('lets one of two requests at once through, and sends the other away for a moment', async () => {
    const answers = await Promise.all([post('d'), post('d')]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 409]);
    expect(answers.find((answer) => answer.statusCode === 409)!.headers['retry-after']).toBe('1');
    expect(done).toBe(1);
  });

  it('may be used again after a failure of ours, and after its server died', async () => {
    failures = 1;
    expect((await post('e')).statusCode).toBe(500);
    expect((await post('e')).statusCode).toBe(201);
    await db
      .updateTable('idempotency_keys')
      .set({ status: null, created_at: new Date(Date.now() - 3 * 60_000) })
      .where('key', '=', 'e')
      .execute();
    expect((await post('e')).statusCode).toBe(201);
  });

  it('keeps what was done from being done again, though it was never answered', async () => {
    const ask = () =>
      app.inject({
        method: 'POST',
        url: '/notices',
        headers: { 'sec-fetch-site': 'same-origin', cookie: cookies[0], 'idempotency-key': 'f' },
      });
    const notices = async () => (await db.selectFrom('notices').select('id').execute()).map(({ id }) => id);
    failures = 1;
    expect((await ask()).statusCode).toBe(500);
    const [made] = await notices();
    const again = await ask();
    expect([again.statusCode, again.json()]).toEqual([201, { id: made }]);
    expect((await ask()).json()).toEqual({ id: made });
    expect(await notices()).toEqual([made]);
    // A first one that is only slow, and whose key a second one has taken over.
    await db.deleteFrom('notices').execute();
    await db.deleteFrom('idempotency_keys').execute();
    const slow = ask();
    await sleep(25);
    await db
      .updateTable('idempotency_keys')
      .set({ created_at: new Date(0) })
      .execute();
    const answers = await Promise.all([slow, ask()]);
    expect(answers.map((answer) => answer.statusCode)).toEqual([201, 201]);
    expect(answers[0]!.json()).toEqual(answers[1]!.json());
    expect(await notices()).toHaveLength(1);
  });

  it('is refused when it is none', async () => {
    expect((await post('with space')).json()).toMatchObject({
      status: 400,
      type: '/problems/idempotency-key-unreadable',
    });
  });

  it('is not needed', async () => {
    await post(undefined);
    await post(undefined);
    expect(done).toBe(2);
  });
});
