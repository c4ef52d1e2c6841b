import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { CannotStart } from './cannot-start.ts';
import { runMigrations, type StartOptions, start } from './main.ts';
import { DEMO_COURSES } from './seed/courses.ts';
import { testDatabase } from './testing/database.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'fredu-main-'));
chmodSync(dataDir, 0o755);
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function started(options: StartOptions = {}) {
  const running = await start({
    dataDir,
    port: 0,
    metricsPort: 0,
    logLevel: 'silent',
    environment: {},
    ...options,
  });
  onTestFinished(() => running.close());
  return running;
}
const said = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it started',
    (error) => (error instanceof CannotStart ? error.message : `a stack trace: ${error.stack}`),
  );

describe('a start', () => {
  it('serves the demo courses, also the second time', async () => {
    for (let times = 0; times < 2; times++) {
      const { url, database, close } = await started();
      const page = (await (await fetch(`${url}/api/v1/courses`)).json()) as { items: unknown[] };
      expect(page.items).toHaveLength(DEMO_COURSES.length);
      expect(database).toBe(`PostgreSQL of its own in ${dataDir}/postgres/data`);
      await close();
    }
  });

  it('says in one line that the port is taken, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    expect(await said(started({ port }))).toBe(
      `port ${port} is taken; end the program that has it, or choose another: PORT=${port + 1} npm start`,
    );
  });

  it.each([
    ['nonsense', 'DATABASE_URL is no database address; write postgresql://user@host:5432/name'],
    [
      'postgresql://localhost/x?prepare=never',
      'DATABASE_URL has prepare=never; write prepare=false for a pooler that does not follow prepared statements, or nothing',
    ],
    ['mysql://localhost/x', 'DATABASE_URL is no database address; write postgresql://user@host:5432/name'],
    [
      'postgresql://me:hush@127.0.0.1:1/fredu',
      'the database fredu at 127.0.0.1:1 of DATABASE_URL does not answer: connect ECONNREFUSED 127.0.0.1:1',
    ],
  ])(
    'says in one line what is wrong with DATABASE_URL=%s, without its password',
    async (DATABASE_URL, message) => {
      expect(await said(started({ environment: { DATABASE_URL } }))).toBe(message);
    },
  );

  it('serves a database of others with the rights that the platform gives the app, and changes no schema of it', async () => {
    const { url, close } = await testDatabase();
    onTestFinished(close);
    const running = await started({ environment: { DATABASE_URL: url } });
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    await running.close();
    const refused = await runMigrations({ DATABASE_URL: url }).catch((error) => error);
    expect(refused).toBeInstanceOf(CannotStart);
    expect(refused.message).toMatch(/^the user of DATABASE_URL may not change the schema: permission denied/);
  });

  it('says in one line that a database of others lacks its migrations', async () => {
    const { url, close } = await testDatabase({ empty: true });
    onTestFinished(close);
    expect(await said(started({ environment: { DATABASE_URL: url } }))).toMatch(
      /^the database lacks the migration 0001-people-and-courses and \d+ more; run the program migrate first/,
    );
  });

  it.each([
    [{ PORT: 'http' }, 'PORT is "http"; a port is a number from 0 to 65535'],
    [{ PUBLIC_URL: 'fredu.fr' }, 'PUBLIC_URL is "fredu.fr"; write https://fredu.fr'],
    [
      { DATABASE_URL: 'postgresql://db/fredu', PGSSLROOTCERT: '/nowhere/ca.crt' },
      /^cannot read \/nowhere\/ca.crt, which PGSSLROOTCERT names: ENOENT/,
    ],
  ])('says in one line what is wrong with %o', async (environment, message) => {
    expect(await said(start({ dataDir, environment }))).toMatch(message);
  });
});

describe('a running app', () => {
  it('is alive and ready, and says no longer ready while it leaves', async () => {
    const { url, close } = await started();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('documents itself by OpenAPI 3.1 and a page', async () => {
    const { url } = await started();
    const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Record<string, object>;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths!)).toContain('/api/v1/courses/{id}');
    const page = await (await fetch(`${url}/api/v1/documentation`)).text();
    expect(page).toContain('GET /api/v1/courses/{id}');
    // Nothing runs, and nothing is loaded from elsewhere; an example may name an address.
    expect(page).not.toMatch(/<script|style=|(?:src|href)="?https?:/);
  });
});
