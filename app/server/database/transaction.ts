import type { Database, Transaction } from './database.ts';
import { idempotentRequest, runOnce } from './idempotent.ts';
import type { Json } from './json.ts';
import { retryOnConflict } from './retry.ts';

/**
 * Runs a transaction, and again after a conflict with another one. `body` must change nothing but the database. Where the request that
 * is being answered has an idempotency key, its first transaction is done once, however often the request comes: a repeated request
 * gets the JSON of the first run's result, so a result is JSON or nothing at all.
 * @throws what `body` throws; after 6 tries the conflict itself
 */
export function transaction(db: Database, body: (transaction: Transaction) => Promise<void>): Promise<void>;
export function transaction<Result extends Json>(
  db: Database,
  body: (transaction: Transaction) => Promise<Result>,
): Promise<Result>;
export async function transaction<Result extends Json>(
  db: Database,
  body: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const request = idempotentRequest.getStore();
  const work = request && !request.isBegun ? runOnce(request, body) : body;
  if (request) request.isBegun = true;
  return retryOnConflict(() => db.transaction().execute(work));
}
