import { mkdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type * as kysely from 'kysely';
import { CompiledQuery, Kysely, type LogEvent, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { DATABASE } from '#shared/contract.ts';
import { CannotStart } from '../cannot-start.ts';
import { PreparingClient } from './client.ts';
import { embeddedPostgres } from './embedded/postgres.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
/** A transaction that is open: what its statements are run by. */
export type Transaction = kysely.Transaction<Tables>;

/** Which server the app reads and writes. */
export type DatabaseChoice =
  | {
      /**
       * `postgresql://user@host:port/name`, of PostgreSQL or CockroachDB. With `?prepare=false` each statement is planned
       * each time, for a pooler in transaction mode that does not follow prepared statements.
       * @see https://www.pgbouncer.org/config.html#max_prepared_statements (since 1.21)
       */
      url: string;
      /** Files that prove who we are and whom we trust, where the server wants certificates. */
      ca?: string;
      cert?: string;
      key?: string;
    }
  | {
      /** Folder below which an embedded server keeps its data. */
      folder: string;
    };

/** An open database and how to leave it. */
export interface OpenDatabase {
  db: Database;
  /** What it is, for one line in the log: no password in it. */
  name: string;
  /** Connections that stand, those of them that nobody uses, and how many wait for one. */
  connections?(): { open: number; idle: number; waiting: number };
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most. Beyond a few for each processor they wait on each other inside the server. */
  connections?: number;
  /** How long a statement may be without any answer before its connection counts as broken. @default as long as the system says */
  silenceSeconds?: number;
  /** Called with every statement, how long it took, and why it failed if it did. */
  onStatement?: ((sql: string, milliseconds: number, error?: unknown) => void) | undefined;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onLost?: (error: Error) => void;
}

const CONNECTIONS = 10;

/** Opens the database, and proves that it answers. @throws CannotStart when it does not, or the address is none */
export async function openDatabase(
  choice: DatabaseChoice,
  options: DatabaseOptions = {},
): Promise<OpenDatabase> {
  if ('url' in choice) return openUrl(choice, options);
  try {
    mkdirSync(choice.folder, { recursive: true });
  } catch (error) {
    throw new CannotStart(
      `cannot keep data in ${choice.folder}: ${(error as Error).message}; give the folder to yourself, or name a database in DATABASE_URL`,
    );
  }
  const embedded = await embeddedPostgres(choice.folder);
  if (!embedded) return openPglite(choice.folder, options);
  const opened = pooled({ ...embedded.connection }, options);
  return {
    ...opened,
    name: `PostgreSQL of its own${embedded.adopted ? ', found running,' : ''} in ${embedded.connection.host}`,
    async close() {
      await opened.close();
      await embedded.close();
    },
  };
}

async function openUrl(
  { url, ca, cert, key }: Extract<DatabaseChoice, { url: string }>,
  options: DatabaseOptions,
): Promise<OpenDatabase> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new CannotStart('DATABASE_URL is no database address; write postgresql://user@host:5432/name');
  }
  const mode = parsed.searchParams.get('sslmode') ?? 'disable';
  const prepare = parsed.searchParams.get('prepare') ?? 'true';
  if (!['true', 'false'].includes(prepare))
    throw new CannotStart(
      `DATABASE_URL has prepare=${prepare}; write prepare=false for a pooler that does not follow prepared statements, or nothing`,
    );
  // The driver would read these in its own way and forget what is given beside the address.
  for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'prepare'])
    parsed.searchParams.delete(name);
  // Anyone who asks for TLS gets the server's certificate verified, by our file or by the system's authorities.
  const ssl =
    ca || cert || !['disable', 'allow', 'prefer'].includes(mode)
      ? renewable({ PGSSLROOTCERT: ['ca', ca], PGSSLCERT: ['cert', cert], PGSSLKEY: ['key', key] })
      : undefined;
  const opened = pooled(
    { connectionString: parsed.href, ssl, Client: prepare === 'true' ? PreparingClient : pg.Client },
    options,
  );
  const where = `${parsed.hostname}${parsed.port ? `:${parsed.port}` : ''}`;
  const name = decodeURIComponent(parsed.pathname.slice(1));
  try {
    await opened.db.executeQuery(CompiledQuery.raw('select 1'));
  } catch (error) {
    await opened.close();
    throw new CannotStart(
      `the database ${name || '(none named)'} at ${where} of DATABASE_URL does not answer: ${reason(error)}`,
    );
  }
  return { ...opened, name: `${name} at ${where}` };
}

/**
 * What the driver asks for at each new connection, read again from the files: their renewal need not restart anything,
 * for no connection lives longer than `maxLifetimeSeconds` of the pool. A file that is just not there is as it was.
 * @throws CannotStart when a file cannot be read at the start
 */
function renewable(
  files: Record<string, [name: 'ca' | 'cert' | 'key', path: string | undefined]>,
): ConnectionOptions {
  const options: ConnectionOptions = {};
  for (const [variable, [name, path]] of Object.entries(files)) {
    if (!path) continue;
    let last = readCertificate(variable, path);
    Object.defineProperty(options, name, {
      enumerable: true,
      configurable: true,
      get() {
        try {
          last = readFileSync(path, 'utf8');
        } catch {
          // in the middle of being replaced
        }
        return last;
      },
    });
  }
  return options;
}

function readCertificate(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CannotStart(`cannot read ${path}, which ${variable} names: ${(error as Error).message}`);
  }
}

/** Why a connection failed, in the driver's words: it names no password. */
function reason(error: unknown): string {
  const { message, code, errors } = error as Error & { code?: string; errors?: Error[] };
  return message || errors?.map((each) => each.message).join(', ') || code || 'no reason given';
}

function pooled(config: pg.PoolConfig, options: DatabaseOptions): OpenDatabase {
  const pool = new pg.Pool({
    Client: PreparingClient,
    ...config,
    max: options.connections ?? CONNECTIONS,
    application_name: 'fredu',
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: DATABASE.connectionLifetimeSeconds,
    keepAlive: true,
  });
  pool.on('error', (error) => options.onLost?.(error));
  pool.on('connect', (client) => {
    // One that breaks between two statements of a transaction has nobody who listens, and would end the process; its next statement fails.
    client.on('error', () => undefined);
    if (options.silenceSeconds === undefined) return;
    const watched = client as unknown as { connection: { stream: Socket }; readyForQuery: boolean };
    const { stream } = watched.connection;
    stream.setTimeout(options.silenceSeconds * 1000, () => {
      if (!watched.readyForQuery) stream.destroy();
    });
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), log: logOf(options) });
  return {
    db,
    name: 'PostgreSQL',
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => db.destroy(),
  };
}

/** PostgreSQL inside this process, where no server can be run: one session and slower, but the same statements. */
async function openPglite(folder: string, options: DatabaseOptions = {}): Promise<OpenDatabase> {
  const { PGlite, types } = await import('@electric-sql/pglite').catch(() => {
    throw new CannotStart(
      `no PostgreSQL is packaged for ${process.platform} on ${process.arch}; name a database in DATABASE_URL`,
    );
  });
  const data = join(folder, 'pglite');
  const pglite = await PGlite.create({ dataDir: data, parsers: { [types.INT8]: Number } });
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }), log: logOf(options) });
  return { db, name: `PostgreSQL inside this process, in ${data}`, close: () => db.destroy() };
}

const logOf = ({ onStatement }: DatabaseOptions) =>
  onStatement &&
  ((event: LogEvent) => {
    const { query, queryDurationMillis } = event;
    onStatement(query.sql, queryDurationMillis, event.level === 'error' ? event.error : undefined);
  });
