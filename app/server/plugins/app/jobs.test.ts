import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { start } from '#server/main.ts';
import { testDatabase } from '#server/testing/database.ts';
import { background } from './background.ts';
import { jobs } from './jobs.ts';

const database = await testDatabase();
const { db } = database.open;
const HOUR_SECONDS = 3600;
const servers: FastifyInstance[] = [];
afterAll(() => database.close());
beforeEach(async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  await db.deleteFrom('job_leases').execute();
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) await server.close();
});

/** A server with one piece of work, and how often it has done it. */
async function server(work: (app: FastifyInstance) => Promise<void> = async () => {}) {
  const app: FastifyInstance = Fastify();
  app.decorate('db', db);
  app.decorate('draining', false);
  await app.register(background);
  await app.register(jobs);
  const counted = vi.fn(() => work(app));
  app.every(HOUR_SECONDS, 'counting', counted);
  await app.ready();
  servers.push(app);
  return { app, counted };
}
/** Lets so many seconds go by, and what is then begun be done. */
async function later(seconds: number, ...apps: { settled(): Promise<void> }[]): Promise<void> {
  vi.advanceTimersByTime(seconds * 1000);
  for (const app of apps) await app.settled();
}
/** The hour of the server that holds the lease is over. */
const expire = () => query(db, sql`update job_leases set until_at = now() - interval '1 second'`);

describe('repeated work', () => {
  it('is done within a minute of a start, and then every hour', async () => {
    const { app, counted } = await server();
    await later(HOUR_SECONDS, app);
    expect(counted).not.toHaveBeenCalled();
    app.beginJobs();
    await later(60, app);
    expect(counted).toHaveBeenCalledTimes(1);
    await later(HOUR_SECONDS - 60, app);
    expect(counted).toHaveBeenCalledTimes(1);
    await later(60, app);
    expect(counted).toHaveBeenCalledTimes(2);
  });

  it('is done by one of several servers, and not again by one that is started within the hour', async () => {
    const all = await Promise.all([server(), server()]);
    for (const { app } of all) app.beginJobs();
    await later(60, ...all.map(({ app }) => app));
    const restarted = await server();
    restarted.app.beginJobs();
    await later(60, restarted.app);
    const done = () => [...all, restarted].reduce((sum, { counted }) => sum + counted.mock.calls.length, 0);
    expect(done()).toBe(1);
    await expire();
    await later(HOUR_SECONDS, ...all.map(({ app }) => app), restarted.app);
    expect(done()).toBe(2);
  });

  it.each([
    ['failed', () => Promise.reject(new Error('no relay'))],
    [
      'was left because the app ends',
      async (app: FastifyInstance) => {
        app.draining = true;
      },
    ],
  ])('that %s is anyone’s at their next turn', async (_what, work) => {
    const [first, second] = [await server(work), await server()];
    first.app.beginJobs();
    await later(60, first.app);
    second.app.beginJobs();
    await later(60, second.app);
    expect([first.counted, second.counted].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it('that takes longer than an hour is not begun a second time, by anyone', async () => {
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const long = await server(() => {
      begun.resolve();
      return ended.promise;
    });
    const other = await server();
    long.app.beginJobs();
    vi.advanceTimersByTime(60_000);
    await begun.promise;
    await expire();
    await long.app.runJobs();
    await other.app.runJobs();
    expect([long.counted, other.counted].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    ended.resolve();
    await long.app.settled();
  });

  it('is begun with by the program', async () => {
    vi.useRealTimers();
    vi.mocked(Math.random).mockReturnValue(0);
    const dataDir = mkdtempSync(join(tmpdir(), 'fredu-jobs-'));
    const fixed = { dataDir, port: 0, metricsPort: 0, logLevel: 'silent' } as const;
    const { close } = await start({ ...fixed, environment: { DATABASE_URL: database.url } });
    const leases = async () => (await db.selectFrom('job_leases').select('name').execute()).length;
    await vi.waitUntil(async () => (await leases()) > 0, { timeout: 60_000 });
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
