import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '#server/app.ts';
import { buildApp } from '#server/app.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { sealingBy } from '#server/security/sealing.ts';
import { digestOf } from '#server/security/secrets.ts';
import { beginSession } from '#server/security/sessions.ts';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { settingsOf } from '#server/settings.ts';
import { testDatabase } from '#server/testing/database.ts';

const database = await testDatabase();
const { db } = database.open;
let done = 0;
let failures = 0;
/** What the notices wait for, in turn: before they are done, before they are answered. */
let pauses: Promise<void>[] = [];
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
      await pauses.shift();
      const made = await transaction(routes.db, async (each) => {
        const [row] = await query<{ id: string }>(
          each,
          sql`insert into notices (text_fr, text_en, starts_at, ends_at) values ('a', 'b', now(), now()) returning id`,
          [],
        );
        return row!;
      });
      await pauses.shift();
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
/** How the key of the first of them is kept. */
const nameOf = (key: string) => sealingBy(DEMO_PEOPLE[1]!.id, key, 'idempotency key').name;
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
  pauses = [];
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

  it.each(['upload-length', 'upload-metadata', 'if-match'])(
    'does not stand for one with another %s',
    async (name) => {
      const send = (value: string) => {
        const headers = { 'sec-fetch-site': 'same-origin', cookie: cookies[0], 'idempotency-key': name };
        const body = { what: 'x' };
        return app.inject({ method: 'POST', url: '/deeds', body, headers: { ...headers, [name]: value } });
      };
      expect((await send('1')).statusCode).toBe(201);
      expect((await send('2')).json()).toMatchObject({ type: '/problems/idempotency-key-used' });
      expect((await send('1')).headers['idempotency-replayed']).toBe('true');
    },
  );

  it('is kept with nothing of what was asked or answered that can be read or tried without it', async () => {
    await db.deleteFrom('idempotency_keys').execute();
    await post('of-somebody', 'a password');
    failures = 1;
    expect((await notice('of-a-deed')).statusCode).toBe(500);
    const rows = await db.selectFrom('idempotency_keys').selectAll().execute();
    expect(rows.map(({ status, body, outcome }) => [status, body !== null, outcome !== null])).toEqual(
      expect.arrayContaining([
        [201, true, false],
        [null, false, true],
      ]),
    );
    const kept = JSON.stringify(rows);
    const [made] = await notices();
    for (const word of ['of-somebody', 'of-a-deed', 'password', 'number', made!])
      expect(kept).not.toContain(word);
    const asked = JSON.stringify({ what: 'a password' });
    for (const guess of [
      `/deeds\0${asked}`,
      JSON.stringify(['/deeds', { what: 'a password' }, null, null, null]),
    ])
      expect(kept).not.toContain(digestOf(guess));
    // With the key it is read again.
    expect((await post('of-somebody', 'a password')).json()).toMatchObject({ what: 'a password' });
    expect((await notice('of-a-deed')).json()).toEqual({ id: made });
    await db.deleteFrom('notices').execute();
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
      .where('key', '=', nameOf('e'))
      .execute();
    expect((await post('e')).statusCode).toBe(201);
  });

  const notice = (key: string) =>
    app.inject({
      method: 'POST',
      url: '/notices',
      headers: { 'sec-fetch-site': 'same-origin', cookie: cookies[0], 'idempotency-key': key },
    });
  const notices = async () => {
    const rows = await db.selectFrom('notices').select('id').execute();
    return rows.map(({ id }) => id);
  };
  /** So many pauses, and what ends each. */
  const paused = (count: number) => {
    const gates = Array.from({ length: count }, () => Promise.withResolvers<void>());
    pauses = gates.map(({ promise }) => promise);
    return gates.map(({ resolve }) => resolve);
  };
  const left = (count: number) => vi.waitFor(() => expect(pauses).toHaveLength(count));

  it('keeps what was done from being done again, though it was never answered', async () => {
    failures = 1;
    expect((await notice('f')).statusCode).toBe(500);
    const [made] = await notices();
    const again = await notice('f');
    expect([again.statusCode, again.json()]).toEqual([201, { id: made }]);
    expect((await notice('f')).json()).toEqual({ id: made });
    expect(await notices()).toEqual([made]);
  });

  it('gives what was done to anyone who comes again before it is answered', async () => {
    await db.deleteFrom('notices').execute();
    const [begin, answer] = paused(2);
    const slow = notice('g');
    await left(1);
    begin!();
    await left(0);
    const second = await notice('g');
    answer!();
    const [made] = await notices();
    for (const { statusCode, json } of [second, await slow])
      expect([statusCode, json()]).toEqual([201, { id: made }]);
    expect(await notices()).toEqual([made]);
  });

  it('sends away anyone who took it over from one that was answered after all', async () => {
    await db.deleteFrom('notices').execute();
    const [begin, beginAgain] = paused(2);
    const slow = notice('h');
    await left(1);
    await db
      .updateTable('idempotency_keys')
      .set({ created_at: new Date(0) })
      .where('key', '=', nameOf('h'))
      .execute();
    const second = notice('h');
    await left(0);
    begin!();
    const answered = await slow;
    beginAgain!();
    const sentAway = await second;
    expect([sentAway.statusCode, sentAway.headers['retry-after']]).toEqual([409, '1']);
    const again = await notice('h');
    expect([answered.statusCode, again.statusCode, again.json()]).toEqual([201, 201, answered.json()]);
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
