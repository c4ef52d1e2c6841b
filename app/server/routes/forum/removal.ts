import type { Transaction } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';

type Outcome = 'kept' | 'removed';

/** An answer that is removed counts no more, and is accepted no more; removing it again changes nothing. */
const REMOVE_POST = sql`with gone as (update posts set removed_at = now() where id = $1 and removed_at is null returning id, thread_id)
  update threads t set post_count = t.post_count - 1,
    accepted_id = case when t.accepted_id = g.id then null else t.accepted_id end
  from gone g where t.id = g.thread_id returning t.id`;
const REMOVE_THREAD = sql`update threads set removed_at = now()
  where id = $1 and removed_at is null and post_count <= $2::int8 returning id`;

/** Removes an answer, or a thread that has no more answers than that; says whether it did. */
export async function remove(
  db: Transaction,
  { kind, id }: { kind: 'thread' | 'post'; id: string },
  answersMax = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  const gone = await (kind === 'post'
    ? query(db, REMOVE_POST, [id])
    : query(db, REMOVE_THREAD, [id, answersMax]));
  return gone.length > 0;
}

const settling = (subjects: Sql): Sql =>
  sql`update reports set outcome = $3, decided_by = $2, decided_at = now()
   where outcome is null and subject_id in (${subjects}) returning id`;
/** With a thread its answers are gone as well. */
const SETTLE_REPORTS: Record<Outcome, Sql> = {
  kept: settling(sql`$1`),
  removed: settling(sql`select $1::uuid union all select q.id from posts q where q.thread_id = $1`),
};

/**
 * Settles all reports of a thing, and says how many these were. After a removal in the same transaction: a report holds what it is about,
 * so that each is either found here or finds it gone.
 */
export async function settle(
  db: Transaction,
  { outcome, id, personId }: { outcome: Outcome; id: string; personId: string },
): Promise<number> {
  return (await query(db, SETTLE_REPORTS[outcome], [id, personId, outcome])).length;
}
