import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, vi } from 'vitest';
import type { Course, CoursePage } from '#shared/schemas/course.ts';
import { itJudged } from '../../../scripts/testing/judge.ts';
import { DEMO_COURSES } from '../seed/courses.ts';
import { type Memcached, startMemcached } from '../testing/parts/memcached.ts';
import { isInstalled, until } from '../testing/parts/programs.ts';
import { type TestApp, testApp } from '../testing/test-app.ts';
import { memcached } from './memcached.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-memcached-'));
const servers: Memcached[] = [];
let here: TestApp;
/** A second server of the app, over the same memcached and another database: whatever it shows comes from the cache. */
let there: TestApp;
if (isInstalled('memcached')) {
  servers.push(await startMemcached(folder), await startMemcached(folder));
  here = await testApp({ memcachedServers: servers[0]!.address });
  there = await testApp({ memcachedServers: servers[0]!.address });
}
afterAll(async () => {
  for (const each of servers) {
    each.release();
    await each.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

const LIST = '/api/v1/courses';
const titles = async ({ ask }: TestApp) => {
  const answer = await ask(LIST);
  expect(answer.statusCode).toBe(200);
  return answer.json<CoursePage>().items.map(({ title }) => title);
};
/** Statements that a list costs; none once it is kept. */
const cost = (app: TestApp) => app.statementsOf(() => titles(app));
const kept = (app: TestApp) => until('the list is kept again', async () => (await cost(app)) === 0);
/** Gives a course that everybody sees another title. */
async function rename(app: TestApp, title: string): Promise<void> {
  const teacher = await app.as('teacher');
  const url = `${LIST}/${DEMO_COURSES[0]!.id}`;
  const { etag } = (await teacher(url)).headers;
  const answer = await teacher({
    method: 'PATCH',
    url,
    body: { title },
    headers: { 'if-match': String(etag) },
  });
  expect(answer.json<Course>().title).toBe(title);
}
/**
 * Of all that a memcached holds, for how many seconds it was told to.
 * @see https://github.com/memcached/memcached/blob/master/doc/protocol.txt
 */
async function lives({ address }: Memcached): Promise<Record<string, number>> {
  const [host, port] = address.split(':');
  const line = connect(Number(port), host);
  line.write('lru_crawler metadump all\r\n');
  let all = '';
  for await (const bytes of line) {
    all += bytes;
    if (all.endsWith('END\r\n')) break;
  }
  const found = all.matchAll(/^key=(\S+) exp=(\d+) la=(\d+)/gm);
  return Object.fromEntries([...found].map(([, key, until, since]) => [key, Number(until) - Number(since)]));
}
const ready = async ({ ask }: TestApp) => (await ask('/readyz')).json<{ status: string; away?: string[] }>();

describe('lists in memcached', () => {
  itJudged(
    'memcached',
    'are read once for all servers, and are new at once for everyone after a change',
    async () => {
      await titles(here);
      expect([await cost(here), await cost(there)]).toEqual([0, 0]);
      await rename(here, 'Un titre neuf');
      expect(await titles(here)).toContain('Un titre neuf');
      expect(await titles(there)).toContain('Un titre neuf');
    },
  );

  itJudged('memcached', 'live there for two to three minutes', async () => {
    for (const query of ['', '?sort=rating', '?q=suites']) await here.ask(LIST + query);
    const kept = Object.entries(await lives(servers[0]!)).filter(([key]) => !key.startsWith('generation'));
    expect(kept.length).toBeGreaterThanOrEqual(3);
    for (const [key, seconds] of kept) {
      expect(seconds, key).toBeGreaterThanOrEqual(120);
      expect(seconds, key).toBeLessThanOrEqual(180);
    }
  });

  itJudged('memcached', 'are asked of the database again after that time, and not before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const from = Date.now();
      await rename(here, 'À cette heure');
      await titles(here);
      vi.setSystemTime(from + 119_000);
      expect(await cost(here)).toBe(0);
      vi.setSystemTime(from + 181_000);
      expect(await cost(here)).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  itJudged(
    'memcached',
    'come from the database while it is stopped, and are kept again when it is back',
    async () => {
      await kept(here);
      await servers[0]!.stop();
      await rename(here, 'Sans cache');
      expect(await titles(here)).toContain('Sans cache');
      expect(await cost(here)).toBeGreaterThan(0);
      expect(await ready(here)).toEqual({ status: 'ok', away: ['cache'] });
      await servers[0]!.start();
      await kept(here);
      expect(await titles(here)).toContain('Sans cache');
      expect(await ready(here)).toEqual({ status: 'ok' });
    },
  );

  itJudged('memcached', 'are never what they were before, though it was only out of reach', async () => {
    await kept(here);
    servers[0]!.hold();
    // Anyone who asks first finds it away; the change after it is not even tried there.
    await titles(here);
    await rename(here, 'Pendant la panne');
    expect(await titles(here)).toContain('Pendant la panne');
    servers[0]!.release();
    // It has all that it had; what it missed is thrown away before anything of it is believed.
    await kept(here);
    expect(await titles(here)).toContain('Pendant la panne');
    await kept(there);
    expect(await titles(there)).toContain('Pendant la panne');
  });
});

describe('two servers', () => {
  const keys = Array.from({ length: 40 }, (_, number) => `key ${number}`);
  itJudged(
    'memcached',
    'share the keys; without one of them the keys of the other are still there',
    async () => {
      const events: string[] = [];
      const cache = memcached(servers.map(({ address }) => address).join(','), {
        onAway: () => events.push('away'),
        onBack: () => events.push('back'),
      });
      const found = async () =>
        (await Promise.all(keys.map((key) => cache.get(key)))).map((value) => value?.toString());
      for (const key of keys) await cache.set(key, Buffer.from(key), 60);
      expect(await found()).toEqual(keys);
      await servers[1]!.stop();
      await found();
      const left = await found();
      expect(left.filter(Boolean).length).toBeGreaterThan(0);
      expect(left.filter(Boolean).length).toBeLessThan(keys.length);
      // All that the second one had is made again, each time and without a wait.
      for (const key of keys) await cache.set(key, Buffer.from(key), 60);
      expect(await found()).toEqual(left);
      await servers[1]!.start();
      await until('both are used', async () => {
        for (const key of keys) await cache.set(key, Buffer.from(key), 60);
        return (await found()).every(Boolean);
      });
      expect(events).toEqual(['away', 'back']);
      await cache.close();
    },
  );

  itJudged('memcached', 'hold what is long under a long key, and do without what is too long', async () => {
    const events: Error[] = [];
    const cache = memcached(servers[0]!.address, { onAway: (error) => events.push(error) });
    const key = `recherche ${'é'.repeat(300)}`;
    await cache.set(key, Buffer.alloc(900_000, 'a'), 60);
    expect((await cache.get(key))?.length).toBe(900_000);
    await cache.set(key, Buffer.alloc(3_000_000, 'b'), 60);
    expect(await cache.get(key)).toBeUndefined();
    expect(events).toEqual([]);
    await cache.close();
  });
});
