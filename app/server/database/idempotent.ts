import { AsyncLocalStorage } from 'node:async_hooks';
import { problemKind } from '#shared/problem.ts';
import type { Sealing } from '../security/sealing.ts';
import type { Transaction } from './database.ts';
import type { Json } from './json.ts';
import { query } from './query.ts';
import { sql } from './sql.ts';

/** A request that its sender may repeat under the same idempotency key. */
export interface IdempotentRequest {
  personId: string;
  sealing: Sealing;
  /** Its first transaction was begun; what follows is not remembered. */
  isBegun: boolean;
}

/** The request that is being answered, where it has an idempotency key. */
export const idempotentRequest = new AsyncLocalStorage<IdempotentRequest>();

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
/** The refusal of a request that is answered elsewhere at the moment: repeated in a second, it gets that answer. */
export const requestUnderWay = () => underWay({}, { headers: { 'retry-after': '1' } });

const KEPT_OUTCOME = sql`select outcome, status from idempotency_keys where person_id = $1 and key = $2 for update`;
const KEEP_OUTCOME = sql`update idempotency_keys set outcome = $3 where person_id = $1 and key = $2`;

/**
 * The body of a transaction, run once however often its request is repeated: its result is committed together with what it did,
 * encrypted, and a repeated request gets the JSON of it. So it must hold all that the answer needs. Once the answer itself is kept, the result is deleted.
 * @throws request-under-way: a repetition of the request took the key over and was answered, or failed and gave it up, before this one began
 */
export function runOnce<Result extends Json>(
  { personId, sealing }: IdempotentRequest,
  body: (transaction: Transaction) => Promise<Result>,
): (transaction: Transaction) => Promise<Result> {
  return async (transaction) => {
    const [kept] = await query<{ outcome: string | null; status: number | null }>(transaction, KEPT_OUTCOME, [
      personId,
      sealing.name,
    ]);
    if (!kept || kept.status !== null) throw requestUnderWay();
    if (kept.outcome) return JSON.parse(sealing.open(kept.outcome)) as Result;
    const result = await body(transaction);
    await query(transaction, KEEP_OUTCOME, [
      personId,
      sealing.name,
      sealing.seal(JSON.stringify(result ?? null)),
    ]);
    return result;
  };
}
