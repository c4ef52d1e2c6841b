import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { VARIABLES } from '#shared/contract.ts';
import { itJudged } from '../../../scripts/testing/judge.ts';
import { type Running, runMigrations, start } from '../main.ts';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '../seed/courses.ts';
import { authority, certificate } from '../testing/parts/certificates.ts';
import { type Pooler, startPooler } from '../testing/parts/pooler.ts';
import { databaseUrl, type Postgres, startPostgres } from '../testing/parts/postgres.ts';
import { account, isInstalled, until } from '../testing/parts/programs.ts';
import { openDatabase } from './database.ts';

/** The app as a site runs it: by certificates through a pooler that lends a few connections to many. */
const folder = mkdtempSync(join(tmpdir(), 'fredu-pooled-'));
chmodSync(folder, 0o755);
if (account) chownSync(folder, account.uid, account.gid);
let postgres: Postgres;
let pooler: Pooler;
let running: Running;

const variables = (who = 'education', port = pooler.port): Record<string, string> => ({
  [VARIABLES.databaseUrl]: databaseUrl(
    port,
    `?sslmode=verify-full${pooler.followsPrepared ? '' : '&prepare=false'}`,
  ),
  [VARIABLES.databaseCa]: join(folder, 'ca.crt'),
  [VARIABLES.databaseCert]: join(folder, `${who}.crt`),
  [VARIABLES.databaseKey]: join(folder, `${who}.key`),
});
const refused = (environment: Record<string, string>) =>
  runMigrations(environment).then(
    () => 'it was let in',
    (error: Error) => error.message,
  );

beforeAll(async () => {
  if (!isInstalled('pgbouncer')) return;
  await authority(folder);
  await authority(folder, 'forged');
  for (const name of ['postgres', 'pgbouncer', 'education', 'stranger']) await certificate(folder, name);
  await certificate(folder, 'education', { by: 'forged', file: 'forger' });
  postgres = await startPostgres({ folder, certificates: true });
  pooler = await startPooler({ folder, databasePort: postgres.port, connections: 4 });
  running = await start({
    environment: variables(),
    dataDir: join(folder, 'app'),
    webDir: join(folder, 'no-pages'),
    port: 0,
    metricsPort: 0,
    logLevel: 'silent',
    demo: true,
  });
});
afterAll(async () => {
  await running?.close();
  await pooler?.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const OWN_PAGE = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
async function signedIn(): Promise<Record<string, string>> {
  const answer = await fetch(`${running.url}/api/v1/sessions`, {
    method: 'POST',
    headers: OWN_PAGE,
    body: JSON.stringify({ email: DEMO_PEOPLE[0]!.email, password: DEMO_PASSWORD }),
  });
  expect(answer.status).toBe(201);
  return { ...OWN_PAGE, cookie: answer.headers.getSetCookie()[0]!.split(';')[0]! };
}

describe('the app behind a pooler', () => {
  itJudged(
    'pgbouncer',
    'is the user of its certificate, over TLS, on the few connections of the pooler',
    async () => {
      const headers = await signedIn();
      await Promise.all(
        Array.from({ length: 40 }, () =>
          fetch(`${running.url}/api/v1/me`, { headers }).then((each) => each.text()),
        ),
      );
      const seen = await postgres.ask<{ who: string; ssl: boolean; dn: string; count: number }>(
        `select a.usename as who, s.ssl, s.client_dn as dn, count(*)::int8 as count
       from pg_stat_activity a join pg_stat_ssl s on s.pid = a.pid
       where a.usename = 'education' group by 1, 2, 3`,
      );
      expect(seen).toMatchObject([{ who: 'education', ssl: true, dn: '/CN=education' }]);
      expect(seen[0]!.count).toBeLessThanOrEqual(4);
    },
  );

  itJudged('pgbouncer', 'signs in by a renewed certificate with its next connection', async () => {
    const files = ['crt', 'key'].map((end) => join(folder, `education.${end}`));
    const own = files.map((file) => readFileSync(file));
    const opened = await openDatabase(
      {
        url: variables()[VARIABLES.databaseUrl]!,
        ca: join(folder, 'ca.crt'),
        cert: files[0]!,
        key: files[1]!,
      },
      { connections: 2 },
    );
    const ask = () => opened.db.executeQuery(CompiledQuery.raw('select 1'));
    try {
      // While one connection is in use, the next question opens another.
      await opened.db.connection().execute(async () => {
        for (const file of files) writeFileSync(file, readFileSync(file.replace('education.', 'stranger.')));
        await expect(ask()).rejects.toThrow(/certificate authentication failed/);
        for (const [index, file] of files.entries()) writeFileSync(file, own[index]!);
        expect((await ask()).rows).toHaveLength(1);
      });
    } finally {
      for (const [index, file] of files.entries()) writeFileSync(file, own[index]!);
      await opened.close();
    }
  });

  itJudged('pgbouncer', 'reads, writes in transactions, and answers many at once', async () => {
    const headers = await signedIn();
    const made = await Promise.all(
      Array.from({ length: 60 }, async (_, number) => {
        const body = JSON.stringify({ title: `Cours ${number}`, summary: '', subject: 's', level: 'l' });
        const answer = await fetch(`${running.url}/api/v1/courses`, { method: 'POST', headers, body });
        return { status: answer.status, ...((await answer.json()) as { id: string; title: string }) };
      }),
    );
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]));
    const read = await Promise.all(
      made.map(async ({ id }) => {
        const answer = await fetch(`${running.url}/api/v1/courses/${id}`, { headers });
        return ((await answer.json()) as { title: string }).title;
      }),
    );
    expect(read).toEqual(made.map(({ title }) => title));
    const list = (await (await fetch(`${running.url}/api/v1/courses`)).json()) as { items: unknown[] };
    expect(list.items).toHaveLength(DEMO_COURSES.length);
  });

  itJudged('pgbouncer', 'cannot change the schema as the user that serves', async () => {
    expect(await refused(variables())).toContain('may not change the schema');
  });

  itJudged('pgbouncer', 'goes on when the pooler is started again', async () => {
    const before = pooler.port;
    await pooler.stop();
    expect((await fetch(`${running.url}/readyz`)).status).toBe(503);
    expect(await refused(variables())).toContain('does not answer');
    pooler = await startPooler({ folder, databasePort: postgres.port, connections: 4, port: before });
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    await signedIn();
  });
});

describe('the database behind the pooler', () => {
  itJudged('pgbouncer', 'is told to be away when it is killed, and found again when it is back', async () => {
    const headers = await signedIn();
    const status = async () => {
      const answer = await fetch(`${running.url}/api/v1/me`, { headers });
      await answer.text();
      return answer.status;
    };
    expect(await status()).toBe(200);
    await postgres.kill();
    expect(new Set(await Promise.all(Array.from({ length: 20 }, status)))).toEqual(new Set([503]));
    const ready = await fetch(`${running.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'no database' }]);
    await postgres.start();
    await until('all is well', async () => (await status()) === 200);
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
  });
});

describe('nobody else is let in', () => {
  itJudged(
    'pgbouncer',
    'without a certificate, with that of somebody else, or with a forged one',
    async () => {
      const { [VARIABLES.databaseCert]: _, [VARIABLES.databaseKey]: __, ...bare } = variables();
      expect(await refused(bare)).toMatch(/does not answer: .*(certificate|alert|terminated)/i);
      expect(await refused(variables('stranger'))).toMatch(/certificate authentication failed/);
      expect(await refused(variables('forger'))).toMatch(/unknown ca/);
    },
  );

  itJudged('pgbouncer', 'nor does the app believe a server of another authority', async () => {
    const other = { ...variables(), [VARIABLES.databaseCa]: join(folder, 'forged.crt') };
    expect(await refused(other)).toMatch(/certificate/);
  });

  itJudged('pgbouncer', 'nor past the pooler without a certificate', async () => {
    expect(await refused({ [VARIABLES.databaseUrl]: databaseUrl(postgres.port) })).toMatch(/no encryption/);
  });
});
