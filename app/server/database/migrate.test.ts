import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/database.ts';
import { checkSchema, type Migration, migrate, readMigrations } from './migrate.ts';

const { open, close, statements } = await testDatabase({ empty: true, user: 'owner' });
const { db } = open;
const folder = mkdtempSync(join(tmpdir(), 'fredu-migrations-'));
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await db.executeQuery(CompiledQuery.raw('drop schema public cascade'));
  await db.executeQuery(CompiledQuery.raw('create schema public'));
});
const step = (name: string, ...texts: string[]): Migration => ({
  name,
  statements: texts,
  where: name.endsWith('.cockroachdb') ? 'zones' : name.endsWith('-regions') ? 'regions' : 'everywhere',
  digest: texts.join(),
});
const named = () => readMigrations().filter(({ where }) => where === 'everywhere');

describe('the migrations', () => {
  it('make the schema once, and nothing the second time', async () => {
    expect(await migrate(db)).toEqual(named().map((each) => each.name));
    expect(await migrate(db)).toEqual([]);
  });

  it('can each be run again from anywhere, as after a crash midway', async () => {
    await migrate(db);
    for (const { statements: texts } of named()) {
      for (const text of texts) await db.executeQuery(CompiledQuery.raw(text));
    }
  });

  it('use nothing that CockroachDB lacks or does badly', () => {
    for (const { name, statements: texts } of readMigrations()) {
      for (const text of texts) {
        expect(text, name).not.toMatch(
          /\bserial\b|advisory|\blisten\b|\bnotify\b|^\s*(begin|commit)\b|\$\$/i,
        );
        expect(text, name).not.toMatch(/;/);
        if (/^create (unique )?(table|index)/i.test(text)) expect(text, name).toMatch(/if not exists/i);
        if (/\btimestamp/i.test(text)) expect(text, name).toMatch(/timestamptz\(3\)/);
      }
    }
  });

  it('say to CockroachDB where the tables live that are there by then, by zones or by regions', () => {
    const all = readMigrations();
    const statementsWith = (where: string) =>
      all.filter((each) => each.where === where).flatMap((each) => each.statements);
    const read = ['people', 'courses', 'course_authors', 'sections', 'files'];
    const written = [
      'threads',
      'posts',
      'forum_edits',
      'forum_votes',
      'reports',
      'enrolments',
      'section_progress',
      'former_progress',
      'places',
      'notes',
    ];
    expect(statementsWith('zones')).toEqual(
      read.map((table) => `alter table ${table} configure zone using global_reads = true`),
    );
    expect(statementsWith('regions')).toEqual([
      ...read.map((table) => `alter table ${table} set locality global`),
      ...written.map((table) => `alter table ${table} set locality regional by row`),
    ]);
    const made = (until: number) =>
      all
        .slice(0, until)
        .flatMap((each) => each.statements)
        .join('\n');
    for (const [at, { where, statements: texts }] of all.entries()) {
      if (where === 'everywhere') continue;
      for (const text of texts)
        expect(made(at)).toContain(`create table if not exists ${/^alter table (\w+)/.exec(text)![1]} (`);
    }
  });
});

describe('a migrator', () => {
  it('waits while another one works, and then finds nothing to do', async () => {
    const slow = step(
      '0001-slow',
      'create table if not exists slow (n int8)',
      'select pg_sleep(0.3)',
      'insert into slow values (1)',
    );
    const taken = await Promise.all([migrate(db, [slow]), migrate(db, [slow])]);
    expect(taken.flat()).toEqual(['0001-slow']);
    expect((await sql`select * from slow`.execute(db)).rows).toHaveLength(1);
  });

  it('does not wait for one that crashed longer than its lease', async () => {
    await migrate(db, []);
    await sql`insert into migration_lock (id, owner, until_at) values (1, 'crashed', now() - interval '1 second')`.execute(
      db,
    );
    expect(await migrate(db, [step('0001-a', 'select 1')])).toEqual(['0001-a']);
  });

  it('lets go of the lock when a step fails, and goes on from that step', async () => {
    const good = step('0001-good', 'create table good (n int8)');
    await expect(migrate(db, [good, step('0002-bad', 'select no_such_thing()')])).rejects.toThrow(
      'no_such_thing',
    );
    expect((await sql`select * from migration_lock`.execute(db)).rows).toEqual([]);
    expect(await migrate(db, [good, step('0002-bad', 'select 1')])).toEqual(['0002-bad']);
  });

  it('refuses a step that changed after it was taken', async () => {
    await migrate(db, [step('0001-a', 'select 1')]);
    await expect(migrate(db, [step('0001-a', 'select 2')])).rejects.toThrow(
      'the migration 0001-a has changed since this database took it; put it back and write a new one',
    );
  });

  it('takes a step that others wrote earlier, after those that this database has', async () => {
    const [a, b] = [step('0001-a', 'select 1'), step('0002-b', 'select 1')];
    await migrate(db, [b]);
    expect(await migrate(db, [a, b])).toEqual(['0001-a']);
  });

  it('leaves the steps for CockroachDB alone on PostgreSQL', async () => {
    expect(
      await migrate(db, [step('0001-where.cockroachdb', 'alter table people set locality global')]),
    ).toEqual([]);
  });

  it('takes them in their place where the server says that it is CockroachDB', async () => {
    const asCockroachdb = db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) =>
        result.rows[0]?.version
          ? {
              ...result,
              rows: [{ ...result.rows[0], version: 'CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu)' }],
            }
          : result,
    });
    const steps = [
      step('0001-a', 'create table a (n int8)'),
      step('0002-where.cockroachdb', 'alter table a rename to b'),
      step('0003-b', 'insert into b values (1)'),
      step('0004-where.cockroachdb-regions', 'alter table b rename to c'),
    ];
    expect(await migrate(asCockroachdb, steps)).toEqual(['0001-a', '0002-where.cockroachdb', '0003-b']);
    expect(await migrate(asCockroachdb, steps)).toEqual([]);
    // As CockroachDB makes it with `alter database … set primary region`.
    await sql`create type crdb_internal_region as enum ('sxb', 'dc', 'do')`.execute(db);
    expect(await migrate(asCockroachdb, steps)).toEqual(['0004-where.cockroachdb-regions']);
    await sql`drop table c, migrations`.execute(db);
    const [a, zones, , regions] = steps;
    const ofC = { ...regions!, statements: ['alter table a rename to c'] };
    expect(await migrate(asCockroachdb, [a!, zones!, ofC])).toEqual(['0001-a', ofC.name]);
  });

  it('changes the schema in no transaction', async () => {
    statements.length = 0;
    await migrate(db);
    expect(statements.filter((text) => /^(begin|commit|start)/i.test(text))).toEqual([]);
  });
});

describe('a server looks at the schema only', () => {
  const [a, b, c] = ['0001-a', '0002-b', '0003-c'].map((name) => step(name, 'select 1'));
  const lacks = (missing: string) =>
    `the database lacks the migration ${missing}; run the program migrate first, as the user that owns the schema: npm run migrate`;

  it('and says which step is missing, in a database without tables too', async () => {
    await expect(checkSchema(db, [a!])).rejects.toThrow(lacks('0001-a'));
    await migrate(db, [a!]);
    await checkSchema(db, [a!]);
    await expect(checkSchema(db, [a!, b!, c!])).rejects.toThrow(lacks('0002-b and 1 more'));
    await migrate(db, [a!, b!]);
    await checkSchema(db, [a!]);
  });

  it('and writes nothing', async () => {
    await migrate(db, [a!]);
    statements.length = 0;
    await checkSchema(db, [a!]);
    expect(statements.length).toBeGreaterThan(0);
    for (const text of statements) expect(text.trim()).toMatch(/^select /);
  });

  it('and refuses a step that changed after it was taken', async () => {
    await migrate(db, [step('0001-a', 'select 1')]);
    await expect(checkSchema(db, [step('0001-a', 'select 2')])).rejects.toThrow('has changed since');
  });
});

it('a file is split at semicolons that end a line, without its comments', () => {
  writeFileSync(join(folder, '0001-x.sql'), `-- What; and why;\nselect ';' as a;\n\nselect\n  2;\n`);
  writeFileSync(join(folder, '0002-y.cockroachdb.sql'), 'select 3;');
  writeFileSync(join(folder, '0003-z.cockroachdb-regions.sql'), 'select 4;');
  expect(readMigrations(folder)).toMatchObject([
    { name: '0001-x', statements: [`select ';' as a`, 'select\n  2'], where: 'everywhere' },
    { name: '0002-y.cockroachdb', statements: ['select 3'], where: 'zones' },
    { name: '0003-z.cockroachdb-regions', statements: ['select 4'], where: 'regions' },
  ]);
});
