import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../testing/database.ts';
import { MIGRATIONS } from './migrate.ts';
import { query } from './query.ts';
import { sql } from './sql.ts';

const database = await testDatabase();
const { db } = database.open;
afterAll(() => database.close());

/** Indexes with a comment on the line above them. */
const commented = readdirSync(MIGRATIONS).flatMap((file) =>
  [
    ...readFileSync(join(MIGRATIONS, file), 'utf8').matchAll(/^-- .+\ncreate index if not exists (\w+)/gm),
  ].map(([, name]) => name!),
);

it('says of each index that no key needs which query it is for, above it or in the database', async () => {
  const indexes = await query<{ name: string; comment: string | null }>(
    db,
    sql`select i.indexrelid::regclass::text as name, obj_description(i.indexrelid) as comment
     from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
    [],
  );
  expect(indexes.length).toBeGreaterThan(50);
  const bare = indexes.filter(({ name, comment }) => !comment && !commented.includes(name));
  expect(bare.map(({ name }) => name)).toEqual([]);
});
