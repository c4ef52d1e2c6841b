import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '#server/app.ts';
import { openDatabase } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { beginSession } from '#server/security/sessions.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { settingsOf } from '#server/settings.ts';
import { testDatabase } from '#server/testing/database.ts';
import { TestWriter } from '#server/testing/test-writer.ts';
import { VERSION } from '#server/version.ts';

const database = await testDatabase();
const dataDir = mkdtempSync(join(tmpdir(), 'fredu-operation-'));
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function app({ webDir = '/nowhere' } = {}) {
  const opened = await openDatabase({ url: database.url }, { connections: 2 });
  const lines: string[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const built = await buildApp({
    settings: settingsOf({}, { database: { url: database.url }, webDir, dataDir }),
    database: opened,
    logger: { level: 'info', stream },
    extra: async (instance) => {
      instance.get('/fails', { config: { access: 'open' } }, async () => {
        await query(
          instance.db,
          sql`insert into people (id, email, name, role, password_hash) select id, email, name, role, password_hash from people limit 1`,
        );
        return {};
      });
    },
  });
  return { app: built, opened, lines };
}
const metricsOf = async (instance: Awaited<ReturnType<typeof app>>['app']): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await instance.metrics.metrics())
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );

describe('health', () => {
  it('is alive without a database, but not ready, and says which of the two', async () => {
    const { app: running, opened } = await app();
    expect((await running.inject('/readyz')).json()).toEqual({ status: 'ok' });
    await opened.close();
    const ready = await running.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'no database' }]);
    const alive = await running.inject('/healthz');
    expect([alive.statusCode, alive.json()]).toEqual([200, { status: 'ok', version: VERSION }]);
    expect(running.swagger().info.version).toBe(VERSION);
    running.drain();
    expect((await running.inject('/readyz')).json()).toEqual({ status: 'draining' });
    expect((await running.inject('/healthz')).headers.connection).toBe('close');
    await running.close();
  });

  it('is not ready when the database does not answer in time', async () => {
    const { app: running, opened } = await app();
    const busy = [1, 2].map(() => query(running.db, sql`select pg_sleep(6)`));
    // Anyone who waits for a connection that long is told that all is well.
    expect((await running.inject('/readyz')).statusCode).toBe(503);
    const alive = await running.inject('/healthz');
    expect([alive.statusCode, alive.json()]).toEqual([200, { status: 'ok', version: VERSION }]);
    expect(running.swagger().info.version).toBe(VERSION);
    await Promise.all(busy);
    expect((await running.inject('/readyz')).statusCode).toBe(200);
    await running.close();
    await opened.close();
  });
});

describe('metrics', () => {
  it('count answers by the template of the route, and all that does not exist as one', async () => {
    const { app: running, opened } = await app();
    const { id } = DEMO_COURSES[0]!;
    for (let times = 0; times < 30; times++) {
      await running.inject(`/api/v1/courses/${id}?q=${times}`);
      await running.inject(`/api/v1/nothing/${times}`);
      await running.inject(`/nothing-${times}.php?x=${times}`);
    }
    const found = await metricsOf(running);
    const series = Object.keys(found).filter((name) =>
      name.startsWith('http_request_duration_seconds_count'),
    );
    expect(series.sort()).toEqual([
      'http_request_duration_seconds_count{method="GET",route="/api/v1/courses/:id",status="200"}',
      'http_request_duration_seconds_count{method="GET",route="unknown",status="404"}',
    ]);
    expect(found[series[0]!]).toBe(30);
    expect(found[series[1]!]).toBe(60);
    await running.close();
    await opened.close();
  });

  it('count the built files as one, whatever their names', async () => {
    const webDir = mkdtempSync(join(tmpdir(), 'fredu-pages-'));
    const names = ['one-d1g3st.js', 'two-d1g3st.css'];
    mkdirSync(join(webDir, 'assets'));
    for (const name of ['index.html', ...names.map((each) => `assets/${each}`)])
      writeFileSync(join(webDir, name), '');
    const { app: running, opened } = await app({ webDir });
    for (const name of names) expect((await running.inject(`/assets/${name}`)).statusCode).toBe(200);
    const found = await metricsOf(running);
    expect(found['http_request_duration_seconds_count{method="GET",route="/assets/*",status="200"}']).toBe(2);
    await running.close();
    await opened.close();
    rmSync(webDir, { recursive: true });
  });

  it('tell connections, the event loop, the cache, windows that write and whether it leaves', async () => {
    const { app: running, opened } = await app();
    await running.inject('/api/v1/courses');
    await running.inject('/api/v1/courses');
    const found = await metricsOf(running);
    expect(found['database_connections{state="open"}']).toBeGreaterThanOrEqual(1);
    expect(found['database_connections{state="waiting"}']).toBe(0);
    expect(found['cache_lookups_total{result="miss"}']).toBeGreaterThanOrEqual(1);
    expect(found['cache_lookups_total{result="hit"}']).toBeGreaterThanOrEqual(1);
    expect(found.nodejs_eventloop_lag_p99_seconds).toBeGreaterThan(0);
    expect([found.websockets_open, found.upload_bytes_total, found.draining]).toEqual([0, 0, 0]);
    running.drain();
    expect((await metricsOf(running)).draining).toBe(1);
    await running.close();
    await opened.close();
  });

  it('count the bytes that were kept, and the windows in which people write', async () => {
    const { app: running, opened } = await app();
    const url = await running.listen({ host: '127.0.0.1', port: 0 });
    const { secret } = await beginSession(running.db, DEMO_PEOPLE[0].id, { address: '::1', agent: 'test' });
    const headers = { cookie: `session=${secret}`, 'sec-fetch-site': 'same-origin' };
    const sent = { ...headers, 'tus-resumable': '1.0.0' };
    const { id } = (
      await running.inject({
        method: 'POST',
        url: '/api/v1/courses',
        headers,
        payload: { title: 'Mesures', summary: '', subject: 's', level: 'l' },
      })
    ).json();
    const begun = await running.inject({
      method: 'POST',
      url: `/api/v1/courses/${id}/uploads`,
      headers: { ...sent, 'upload-length': '5000', 'upload-metadata': 'filename YS5iaW4=' },
    });
    const piece = await running.inject({
      method: 'PATCH',
      url: String(begun.headers.location),
      headers: { ...sent, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      payload: Buffer.alloc(1234),
    });
    expect(piece.statusCode, piece.body).toBe(204);
    expect((await metricsOf(running)).upload_bytes_total).toBe(1234);

    const writer = new TestWriter(`${url}/api/v1/courses/${id}/together`, headers);
    await once(writer.socket, 'open');
    expect((await metricsOf(running)).websockets_open).toBe(1);
    writer.leave();
    await once(writer.socket, 'close');
    await running.close();
    await opened.close();
  });
});

describe('the log', () => {
  it('holds a line for each answer with its id, and nothing of what was asked', async () => {
    const { app: running, opened, lines } = await app();
    const answer = await running.inject({
      method: 'POST',
      url: '/api/v1/sessions?token=hush1',
      headers: { cookie: 'session=hush2', authorization: 'Bearer hush3', 'sec-fetch-site': 'same-origin' },
      payload: { email: 'hush4@fredu.test', password: 'hush5 hush5 hush5' },
    });
    await running.inject('/api/v1/courses?q=hush6');
    const line = lines.map((each) => JSON.parse(each)).find((each) => each.route === '/api/v1/sessions');
    expect(line).toMatchObject({
      method: 'POST',
      status: answer.statusCode,
      reqId: answer.headers['x-request-id'],
      msg: 'answered',
    });
    expect(lines.join('')).not.toMatch(/hush/);
    await running.close();
    await opened.close();
  });

  it('tells where we failed, but not the row with which', async () => {
    const { app: running, opened, lines } = await app();
    expect((await running.inject('/fails')).statusCode).toBe(500);
    const failure = lines.map((each) => JSON.parse(each)).find((each) => each.msg === 'request failed');
    expect(failure.err).toMatchObject({ code: '23505', message: expect.stringContaining('duplicate key') });
    expect(failure.err.stack).toContain('operation.test.ts');
    expect(lines.join('')).not.toMatch(/fredu\.test|already exists/);
    await running.close();
    await opened.close();
  });
});
