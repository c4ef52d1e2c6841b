import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { onlyOnce, repeatable } from './once.ts';
import type { Tables } from './tables.ts';

/** Tries in all; the waits between them add up to less than a second. */
const TRIES = 6;
/** What says "run the whole transaction again": 40001 of either database, and a deadlock of PostgreSQL. */
const AGAIN = new Set(['40001', '40P01']);

/**
 * Runs a transaction, and again when another one got in its way: CockroachDB answers 40001 to the loser of a conflict
 * and expects the client to begin anew. `body` must change nothing but the database. Where the request that is being answered has an
 * idempotency key, its first transaction is done once, however often the request comes.
 * @throws what `body` throws; after 6 tries the conflict itself
 * @see https://www.cockroachlabs.com/docs/stable/transaction-retry-error-reference
 */
export async function transaction<Result>(
  db: Kysely<Tables>,
  body: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  const request = repeatable.getStore();
  const work = request && !request.isBegun ? onlyOnce(request, body) : body;
  if (request) request.isBegun = true;
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === TRIES || !AGAIN.has((error as { code?: string }).code ?? '')) throw error;
      await sleep(2 ** attempt * 5 * (0.5 + Math.random()));
    }
  }
}
