import { CompiledQuery } from 'kysely';
import type { Database } from './database.ts';
import { retryOnConflict } from './retry.ts';
import { type Sql, sql } from './sql.ts';

/** What runs a statement: the database, or an open transaction. */
export type Queryable = Pick<Database, 'executeQuery'> & { isTransaction?: boolean };

/** A moment as JSON has it: UTC, to the millisecond. PostgreSQL and CockroachDB would each write their own. */
export const moment = (column: Sql): Sql =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The rows of a subquery as a JSON array, never null: `rows(sql`json_build_object('id', p.id)`, sql`a.position`, sql`from …`)`. */
export const rows = (item: Sql, order: Sql, from: Sql): Sql =>
  sql`(select coalesce(json_agg(${item} order by ${order}), '[]'::json) ${from})`;

/**
 * Runs a statement that is written out; its text is a constant, so that connections keep it prepared. One that another got in the way
 * of is run again, unless it is a part of a transaction, which is then run again as a whole.
 */
export async function query<Row>(db: Queryable, text: Sql, values: unknown[] = []): Promise<Row[]> {
  const run = async () => (await db.executeQuery<Row>(CompiledQuery.raw(text, values))).rows;
  return db.isTransaction ? run() : retryOnConflict(run);
}

/** The one row of a statement that always finds one. @throws where it finds none: a mistake of ours */
export async function queryRow<Row>(db: Queryable, text: Sql, values: unknown[] = []): Promise<Row> {
  const [row] = await query<Row>(db, text, values);
  if (row === undefined) throw new Error(`no row: ${text}`);
  return row;
}
