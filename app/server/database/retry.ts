import type { Kysely, Transaction } from 'kysely';
import { again } from './again.ts';
import { onlyOnce, repeatable } from './once.ts';
import type { Tables } from './tables.ts';

/**
 * Runs a transaction, and again when another one got in its way. `body` must change nothing but the database. Where the request that
 * is being answered has an idempotency key, its first transaction is done once, however often the request comes.
 * @throws what `body` throws; after 6 tries the conflict itself
 */
export async function transaction<Result>(
  db: Kysely<Tables>,
  body: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  const request = repeatable.getStore();
  const work = request && !request.isBegun ? onlyOnce(request, body) : body;
  if (request) request.isBegun = true;
  return again(() => db.transaction().execute(work));
}
