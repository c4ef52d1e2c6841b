import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transaction } from 'kysely';
import { problemKind } from '#shared/problem.ts';
import type { Sealing } from '../security/sealing.ts';
import { query } from './json.ts';
import type { Tables } from './tables.ts';

/** A request that may come again, under a key of its sender's. */
export interface Repeatable {
  personId: string;
  sealing: Sealing;
  /** Its first transaction was begun; what follows is not remembered. */
  isBegun: boolean;
}

/** The request that is being answered, where it may come again. */
export const repeatable = new AsyncLocalStorage<Repeatable>();

const underWay = problemKind('request-under-way', 409, {
  fr: {
    title: 'Demande déjà en cours',
    detail: () => 'La même demande est en train d’être traitée. Réessayez dans un instant.',
  },
  en: {
    title: 'Request under way',
    detail: () => 'The same request is being worked on. Try again in a moment.',
  },
});
/** The refusal of a request that somebody else answers or has just answered: asked again in a second, it gets that answer. */
export const comeAgain = () => underWay({}, { headers: { 'retry-after': '1' } });

const LOCK = 'select outcome, status from idempotency_keys where person_id = $1 and key = $2 for update';
const REMEMBER = 'update idempotency_keys set outcome = $3 where person_id = $1 and key = $2';

/**
 * The body of a transaction, done once for all times that its request comes: what it came to is committed together with what it did,
 * sealed, and is given again instead of doing it again. So it must be JSON, and hold all that the answer needs. Once the answer is kept it is forgotten.
 * @throws request-under-way: another time of the request took the key over and was answered, or failed and gave it up, before this one began
 */
export function onlyOnce<Result>(
  { personId, sealing }: Repeatable,
  body: (transaction: Transaction<Tables>) => Promise<Result>,
): (transaction: Transaction<Tables>) => Promise<Result> {
  return async (transaction) => {
    const [kept] = await query<{ outcome: string | null; status: number | null }>(transaction, LOCK, [
      personId,
      sealing.name,
    ]);
    if (!kept || kept.status !== null) throw comeAgain();
    if (kept.outcome) return JSON.parse(sealing.open(kept.outcome)) as Result;
    const result = await body(transaction);
    await query(transaction, REMEMBER, [
      personId,
      sealing.name,
      sealing.seal(JSON.stringify(result ?? null)),
    ]);
    return result;
  };
}
