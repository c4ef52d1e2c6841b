import { setTimeout as sleep } from 'node:timers/promises';

/** Tries in all; the waits between them add up to less than a second. */
const TRIES = 6;
/** What says "run it again": 40001 of either database, and a deadlock of PostgreSQL. */
const CONFLICTS = new Set(['40001', '40P01']);

/**
 * Does a piece of work, and repeats it after a conflict with another transaction: CockroachDB answers 40001 to the loser and expects
 * the client to start over. Waits longer each time, with jitter.
 * @throws what `work` throws; after 6 tries the conflict itself
 * @see https://www.cockroachlabs.com/docs/stable/transaction-retry-error-reference
 */
export async function retryOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !CONFLICTS.has((error as { code?: string }).code ?? '')) throw error;
      await sleep(2 ** attempt * 5 * (0.5 + Math.random()));
    }
  }
}
