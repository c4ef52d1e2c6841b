import type { Sql } from '../database/sql.ts';

/** SQL text whatever is in it, for tests and measurements that name a table or show a plan. The app has no such door. */
export const uncheckedSql = (text: string): Sql => text as Sql;
