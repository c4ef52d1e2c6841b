import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { API, VARIABLES } from '#shared/contract.ts';
import { CLOSED } from '#shared/schemas/together.ts';
import { type Running, start } from '../main.ts';
import { beginSession } from '../security/sessions.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '../seed/courses.ts';
import { databaseUrl, type Postgres, startPostgres } from '../testing/parts/postgres.ts';
import { account, until } from '../testing/parts/programs.ts';
import { proxyTo, type Way } from '../testing/parts/proxy.ts';
import { TestWriter } from '../testing/test-writer.ts';
import { openDatabase } from './database.ts';

/** The app over a line to its database that breaks, is closed and goes silent; and over one that lets no two writers pass. */
const folder = mkdtempSync(join(tmpdir(), 'fredu-cut-'));
chmodSync(folder, 0o755);
if (account) chownSync(folder, account.uid, account.gid);
let postgres: Postgres;
let way: Way;
let running: Running;
const cookies: string[] = [];
const SILENCE_SECONDS = 1;

beforeAll(async () => {
  // Of two writers that meet the second one is refused, as CockroachDB refuses it.
  postgres = await startPostgres({ folder, set: { default_transaction_isolation: 'serializable' } });
  way = await proxyTo({ port: postgres.port, host: '127.0.0.1' });
  running = await start({
    environment: { [VARIABLES.databaseUrl]: databaseUrl(way.port) },
    dataDir: join(folder, 'app'),
    webDir: join(folder, 'no-pages'),
    port: 0,
    metricsPort: 0,
    logLevel: 'silent',
    demo: true,
    silenceSeconds: SILENCE_SECONDS,
  });
  const { db, close } = await openDatabase({ url: databaseUrl(postgres.port) });
  for (const { id } of DEMO_PEOPLE) {
    const { secret } = await beginSession(db, id, { address: '127.0.0.1', agent: 'test' });
    cookies.push(`session=${secret}`);
  }
  await close();
});
afterEach(() => {
  way.isOpen = true;
  way.isStalled = false;
});
afterAll(async () => {
  await running?.close();
  await way?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (url: string, { by = 0, ...options }: RequestInit & { by?: number } = {}) =>
  fetch(running.url + url, {
    ...options,
    headers: {
      cookie: cookies[by]!,
      'sec-fetch-site': 'same-origin',
      ...(options.body ? { 'content-type': 'application/json' } : {}),
    },
  });
const read = async () => {
  const answer = await ask('/api/v1/me');
  await answer.text();
  return `${answer.status} ${answer.headers.get('retry-after')}`;
};
/** Reads without end by several at once, and gives every answer that there was. */
async function reading(work: () => Promise<unknown>): Promise<Set<string>> {
  const answers = new Set<string>();
  let isOver = false;
  const readers = Array.from({ length: 20 }, async () => {
    while (!isOver) answers.add(await read());
  });
  await work();
  isOver = true;
  await Promise.all(readers);
  return answers;
}
const ready = async () => {
  const answer = await fetch(running.url + API.readyPath);
  return { code: answer.status, ...((await answer.json()) as { status: string }) };
};

describe('a database that is cut off', () => {
  it('is told as that to anyone who asks meanwhile, and found again without a restart', async () => {
    const answers = await reading(async () => {
      for (let times = 0; times < 5; times++) {
        way.cut();
        await read();
      }
    });
    for (const answer of answers) expect(['200 null', '503 5']).toContain(answer);
    await until('all is well', async () => (await read()) === '200 null');
  });

  it('is told by its server to hang up on everybody, who come again', async () => {
    const answers = await reading(async () => {
      for (let times = 0; times < 5; times++) {
        await postgres.ask(
          `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'education' and application_name = 'fredu'`,
        );
        await read();
      }
    });
    for (const answer of answers) expect(['200 null', '503 5']).toContain(answer);
    await until('all is well', async () => (await read()) === '200 null');
  });

  it('keeps requests away as long as it is away, while the process lives', async () => {
    way.isOpen = false;
    way.cut();
    expect(await ready()).toMatchObject({ code: 503, status: 'no database' });
    const answer = await ask('/api/v1/courses/mine');
    expect([answer.status, await answer.json()]).toMatchObject([503, { type: '/problems/unavailable' }]);
    expect((await fetch(running.url + API.livePath)).status).toBe(200);
    way.isOpen = true;
    expect(await ready()).toMatchObject({ code: 200, status: 'ok' });
  });

  it('is given up where the line is there and nothing comes, as when a machine lost its power', async () => {
    await read();
    way.isStalled = true;
    expect(await ready()).toMatchObject({ code: 503, status: 'no database' });
    expect(new Set(await Promise.all(Array.from({ length: 15 }, read)))).toEqual(new Set(['503 5']));
    way.isStalled = false;
    await until('all is well', async () => (await read()) === '200 null');
  });

  it('does not take an idle line for a broken one', async () => {
    await read();
    const pids = () =>
      postgres.ask(`select pid from pg_stat_activity where application_name = 'fredu' order by pid`);
    const before = await pids();
    await new Promise((resolve) => setTimeout(resolve, SILENCE_SECONDS * 1500));
    expect(await read()).toBe('200 null');
    expect(before.length).toBeGreaterThan(0);
    expect(await pids()).toEqual(before);
  });
});

describe('who writes with others', () => {
  it('is sent away to come again while the database is away, and nothing that was acknowledged is lost', async () => {
    const at = `${running.url}/api/v1/courses/${DEMO_COURSES[0]!.id}/together`;
    const writers: TestWriter[] = [];
    const write = async () => {
      const writer = new TestWriter(at, { cookie: cookies[0]!, origin: running.url });
      writers.push(writer);
      await until('the text is there', () => writer.ready || writer.refused !== undefined);
      return writer;
    };
    const words: string[] = [];
    for (const round of ['a', 'b', 'c']) {
      const writer = await write();
      for (let word = 0; word < 100; word++) writer.body().insert(0, `${round}${word} `);
      await until('some of it is kept', () => writer.saved > 5);
      way.isOpen = false;
      way.cut();
      writer.body().insert(0, `${round}100 `);
      await until('the server sends away', () => writer.closed !== undefined);
      expect(writer.closed).toBe(CLOSED.again);
      // The first one answered the greeting.
      for (let word = 0; word < writer.saved - 1; word++) words.push(`${round}${word}`);
      way.isOpen = true;
    }
    await until('all is well', async () => (await read()) === '200 null');
    const last = await write();
    expect(words.length).toBeGreaterThan(3 * 4);
    expect(
      last
        .body()
        .toString()
        .match(/[abc]\d+/g),
    ).toEqual(expect.arrayContaining(words));
    for (const writer of writers) writer.leave();
  });
});

describe('two who write the same', () => {
  it('are both heard: the second one is run again', async () => {
    const [camille, ines] = [0, 1];
    const course = `/api/v1/courses/${DEMO_COURSES[0]!.id}`;
    expect((await ask(`${course}/enrolment`, { by: ines, method: 'PUT' })).status).toBeLessThan(300);
    const body = JSON.stringify({ title: 'Qui ?', body: 'Tous.' });
    const asked = await ask(`${course}/threads`, { by: ines, method: 'POST', body });
    const { id } = (await asked.json()) as { id: string };
    const answered = async (by: number) => {
      const said = JSON.stringify({ body: 'Moi.' });
      const answer = await ask(`/api/v1/threads/${id}/posts`, { by, method: 'POST', body: said });
      await answer.text();
      return answer.status;
    };
    const before = await undone();
    let rounds = 0;
    // Until they have met: each answer counts up the same number of the thread.
    await until('one of two was undone', async () => {
      rounds += 1;
      expect(await Promise.all([answered(camille), answered(ines)])).toEqual([201, 201]);
      return rounds >= 5 && (await undone()) > before;
    });
    const [row] = await postgres.ask(
      `select post_count::int4 as told, (select count(*)::int4 from posts where thread_id = t.id) as there
       from threads t where id = $1`,
      [id],
    );
    expect(row).toEqual({ told: 2 * rounds, there: 2 * rounds });
  });
});

/** Transactions that the database has undone so far. */
async function undone(): Promise<number> {
  const [row] = await postgres.ask<{ count: number }>(
    `select xact_rollback::int4 as count from pg_stat_database where datname = 'fredu'`,
  );
  return row!.count;
}
