import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMigrations } from './migrate.ts';

/** What CockroachDB has not, or does badly. A `listen` or `notify` begins its line or its text: servers listen too. */
const LACKS =
  /\b(small|big)?serial[248]?\b|advisory|(^|['"`;])\s*(un)?(listen|notify)\s+\w|pg_notify|\$\$(?!\{)|\bcreate (or replace )?(function|procedure|trigger)\b|\block table\b|\bctid\b/im;

const APP = join(import.meta.dirname, '../..');
/** PostgreSQL alone reads these: the one that is run for oneself, and the one that tests run. */
const OF_POSTGRES = ['server/database/embedded/', 'server/testing/'];
const sources = ['server', 'demo']
  .flatMap((folder) =>
    readdirSync(join(APP, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => /(?<!\.test)\.ts$/.test(path) && !OF_POSTGRES.some((each) => path.startsWith(each)));
const withoutComments = (text: string) => text.replace(/^\s*(\/\*|\*|\/\/).*$/gm, '');

describe('what CockroachDB lacks or does badly', () => {
  it('stands in no migration', () => {
    for (const { name, statements } of readMigrations())
      for (const text of statements) expect(text, name).not.toMatch(LACKS);
  });

  it('stands in no statement of the app and the demo', () => {
    expect(sources).toEqual(expect.arrayContaining(['server/database/migrate.ts', 'demo/fill.ts']));
    for (const path of sources)
      expect(withoutComments(readFileSync(join(APP, path), 'utf8')), path).not.toMatch(LACKS);
  });

  it.each([
    "query(db, 'select pg_try_advisory_lock(1)')",
    "sql.raw('LISTEN courses')",
    '`\n  notify courses`',
    "select pg_notify('a', 'b')",
    '(id bigserial primary key)',
    'create or replace function f() returns int8',
    'create trigger t',
    'do $$ begin end $$',
    "'lock table people'",
    'select ctid from people',
  ])('is found in %j', (text) => expect(text).toMatch(LACKS));

  it.each(['server.listen(0)', "'cannot listen on port 1'", "from './notify.ts'", '`c.id = $${at}`'])(
    'is not %j',
    (text) => expect(text).not.toMatch(LACKS),
  );
});
