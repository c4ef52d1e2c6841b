import type { Database } from '../database/database.ts';
import { query } from '../database/json.ts';
import { tooManyAttempts } from '../problems/general.ts';
import { digestOf } from './secrets.ts';

/** How often something may be tried in how long. */
export interface Allowance {
  max: number;
  minutes: number;
}

const COUNT = `insert into attempts as a (key, count, until_at)
  values ($1, 1, now() + $2::int8 * interval '1 minute')
  on conflict (key) do update set
    count = case when a.until_at < now() then 1 else a.count + 1 end,
    until_at = case when a.until_at < now() then excluded.until_at else a.until_at end
  returning count, ceil(extract(epoch from until_at - now()))::int8 as seconds`;

/**
 * Counts a try, in the database that all servers share.
 * @throws a refusal, with the seconds to wait, when `who` has tried `what` more often than allowed
 */
export async function countAttempt(
  db: Database,
  what: string,
  who: string,
  { max, minutes }: Allowance,
): Promise<void> {
  const [row] = await query<{ count: number; seconds: number }>(db, COUNT, [keyOf(what, who), minutes]);
  if (row && row.count > max) {
    const seconds = Math.max(1, row.seconds);
    throw tooManyAttempts({ seconds }, { headers: { 'retry-after': String(seconds) } });
  }
}

/** Forgets the tries, after one that succeeded. */
export async function forgetAttempts(db: Database, what: string, who: string): Promise<void> {
  await query(db, 'delete from attempts where key = $1', [keyOf(what, who)]);
}

/** Addresses are digested: the table needs to recognise them, not to know them. */
const keyOf = (what: string, who: string) => digestOf(`${what}\0${who}`);
