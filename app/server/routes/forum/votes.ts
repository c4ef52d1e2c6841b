import type { Transaction } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';

/** Votes on one thing are counted one after the other: a first vote has no row of its own to be held. */
const HOLD = {
  threads: sql`select 1 from threads where id = $1 for update`,
  posts: sql`select 1 from posts where id = $1 for update`,
};
const SCORE = {
  threads: sql`update threads set score = score + $2::int8 where id = $1`,
  posts: sql`update posts set score = score + $2::int8 where id = $1`,
};

/** Sets, changes or (0) takes back one person's vote, and the sum with it. */
export async function vote(
  db: Transaction,
  table: 'threads' | 'posts',
  { id, personId, value }: { id: string; personId: string; value: number },
): Promise<void> {
  await query(db, HOLD[table], [id]);
  const [before] = await query<{ value: number }>(
    db,
    sql`select value from forum_votes where subject_id = $1 and person_id = $2`,
    [id, personId],
  );
  const difference = value - (before?.value ?? 0);
  if (difference === 0) return;
  await (value === 0
    ? query(db, sql`delete from forum_votes where subject_id = $1 and person_id = $2`, [id, personId])
    : query(
        db,
        sql`insert into forum_votes (subject_id, person_id, value) values ($1, $2, $3)
         on conflict (subject_id, person_id) do update set value = excluded.value`,
        [id, personId, value],
      ));
  await query(db, SCORE[table], [id, difference]);
}
