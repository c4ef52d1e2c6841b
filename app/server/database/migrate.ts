import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledQuery, sql } from 'kysely';
import { CannotStart } from '../cannot-start.ts';
import type { Database } from './database.ts';

/**
 * Where a step is taken, by the end of its file's name. Where its tables live is said to CockroachDB alone: by zones, or
 * by localities if its database has regions (`alter database … set primary region`), where zones of tables are refused.
 */
const ENDINGS = { '.cockroachdb': 'zones', '.cockroachdb-regions': 'regions' } as const;
type Where = 'everywhere' | (typeof ENDINGS)[keyof typeof ENDINGS];

/** One step of the schema: a file of statements, each safe to run again. */
export interface Migration {
  /** Its file's name without `.sql`; steps run in the order of their names. */
  name: string;
  statements: string[];
  /** Which databases take it. */
  where: Where;
  digest: string;
}

export const MIGRATIONS = join(import.meta.dirname, '../migrations');
/** How long a migrator that stopped telling that it lives keeps others out. */
const LEASE_SECONDS = 30;

/** The steps of a folder. A statement ends with a semicolon at the end of its line; comments start a line. */
export function readMigrations(folder = MIGRATIONS): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const statements = text
        .replace(/^\s*--.*$/gm, '')
        .split(/;[ \t]*$/m)
        .map((statement) => statement.trim())
        .filter(Boolean);
      const name = file.slice(0, -'.sql'.length);
      return {
        name,
        statements,
        where: ENDINGS[extname(name) as keyof typeof ENDINGS] ?? 'everywhere',
        digest: createHash('sha256').update(text).digest('hex'),
      };
    });
}

/**
 * Brings the schema up to date and says which steps it took. Of migrators that run at once one works and the others
 * wait. What it does suits CockroachDB too: it knows no advisory locks, so a row is the lock, with an owner and an end
 * that is put off while they work (one that crashed blocks nobody for long); and it changes the schema badly inside
 * transactions, so each statement stands alone and is safe to run again.
 * @throws CannotStart when a step that was taken has changed since, or the user may not change the schema
 */
export async function migrate(db: Database, migrations = readMigrations()): Promise<string[]> {
  const run = runOn(db);
  await run(`create table if not exists migrations (
    name text primary key, digest text not null, taken_at timestamptz(3) not null default now())`).catch(
    toleratingRace,
  );
  await run(`create table if not exists migration_lock (
    id int8 primary key, owner text not null, until_at timestamptz(3) not null)`).catch(toleratingRace);

  const wanted = await forThis(db, migrations);
  const owner = randomUUID();
  const until = `now() + interval '${LEASE_SECONDS} seconds'`;

  for (;;) {
    if ((await pending(run, wanted)).length === 0) return [];
    const taken = await run(
      `insert into migration_lock as held (id, owner, until_at) values (1, $1, ${until})
       on conflict (id) do update set owner = excluded.owner, until_at = excluded.until_at
       where held.until_at < now() returning owner`,
      [owner],
    );
    if (taken.rows.length > 0) break;
    await sleep(250);
  }
  const renewal = setInterval(
    () => {
      run(`update migration_lock set until_at = ${until} where id = 1 and owner = $1`, [owner]).catch(
        () => {},
      );
    },
    (LEASE_SECONDS * 1000) / 3,
  );
  try {
    const steps = await pending(run, wanted);
    for (const step of steps) {
      for (const statement of step.statements) await run(statement);
      await run('insert into migrations (name, digest) values ($1, $2) on conflict (name) do nothing', [
        step.name,
        step.digest,
      ]);
    }
    return steps.map((step) => step.name);
  } finally {
    clearInterval(renewal);
    await run('delete from migration_lock where owner = $1', [owner]);
  }
}

/**
 * Checks that the database has taken every step that this release knows, by reading alone: the app's own user may not change the schema.
 * Steps of a later release are no fault, for the release before goes on while the next one comes.
 * @throws CannotStart naming the first step that is missing, or the one that has changed
 */
export async function checkSchema(db: Database, migrations = readMigrations()): Promise<void> {
  const missing = await pending(runOn(db), await forThis(db, migrations)).catch((error) => {
    if (error.code === NO_TABLE) return migrations;
    if (error.code === NO_RIGHT)
      throw new CannotStart(
        `the user of DATABASE_URL may not read the database: ${error.message}; see grants.sql`,
      );
    throw error;
  });
  const [first, ...others] = missing;
  if (!first) return;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  throw new CannotStart(
    `the database lacks the migration ${first.name}${more}; run the program migrate first, as the user that owns the schema: npm run migrate`,
  );
}

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html: undefined_table, insufficient_privilege */
const NO_TABLE = '42P01';
const NO_RIGHT = '42501';

const runOn =
  (db: Database): Run =>
  (text, values = []) =>
    db.executeQuery<{ name: string; digest: string }>(CompiledQuery.raw(text, values));

/** The steps that this database takes. */
async function forThis(db: Database, migrations: Migration[]): Promise<Migration[]> {
  // A database with regions has their names as a type.
  const { version, regions } = (
    await sql<{ version: string; regions: boolean }>`
      select version(), exists(select 1 from pg_type where typname = 'crdb_internal_region') as regions`.execute(
      db,
    )
  ).rows[0]!;
  const here: Where[] = ['everywhere'];
  if (/CockroachDB/i.test(version)) here.push(regions ? 'regions' : 'zones');
  return migrations.filter((each) => here.includes(each.where));
}

type Run = (text: string, values?: unknown[]) => Promise<{ rows: { name: string; digest: string }[] }>;

async function pending(run: Run, wanted: Migration[]): Promise<Migration[]> {
  const { rows } = await run('select name, digest from migrations');
  const digests = new Map(rows.map((row) => [row.name, row.digest]));
  const changed = wanted.find((step) => (digests.get(step.name) ?? step.digest) !== step.digest);
  if (changed) {
    throw new CannotStart(
      `the migration ${changed.name} has changed since this database took it; put it back and write a new one`,
    );
  }
  return wanted.filter((step) => !digests.has(step.name));
}

/** Two sessions that make the same table at once: PostgreSQL lets one fail on its catalogue, and then it is there. */
function toleratingRace(error: { code?: string; message?: string }): void {
  if (error.code === NO_RIGHT)
    throw new CannotStart(
      `the user of DATABASE_URL may not change the schema: ${error.message}; run the program migrate as the user that owns it`,
    );
  if (!['23505', '42P07', '42710'].includes(error.code ?? '')) throw error;
}
