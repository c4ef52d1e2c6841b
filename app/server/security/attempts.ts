import type { Database } from '../database/database.ts';
import { query } from '../database/query.ts';
import { sql } from '../database/sql.ts';
import { tooManyAttempts } from '../problems/general.ts';
import { digestOf } from './secrets.ts';

/** How often something may be tried in how long. */
export interface Allowance {
  max: number;
  minutes: number;
}

/** Nothing is counted of what would be more than the allowance; no row says so. */
const COUNT_ATTEMPT = sql`insert into attempts as a (key, count, until_at)
  select $1::text, $3::int8, now() + $2::int8 * interval '1 minute' where $3::int8 <= $4::int8
  on conflict (key) do update set
    count = case when a.until_at < now() then excluded.count else a.count + excluded.count end,
    until_at = case when a.until_at < now() then excluded.until_at else a.until_at end
  where a.until_at < now() or a.count + excluded.count <= $4::int8
  returning key`;
const SECONDS_LEFT = sql`select ceil(extract(epoch from until_at - now()))::int8 as seconds from attempts where key = $1`;

/**
 * Counts a try, or so many at once, in the database that all servers share.
 * @throws a refusal, with the seconds to wait, when `who` has tried `what` more often than allowed; none of them is counted then
 */
export async function countAttempt(
  db: Parameters<typeof query>[0],
  what: string,
  who: string,
  { max, minutes, times = 1 }: Allowance & { times?: number },
): Promise<void> {
  const key = keyOf(what, who);
  const [counted] = await query(db, COUNT_ATTEMPT, [key, minutes, times, max]);
  if (counted) return;
  const [until] = await query<{ seconds: number }>(db, SECONDS_LEFT, [key]);
  const seconds = Math.max(1, until?.seconds ?? minutes * 60);
  throw tooManyAttempts({ seconds }, { headers: { 'retry-after': String(seconds) } });
}

const SUBTRACT_ATTEMPT = sql`update attempts set count = count - 1 where key = $1 and count > 0 and until_at > now()`;

/** Takes one try out of the count again. */
export async function giveBack(db: Parameters<typeof query>[0], what: string, who: string): Promise<void> {
  await query(db, SUBTRACT_ATTEMPT, [keyOf(what, who)]);
}

/** Forgets the tries, after one that succeeded. */
export async function forgetAttempts(db: Database, what: string, who: string): Promise<void> {
  await query(db, sql`delete from attempts where key = $1`, [keyOf(what, who)]);
}

/** Addresses are digested: the table needs to recognise them, not to know them. */
const keyOf = (what: string, who: string) => digestOf(`${what}\0${who}`);
