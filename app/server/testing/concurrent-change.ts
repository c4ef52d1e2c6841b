import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '../database/database.ts';
import { query } from '../database/query.ts';
import { sql } from '../database/sql.ts';

const WAITING_FOR_LOCK = sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

/** How many connections wait for what another one holds. */
export const waiting = async (db: Database): Promise<number> => (await query(db, WAITING_FOR_LOCK)).length;

/** Begins `work` while `change` is done and not yet committed; its answer, once both are. What `change` holds `work` waits for. */
export async function meanwhile<Answer>(
  db: Database,
  change: (transaction: Transaction) => Promise<unknown>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  let working: Promise<Answer> | undefined;
  await db.transaction().execute(async (transaction) => {
    await change(transaction);
    let isDone = false;
    working = work().finally(() => {
      isDone = true;
    });
    while (!isDone && (await waiting(db)) === 0) await sleep(5);
  });
  return working!;
}
