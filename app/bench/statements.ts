import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';

/** A statement that ran often, and how the database goes about it whatever its values are. */
export interface HotStatement {
  sql: string;
  count: number;
  /** Mean, in milliseconds, with its way to the database and back. */
  milliseconds: number;
  plan: string[];
  /** Tables of more than a few rows that it reads from end to end. */
  scanned: string[];
}

const HOTTEST = 10;
/** A table that fits in a few pages is read at once by any plan. */
const SMALL_ROWS = 200;

/** Counts statements and asks for the plans of those that took the most time in all. */
export class Statements {
  readonly #ran = new Map<string, { count: number; milliseconds: number }>();

  ran(sql: string, milliseconds: number): void {
    const known = this.#ran.get(sql) ?? { count: 0, milliseconds: 0 };
    known.count += 1;
    known.milliseconds += milliseconds;
    this.#ran.set(sql, known);
  }

  async hottest(db: Database): Promise<HotStatement[]> {
    const sorted = [...this.#ran].sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
    const hottest: HotStatement[] = [];
    for (const [sql, { count, milliseconds }] of sorted) {
      if (hottest.length === HOTTEST) break;
      if (!/^\s*(select|insert|update|delete|with)\b/i.test(sql)) continue;
      const plan = await planOf(db, sql);
      hottest.push({
        sql: sql.replaceAll(/\s+/g, ' '),
        count,
        milliseconds: milliseconds / count,
        plan,
        scanned: await scannedBy(db, plan),
      });
    }
    return hottest;
  }
}

/** The plan that is kept for a prepared statement. @see https://www.postgresql.org/docs/16/sql-explain.html GENERIC_PLAN */
async function planOf(db: Database, text: string): Promise<string[]> {
  const lines = await query<{ 'QUERY PLAN': string }>(
    db,
    uncheckedSql(`explain (generic_plan, costs off) ${text}`),
  );
  return lines.map((line) => line['QUERY PLAN']);
}

async function scannedBy(db: Database, plan: string[]): Promise<string[]> {
  const tables = plan.flatMap((line) => /Seq Scan on (\w+)/.exec(line)?.[1] ?? []);
  const big = await query<{ relname: string }>(
    db,
    sql`select relname::text from pg_class where relname = any($1::text[]) and reltuples > $2`,
    [tables, SMALL_ROWS],
  );
  return big.map(({ relname }) => relname);
}
