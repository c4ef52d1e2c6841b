import { afterAll, expect, it } from 'vitest';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';
import { testDatabase } from '../testing/database.ts';
import { query } from './query.ts';
import { sql } from './sql.ts';

const database = await testDatabase({ user: 'owner' });
const { db } = database.open;
afterAll(() => database.close());

/** Foreign keys that no index needs to lead, each as `table (columns)` with the reason: a table that stays small. */
const UNINDEXED: Record<string, string> = {};

/**
 * Foreign keys whose columns no index begins with. An index over some of the rows counts where its condition follows from the question
 * that a deletion asks, which is `column = …`: that the column is not null.
 */
const LOOSE = sql`select c.conrelid::regclass::text || ' (' || k.names || ')' as name
  from pg_constraint c cross join lateral (
    select string_agg(a.attname, ', ' order by part.position) as names
    from unnest(c.conkey) with ordinality part (number, position)
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = part.number
  ) k
  where c.contype = 'f' and not exists (
    select 1 from pg_index i
    where i.indrelid = c.conrelid and i.indisvalid
      and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = '(' || k.names || ' IS NOT NULL)')
  )
  order by name`;
const loose = async () => (await query<{ name: string }>(db, LOOSE, [])).map(({ name }) => name);

it('finds by an index whatever names a row that is deleted', async () => {
  expect(await loose()).toEqual(Object.keys(UNINDEXED).sort());
});

it('would see one that is missing, that comes second, or that is over other rows', async () => {
  await query(db, sql`create table rooms (id int8 primary key, floor int8, unique (id, floor))`, []);
  await query(
    db,
    sql`create table chairs (id int8 primary key, bare int8 references rooms on delete cascade, second int8 references rooms,
      others int8 references rooms on delete set null, known int8 references rooms on delete set null, full_one int8 references rooms,
      room int8, floor int8, foreign key (room, floor) references rooms (id, floor))`,
    [],
  );
  for (const index of [
    'chairs (id, second)',
    'chairs (others) where bare is not null',
    'chairs (known) where known is not null',
    'chairs (full_one, bare)',
    'chairs (floor, room, id)',
  ])
    await query(db, uncheckedSql(`create index on ${index}`), []);
  expect(await loose()).toEqual(['chairs (bare)', 'chairs (others)', 'chairs (second)']);
});
