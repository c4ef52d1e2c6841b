import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as ask, createServer } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { API } from '#shared/contract.ts';
import { beginSession } from './security/sessions.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from './seed/courses.ts';
import { collector } from './testing/collector.ts';
import { testDatabase } from './testing/database.ts';
import { TestWriter } from './testing/test-writer.ts';

const database = await testDatabase();
const dataDir = mkdtempSync(join(tmpdir(), 'fredu-drain-'));
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});
const { secret } = await beginSession(database.open.db, DEMO_PEOPLE[0].id, { address: '::1', agent: 'test' });
const teacher = { cookie: `session=${secret}`, 'sec-fetch-site': 'same-origin' };
const course = DEMO_COURSES.find(({ authors }) => authors.includes(DEMO_PEOPLE[0].id)) ?? DEMO_COURSES[0]!;

const freePort = async (): Promise<number> => {
  const server = createTcp().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

/** A server in a process of its own, as it runs behind a balancer. */
class Process {
  readonly url: string;
  private readonly port: number;
  private readonly more: Record<string, string>;
  private child: ChildProcess | undefined;

  constructor(port: number, more: Record<string, string> = {}) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.more = more;
  }

  async begin(): Promise<void> {
    const main = JSON.stringify(join(import.meta.dirname, 'main.ts'));
    const program = `
      const { start, closeOnSignals } = await import(${main});
      const starting = start({ dataDir: ${JSON.stringify(dataDir)}, metricsPort: 0 });
      closeOnSignals(starting);
      console.log((await starting).url);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: database.url,
        PORT: String(this.port),
        PUBLIC_URL: 'http://fredu.test',
        ...this.more,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    for await (const line of createInterface({ input: child.stdout! })) if (line.startsWith('http')) break;
    child.stdout!.resume();
  }

  /** Asks it to end; what it ended with, and after how many seconds. */
  async end(): Promise<{ code: number | null; seconds: number }> {
    const { child } = this;
    if (!child || child.exitCode !== null) return { code: child?.exitCode ?? null, seconds: 0 };
    const begun = performance.now();
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, seconds: (performance.now() - begun) / 1000 };
  }
}
async function running(more?: Record<string, string>): Promise<Process> {
  const server = new Process(await freePort(), more);
  await server.begin();
  onTestFinished(() => void server.end());
  return server;
}

/** A balancer that asks every second who is ready, and keeps its connections. It tries nothing twice. */
async function balancer(servers: Process[]) {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<string>();
  const look = async () => {
    for (const { url } of servers) {
      const answer = await fetch(`${url}${API.readyPath}`).catch(() => undefined);
      if (answer?.status === 200) ready.add(url);
      else ready.delete(url);
    }
  };
  await look();
  const timer = setInterval(look, 1000);
  let turn = 0;
  const server = createServer((request, response) => {
    const all = [...ready];
    const url = all[turn++ % all.length];
    if (!url) return void response.writeHead(503).end();
    const { method, headers } = request;
    const passed = ask(`${url}${request.url}`, { method: method!, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode!, { 'content-type': answer.headers['content-type'] ?? '' });
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    passed.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    request.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    clearInterval(timer);
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    until: async (count: number) => {
      while (ready.size !== count) await sleep(50);
    },
  };
}

/** Begins an upload; its address. */
async function upload(server: Process, name: string, size: number): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/courses/${course.id}/uploads`, {
    method: 'POST',
    headers: {
      ...teacher,
      'tus-resumable': '1.0.0',
      'upload-length': String(size),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  });
  expect(answer.status, await answer.text()).toBe(201);
  return answer.headers.get('location')!;
}
/** Sends a piece so slowly: how much of it is sent, and how it was answered, if it was. */
function slowly(server: Process, path: string, parts: number, bytes: number, pause: number) {
  let sent = 0;
  const request = ask(`${server.url}${path}`, {
    method: 'PATCH',
    headers: {
      ...teacher,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': String(parts * bytes),
    },
  });
  const answered = new Promise<{ status?: number; connection?: string; offset?: string }>((resolve) => {
    request.once('response', (answer) => {
      answer.resume();
      const { connection, 'upload-offset': offset } = answer.headers as Record<string, string>;
      resolve({ status: answer.statusCode!, connection: connection!, offset: offset! });
    });
    request.once('error', () => resolve({}));
  });
  (async () => {
    for (let part = 0; part < parts && !request.destroyed; part++) {
      request.write(Buffer.alloc(bytes, part), () => {
        sent += 1;
      });
      await sleep(pause);
    }
    request.end();
  })();
  return { answered, sent: () => sent };
}
/** Waits for what comes by itself. @throws after 30 seconds */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await what()); await sleep(10))
    if (Date.now() > end) throw new Error(`not within 30 s: ${what}`);
}

it('refuses nobody while its servers restart, one after the other', async () => {
  const servers = [await running(), await running()];
  const { url, until: untilReady } = await balancer(servers);
  await untilReady(2);
  const counts: Record<string, number> = {};
  let going = true;
  const students = Array.from({ length: 16 }, async (_, at) => {
    while (going) {
      const path = at % 2 ? `/api/v1/courses/${course.id}` : '/api/v1/courses?limit=5';
      const answer = await fetch(`${url}${path}`).then(
        async (each) => (await each.text()) && String(each.status),
        (error) => String(error.cause ?? error),
      );
      counts[answer] = (counts[answer] ?? 0) + 1;
      await sleep(5);
    }
  });
  const answers = () => Object.values(counts).reduce((sum, each) => sum + each, 0);
  await until(() => answers() > 300);
  for (const server of servers) {
    const { code, seconds } = await server.end();
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(API.drainSeconds);
    await untilReady(1);
    await server.begin();
    await untilReady(2);
  }
  const before = answers();
  await until(() => answers() > before + 100);
  going = false;
  await Promise.all(students);
  process.stdout.write(`answers while two servers restarted: ${JSON.stringify(counts)}\n`);
  expect(Object.keys(counts)).toEqual(['200']);
  expect(counts['200']).toBeGreaterThan(1000);
});

it('is not ready at once, ends what is under way, sends writers elsewhere, and tells the last traces', async () => {
  const collected = await collector();
  onTestFinished(() => collected.close());
  const [leaving, staying] = [await running({ OTEL_EXPORTER_OTLP_ENDPOINT: collected.url }), await running()];
  const writer = new TestWriter(`${leaving.url}/api/v1/courses/${course.id}/together`, teacher);
  while (!writer.ready) await sleep(20);
  writer.body().insert(0, 'avant la fin ');
  while (!writer.ready) await sleep(20);
  const path = await upload(leaving, 'lent.bin', 8 * 65_536);
  const sending = slowly(leaving, path, 8, 65_536, 600);
  await until(() => sending.sent() > 0);

  const ended = leaving.end();
  const readiness = () => fetch(`${leaving.url}${API.readyPath}`);
  await until(async () => (await readiness()).status !== 200);
  const during = await readiness();
  expect([during.status, await during.json()]).toEqual([503, { status: 'draining' }]);
  // Somebody whom the balancer still sends here is answered, on a connection that they are not to keep.
  const late = await fetch(`${leaving.url}/api/v1/courses/${course.id}`);
  expect([late.status, late.headers.get('connection')]).toEqual([200, 'close']);
  expect((await fetch(`${leaving.url}${API.livePath}`)).status).toBe(200);

  expect(await sending.answered).toEqual({ status: 204, connection: 'close', offset: String(8 * 65_536) });
  const { code, seconds } = await ended;
  expect(code).toBe(0);
  expect(seconds).toBeGreaterThan(API.noticeSeconds);
  expect(seconds).toBeLessThan(API.drainSeconds);
  expect(writer.closed).toBe(1001);
  const again = new TestWriter(`${staying.url}/api/v1/courses/${course.id}/together`, teacher);
  while (!again.ready) await sleep(20);
  expect(again.body().toString()).toContain('avant la fin ');
  again.leave();
  writer.leave();
  expect(collected.named('PATCH /api/v1/uploads/:id')).toHaveLength(1);
  const [together] = collected.named('GET /api/v1/courses/:id/together');
  expect(collected.attributes(together!)['http.response.status_code']).toBe(101);
});

it('lets go of what does not end in time, and what was kept of it another server goes on with', async () => {
  const [leaving, staying] = [await running(), await running()];
  const size = 40 * 1024 * 1024;
  const path = await upload(leaving, 'sans fin.bin', size);
  const sending = slowly(leaving, path, 40, 1024 * 1024, 900);
  await until(() => sending.sent() > 9);
  const { code, seconds } = await leaving.end();
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(API.drainSeconds);
  expect((await sending.answered).status).toBeUndefined();
  const found = await fetch(`${staying.url}${path}`, {
    method: 'HEAD',
    headers: { ...teacher, 'tus-resumable': '1.0.0' },
  });
  expect(Number(found.headers.get('upload-offset'))).toBeGreaterThan(8 * 1024 * 1024);
  expect(Number(found.headers.get('upload-offset'))).toBeLessThan(size);
});
