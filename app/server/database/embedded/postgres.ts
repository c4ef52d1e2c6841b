import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CannotStart } from '#server/cannot-start.ts';
import { type Account, databaseAccount } from './account.ts';
import { type Binaries, packagedBinaries, runnableBinaries } from './binaries.ts';
import { databaseHome } from './home.ts';
import { serverPid, writtenPid } from './postmaster.ts';

/** How clients reach the embedded server. It listens on no port: only who may enter its folder reaches it. */
interface Connection {
  /** The folder of its socket. */
  host: string;
  user: string;
  database: string;
}

/** A PostgreSQL server of our own, started or found running. */
export interface EmbeddedPostgres {
  connection: Connection;
  /** Whether a server that an earlier or another start left behind was found. */
  adopted: boolean;
  pid(): number | undefined;
  /** Leaves the server; the last one to leave stops it. */
  close(): Promise<void>;
}

const NAME = 'fredu';
/** How long a server may take to come up after a crash, while it replays its log. */
const START_SECONDS = 60;
/** Bytes of a socket's path that every system accepts. @see unix(7): sun_path holds 108, on macOS 104 */
const SOCKET_PATH_MAX = 100;

/**
 * The embedded server over the data below `folder`: adopted where one runs, started where none does, made where there
 * are no data yet. It is started again when it dies. Nothing where this machine has no binaries.
 * @throws CannotStart when the data are another release's, or the server does not come up
 */
export async function embeddedPostgres(
  folder: string,
  options: { shared?: string } = {},
): Promise<EmbeddedPostgres | undefined> {
  const packaged = await packagedBinaries();
  if (!packaged) return undefined;
  const account = databaseAccount();
  const home = databaseHome(folder, account, options);
  const binaries = await runnableBinaries(packaged, { account, shared: home.shared });
  const data = join(home.folder, 'data');
  initialize(binaries, { folder: home.folder, data, account });
  refuseOtherRelease(binaries, data);
  const socket = shortened(data);
  const connection: Connection = { host: socket.folder, user: NAME, database: NAME };
  const log = join(folder, 'postgres.log');
  const server = { binaries, data, account, log, connection };
  let held = await hold(server);
  const { adopted } = held;
  await createDatabase(connection);

  let closing = false;
  let reviving: Promise<void> | undefined;
  const revive = () => {
    if (closing) return;
    // Anyone who asks the database meanwhile gets an error.
    reviving = hold(server).then(
      (again) => {
        held = again;
        held.lost(revive);
      },
      () => void setTimeout(revive, 1000).unref(),
    );
  };
  held.lost(revive);

  return {
    connection,
    adopted,
    pid: () => serverPid(data),
    async close() {
      closing = true;
      await reviving;
      await held.release();
      await stopUnlessUsed(server);
      socket.remove();
    },
  };
}

interface Server {
  binaries: Binaries;
  data: string;
  account: Account | undefined;
  log: string;
  connection: Connection;
}

/** Makes the data folder in one step, so that a start that is killed midway leaves none, and of two one wins. */
function initialize(
  { initdb }: Binaries,
  { folder, data, account }: { folder: string; data: string; account: Account | undefined },
): void {
  if (existsSync(join(data, 'PG_VERSION'))) return;
  const unfinished = join(folder, `unfinished-${process.pid}`);
  const flags = ['--auth-local=trust', '--auth-host=reject', `--username=${NAME}`, '--encoding=UTF8'];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const done = spawnSync(initdb, [`--pgdata=${unfinished}`, ...flags, ...locale], {
    ...as(account),
    cwd: '/',
    encoding: 'utf8',
  });
  try {
    if (done.status !== 0)
      throw new CannotStart(`cannot make a database in ${folder}: ${lastLine(done.stderr)}`);
    renameSync(unfinished, data);
  } catch (error) {
    if (!existsSync(join(data, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function refuseOtherRelease({ release }: Binaries, data: string): void {
  const written = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  const major = release.split('.')[0];
  if (written !== major) {
    throw new CannotStart(
      `the data in ${data} were written by PostgreSQL ${written}, and this is ${major}; move the folder away to start over, or name a database of your own in DATABASE_URL`,
    );
  }
}

/** A connection that says that the server is in use. */
interface Hold {
  adopted: boolean;
  /** Tells when the server went away by itself. */
  lost(tell: () => void): void;
  release(): Promise<void>;
}

/**
 * Adopts or starts the server and holds it: with a lock that everyone shares who uses it, and that who wants to stop it
 * must have alone. A server that is being stopped ends the wait for that lock, and another one is started.
 */
async function hold(server: Server): Promise<Hold> {
  const deadline = Date.now() + START_SECONDS * 1000;
  let adopted = true;
  while (Date.now() < deadline) {
    const client = clientOf(server.connection);
    try {
      await client.connect();
      await client.query('select pg_advisory_lock_shared($1)', [IN_USE]);
      return {
        adopted,
        lost: (tell) => client.once('end', tell),
        async release() {
          client.removeAllListeners('end');
          await client.end().catch(() => undefined);
        },
      };
    } catch {
      client.end().catch(() => undefined);
    }
    if (serverPid(server.data)) {
      await sleep(20);
      continue;
    }
    // Left by a server that was killed, and its number may now belong to another program.
    if (writtenPid(server.data)) rmSync(join(server.data, 'postmaster.pid'), { force: true });
    if (await spawned(server)) adopted = false;
  }
  throw new CannotStart(
    `PostgreSQL does not come up over ${server.data}: ${lastLine(readLog(server.log))}; all it said is in ${server.log}`,
  );
}
/** Number of the lock; nothing else locks in the maintenance database of a server of our own. */
const IN_USE = 1;

const CONFIGURATION = {
  listen_addresses: '',
  unix_socket_directories: '.',
  max_connections: 100,
  // Statements are prepared and written for any values: planning a search each time costs as much as the search.
  plan_cache_mode: 'force_generic_plan',
};

/** Starts the server and waits until it owns the data or has ended; another start may have been faster. */
async function spawned({ binaries, data, account, log }: Server): Promise<boolean> {
  const output = openSync(log, 'a', 0o600);
  // A group of its own: Ctrl-C must reach this process only, which still needs the server to answer what is under way.
  const child = spawn(
    binaries.postgres,
    ['-D', data, ...Object.entries(CONFIGURATION).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...as(account), cwd: '/', detached: true, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  const end = new Promise<'ended'>((resolve) => {
    child.once('exit', () => resolve('ended'));
    child.once('error', () => resolve('ended'));
  });
  child.unref();
  for (;;) {
    const state = await Promise.race([end, sleep(20)]);
    if (state === 'ended') {
      await sleep(200);
      return false;
    }
    if (serverPid(data) === child.pid) return true;
  }
}

async function createDatabase(connection: Connection): Promise<void> {
  const found = await ask(connection, 'select 1 from pg_database where datname = $1', [NAME]);
  if (found.length > 0) return;
  await ask(connection, `create database ${NAME}`).catch((error: { code?: string }) => {
    // 42P04, 23505: of two starts at once the other made it.
    if (error.code !== '42P04' && error.code !== '23505') throw error;
  });
}

/** Stops the server where nobody holds it; anyone who comes meanwhile waits for the lock, and then starts another. */
async function stopUnlessUsed({ connection, data }: Server): Promise<void> {
  const client = clientOf(connection);
  try {
    await client.connect();
    const { rows } = await client.query('select pg_try_advisory_lock($1) as alone', [IN_USE]);
    const pid = serverPid(data);
    if (!rows[0]?.alone || !pid) return;
    process.kill(pid, 'SIGINT');
    for (let waited = 0; serverPid(data) && waited < 10_000; waited += 20) await sleep(20);
  } catch {
    // It is gone already.
  } finally {
    await client.end().catch(() => undefined);
  }
}

function clientOf(connection: Connection): pg.Client {
  const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  return client;
}

async function ask(connection: Connection, text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = clientOf(connection);
  try {
    await client.connect();
    return (await client.query(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The folder of the socket under a path that is short enough: itself, or a link to it that this process made. */
function shortened(data: string): { folder: string; remove(): void } {
  if (Buffer.byteLength(join(data, '.s.PGSQL.5432')) <= SOCKET_PATH_MAX) return { folder: data, remove() {} };
  const holder = mkdtempSync(join(tmpdir(), 'fredu-'));
  const link = join(holder, 'db');
  symlinkSync(data, link);
  return { folder: link, remove: () => rmSync(holder, { recursive: true, force: true }) };
}

const as = (account: Account | undefined) => (account ? { uid: account.uid, gid: account.gid } : {});
const lastLine = (text: string): string => text.trim().split('\n').at(-1) || 'it said nothing';
const readLog = (log: string): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
