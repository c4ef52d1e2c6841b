import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { joined, parameter, type Sql, sql } from './sql.ts';

const SERVER = join(import.meta.dirname, '..');
const shipped = globSync('**/*.ts', { cwd: SERVER }).filter(
  (path) => !path.endsWith('.test.ts') && !path.startsWith('testing/'),
);
const having = (form: RegExp) =>
  shipped.filter((path) => form.test(readFileSync(join(SERVER, path), 'utf8'))).sort();

it('is put together from SQL text', () => {
  const columns = joined([sql`p.id`, sql`p.name`], sql`, `);
  expect(sql`select ${columns} from people p where p.id = ${parameter(2)}`).toBe(
    'select p.id, p.name from people p where p.id = $2',
  );
});

it('takes no value', () => {
  const name: string = "x'; drop table people; --";
  // @ts-expect-error: a text
  const text: Sql = name;
  // @ts-expect-error: a text within
  const within = sql`select 1 where 'a' = '${name}'`;
  // @ts-expect-error: a number, whatever bounds it
  const number = sql`select 1 limit ${Math.min(100, name.length)}`;
  // @ts-expect-error: a template without the tag
  const untagged: Sql = `select ${parameter(1)}`;
  expect([text, within, number, untagged]).toHaveLength(4);
});

it('is the only text that reaches the database', () => {
  expect(shipped.length).toBeGreaterThan(100);
  expect(having(/\bas Sql\b/)).toEqual(['database/sql.ts']);
  expect(having(/\buncheckedSql\b/)).toEqual([]);
  expect(having(/\bsql\.(raw|lit)\b/)).toEqual([]);
  // What the migrations are is files; the others prove that a database answers, and run what is typed `Sql`.
  expect(having(/CompiledQuery\.raw\(/)).toEqual([
    'database/database.ts',
    'database/migrate.ts',
    'database/query.ts',
  ]);
});
