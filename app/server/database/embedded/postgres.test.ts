import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type EmbeddedPostgres, embeddedPostgres } from './postgres.ts';
import { serverPid } from './postmaster.ts';

// A folder that other accounts can enter, for the database runs as one of them when we are root.
const base = mkdtempSync(join(tmpdir(), 'fredu-embedded-'));
chmodSync(base, 0o755);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const opened = new Set<EmbeddedPostgres>();
async function open(folder: string, options: { shared?: string } = {}): Promise<EmbeddedPostgres> {
  mkdirSync(folder, { recursive: true });
  const server = (await embeddedPostgres(folder, options))!;
  opened.add(server);
  return server;
}
afterEach(async () => {
  await Promise.all([...opened].map((server) => server.close()));
  opened.clear();
});

async function ask(server: EmbeddedPostgres, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ ...server.connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Another process that holds the database open, as an app that is killed would. */
async function otherProcess(folder: string): Promise<ChildProcess> {
  const code = `
    const { embeddedPostgres } = await import(${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))});
    const server = await embeddedPostgres(${JSON.stringify(folder)});
    console.log(server.pid());
    process.on('SIGTERM', () => server.close().then(() => process.exit(0)));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  return child;
}
const runs = (folder: string) => serverPid(join(folder, 'postgres/data')) !== undefined;
const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

describe('the embedded PostgreSQL', () => {
  const folder = join(base, 'app');

  it('makes its data, stops when it is left, and finds them again', async () => {
    const first = await open(folder);
    expect(first.adopted).toBe(false);
    await ask(first, `create table kept as select 'été' as word`);
    await first.close();
    expect(runs(folder)).toBe(false);
    const second = await open(folder);
    expect(await ask(second, 'select word from kept')).toEqual([{ word: 'été' }]);
  });

  it('listens on no port', async () => {
    const server = await open(folder);
    expect(await ask(server, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  });

  it('adopts the server that a killed app left behind, and stops it in the end', async () => {
    const app = await otherProcess(folder);
    app.kill('SIGKILL');
    await ended(app);
    const server = await open(folder);
    expect(server.adopted).toBe(true);
    await server.close();
    expect(runs(folder)).toBe(false);
  });

  it('comes back with every row that was confirmed, when the server itself is killed', async () => {
    const server = await open(folder);
    await ask(server, 'create table if not exists confirmed (n int8)');
    await ask(server, 'insert into confirmed values (1)');
    process.kill(server.pid()!, 'SIGKILL');
    for (let tries = 0; tries < 200; tries++) {
      const rows = await ask(server, 'select n::int from confirmed').catch(() => undefined);
      if (rows) return expect(rows).toEqual([{ n: 1 }]);
      await sleep(50);
    }
    throw new Error('the server was not started again');
  });

  it('is shared by two starts at once, and stopped by the one that leaves last', async () => {
    const fresh = join(base, 'two');
    const [one, other] = await Promise.all([open(fresh), open(fresh)]);
    expect(one.pid()).toBe(other.pid());
    await one.close();
    expect(runs(fresh)).toBe(true);
    await other.close();
    expect(runs(fresh)).toBe(false);
  });

  it('starts although the number in postmaster.pid now belongs to another program', async () => {
    await (await open(folder)).close();
    writeFileSync(join(folder, 'postgres/data/postmaster.pid'), `${process.pid}\n`);
    const server = await open(folder);
    expect(server.adopted).toBe(false);
  });

  it('works below a path that is too long for a socket', async () => {
    const server = await open(join(base, 'x'.repeat(120)));
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(server.connection.host.length).toBeLessThan(100);
    await server.close();
    expect(existsSync(server.connection.host)).toBe(false);
  });

  it('refuses the data of another release and says where they are', async () => {
    const old = join(base, 'old');
    await (await open(old)).close();
    writeFileSync(join(old, 'postgres/data/PG_VERSION'), '12\n');
    await expect(open(old)).rejects.toThrow(
      /^the data in .*old\/postgres\/data were written by PostgreSQL 12, and this is 18; move the folder away/,
    );
  });

  it.skipIf(process.getuid?.() !== 0)('runs for root in a folder that only root can enter', async () => {
    const secret = join(base, 'secret');
    mkdirSync(secret, { mode: 0o700 });
    const shared = join(base, 'shared');
    const server = await open(join(secret, '.fredu'), { shared });
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(server.connection.host).toMatch(new RegExp(`^${shared}/secret-[0-9a-f]{8}/data$`));
    expect(readFileSync(join(secret, '.fredu/postgres/elsewhere.txt'), 'utf8')).toContain(shared);
    const [row] = await ask(server, 'show data_directory_mode');
    expect(row).toEqual({ data_directory_mode: '0700' });
    await server.close();
    expect((await open(join(secret, '.fredu'), { shared })).connection.host).toBe(server.connection.host);
  });
});
