import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { API, VARIABLES } from '#shared/contract.ts';
import { openDatabase } from './database/database.ts';
import { serverPid } from './database/embedded/postmaster.ts';
import { beginSession } from './security/sessions.ts';
import { DEMO_PEOPLE } from './seed/courses.ts';
import { seed } from './seed/seed.ts';
import { databaseUrl, type Postgres, startPostgres } from './testing/parts/postgres.ts';
import { account, must, until } from './testing/parts/programs.ts';
import { type Server, startServer } from './testing/parts/server.ts';

/** What is left of a thousand writes when the server, or the database, is killed in the middle of them. */
const WRITES = 1000;
const AT_ONCE = 20;
const folder = mkdtempSync(join(tmpdir(), 'fredu-crash-'));
chmodSync(folder, 0o755);
if (account) chownSync(folder, account.uid, account.gid);
let server: Server;
let cookie: string;
/** Asks the database that the server has, past the server. */
let ask: Postgres['ask'];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** People to write as, and a session of one of them. */
async function prepare(url: string): Promise<void> {
  const { db, close } = await openDatabase({ url });
  await seed(db);
  const session = await beginSession(db, DEMO_PEOPLE[0]!.id, { address: '127.0.0.1', agent: 'test' });
  cookie = `session=${session.secret}`;
  await close();
}

/** How each write was answered at last; 0 where the line broke. */
interface Answer {
  status: number;
  id?: string;
  retryAfter?: string | null;
}
const acknowledged = ({ status }: Answer) => status === 201;

async function write(number: number): Promise<Answer> {
  try {
    const answer = await fetch(`${server.url}/api/v1/courses`, {
      method: 'POST',
      headers: {
        cookie,
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'idempotency-key': `write-${number}`,
        'x-forwarded-for': `10.0.${number % 250}.1`,
      },
      body: JSON.stringify({ title: `Écrit ${number}`, summary: '', subject: 's', level: 'l' }),
    });
    const { id } = (await answer.json()) as { id?: string };
    return { status: answer.status, id, retryAfter: answer.headers.get('retry-after') };
  } catch {
    return { status: 0 };
  }
}

/** Does those writes, some at once, and kills something after so many of them were acknowledged. */
async function writeAll(numbers: number[], after = Number.POSITIVE_INFINITY, kill = async () => {}) {
  const answers = new Map<number, Answer>();
  const left = [...numbers];
  let done = 0;
  let killing: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let number = left.shift(); number !== undefined; number = left.shift()) {
        const answer = await write(number);
        answers.set(number, answer);
        if (acknowledged(answer) && ++done === after) killing = kill();
      }
    }),
  );
  await killing;
  return answers;
}

/** Sends again, with its key, what was not acknowledged, until all of it is; and holds the outcome against the database. */
async function repeated(first: Map<number, Answer>) {
  // The first sender of a key that was never answered is dead; nobody waits here until that is sure.
  await ask(`update idempotency_keys set created_at = now() - interval '1 hour' where status is null`);
  const open = [...first].filter(([, answer]) => !acknowledged(answer)).map(([number]) => number);
  const second = await writeAll(open);
  expect([...new Set([...second.values()].map(({ status }) => status))]).toEqual([201]);
  // And once more what was acknowledged, as anyone who does not trust an answer may do.
  const third = await writeAll([...first.keys()].filter((number) => number % 4 === 0));
  const rows = await ask<{ id: string; title: string }>(
    `select id, title from courses where title like 'Écrit %'`,
  );
  const ids = new Map(rows.map(({ id, title }) => [title, id]));
  expect(rows).toHaveLength(WRITES);
  for (const number of first.keys()) {
    const answered = [first, second, third].flatMap((answers) => answers.get(number)?.id ?? []);
    expect(new Set(answered)).toEqual(new Set([ids.get(`Écrit ${number}`)]));
  }
  return { open: open.length };
}
const all = Array.from({ length: WRITES }, (_, number) => number);
const ready = () => fetch(server.url + API.readyPath);
/** While the database is away it is told as that, with a moment to come again: no error of ours, no line that broke. */
function expectOutage(answers: Map<number, Answer>): void {
  const failed = [...answers.values()].filter((answer) => !acknowledged(answer));
  expect(failed.length).toBeGreaterThan(0);
  expect(new Set(failed.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(
    new Set(['503 5']),
  );
}

describe('of a thousand writes every acknowledged one is there, and none is twice', () => {
  let postgres: Postgres;
  const begin = () => startServer(folder, { [VARIABLES.databaseUrl]: databaseUrl(postgres.port) });
  beforeAll(async () => {
    postgres = await startPostgres({ folder });
    ask = postgres.ask;
    await prepare(databaseUrl(postgres.port));
    server = await begin();
  });
  afterEach(async () => {
    await ask(`delete from courses where title like 'Écrit %'`);
    await ask('delete from idempotency_keys');
  });
  afterAll(async () => {
    await server?.kill();
    await postgres?.stop();
  });

  it('when the server is killed in the middle of them', async () => {
    const first = await writeAll(all, WRITES / 2, () => server.kill());
    expect(new Set([...first.values()].map(({ status }) => status))).toEqual(new Set([201, 0]));
    server = await begin();
    expect((await repeated(first)).open).toBeGreaterThan(WRITES / 3);
  });

  it('when the database is killed in the middle of them; the server answers again by itself', async () => {
    const first = await writeAll(all, WRITES / 2, () => postgres.kill());
    expectOutage(first);
    const answer = await ready();
    expect([answer.status, await answer.json()]).toMatchObject([503, { status: 'no database' }]);
    await postgres.start();
    await until('the server is ready again', async () => (await ready()).ok);
    await repeated(first);
  });
});

describe('over the database of its own', () => {
  const host = join(folder, 'app/postgres/data');
  beforeAll(async () => {
    server = await startServer(folder);
    await prepare(`postgresql://fredu@localhost/fredu?host=${encodeURIComponent(host)}`);
    ask = async (text, values = []) => {
      const client = new pg.Client({ host, user: 'fredu', database: 'fredu' });
      await client.connect();
      const { rows } = await client.query(text, values);
      await client.end();
      return rows;
    };
  });
  afterAll(() => server?.stop());

  it('it is the same, and the server starts the database again', async () => {
    const killed = serverPid(host)!;
    const first = await writeAll(all, WRITES / 2, async () => {
      const children = await must(['ps', '-o', 'pid=', '--ppid', String(killed)]);
      for (const pid of [killed, ...children.split('\n').map(Number).filter(Boolean)]) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended with its server.
        }
      }
    });
    expectOutage(first);
    await until('the server is ready again', async () => (await ready()).ok);
    expect(serverPid(host)).not.toBe(killed);
    await repeated(first);
  });
});
