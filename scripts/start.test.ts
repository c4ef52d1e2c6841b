import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { daemon, run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { THREE_SITES } from './testing/three-sites.ts';

const work = mkdtempSync(join(tmpdir(), 'fredu-start-'));
afterAll(() => rmSync(work, { recursive: true }));
const command = [process.execPath, join(ROOT, 'scripts/start.ts'), '--sites', THREE_SITES] as const;

it('makes the sites, serves the app, and says where and as whom', async () => {
  const log = join(work, 'log');
  const port = await freePort();
  const app = daemon(command, { log, env: { PORT: String(port) } });
  try {
    const url = `http://localhost:${port}`;
    await until(async () => (await fetch(`${url}/readyz`)).status === 200);
    const { items } = (await (await fetch(`${url}/api/v1/courses`)).json()) as { items: unknown[] };
    expect(items.length).toBeGreaterThan(3);
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
    await until(async () => readFileSync(log, 'utf8').includes('shows the platform'));
    const printed = readFileSync(log, 'utf8');
    expect(printed).toMatch(/^site +files +objects +ms$/m);
    expect(printed).toContain(`${url} serves the education app`);
    expect(printed.trimEnd().split('\n').at(-1)).toMatch(/report\.html shows the platform/);
    expect(printed).toContain('teacher prof@fredu.test, student eleve@fredu.test');
  } finally {
    await app.stop();
  }
});

it('says in one line that the port is taken, and exits with 2', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const { code, stderr } = await run(command, { env: { PORT: String(port) } });
  taken.close();
  expect(code).toBe(2);
  expect(stderr).toMatch(new RegExp(`^error: port ${port} is taken; .*PORT=${port + 1} npm start\\n$`));
});

it('says in one line that the database does not answer, and exits with 2', async () => {
  const { code, stderr } = await run(command, {
    env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', PORT: '0' },
  });
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/^error: /);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 45_000; Date.now() < end; ) {
    if (await done().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`not within 45 s:\n${readFileSync(join(work, 'log'), 'utf8')}`);
}
