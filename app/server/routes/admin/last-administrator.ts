import type { Transaction } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { lastAdministrator } from './problems.ts';

/** In the order of their ids, so that of two who take each other's rights the second waits and is refused; one who has asked to be erased does not count. */
const ADMINISTRATORS_LOCKED = sql`select id from people
  where role = 'administrator' and suspended_at is null and erase_at is null order by id for update`;

/** Whether there is an administrator beside that person; who they are stays as it is until the transaction ends. */
export async function isAnotherAdministrator(db: Transaction, id: string): Promise<boolean> {
  const all = await query<{ id: string }>(db, ADMINISTRATORS_LOCKED);
  return all.some((each) => each.id !== id);
}

const ROLE_OF_PERSON = sql`select role from people where id = $1`;

/** Before somebody's rights or account go, in the transaction in which they do. @throws a refusal where nobody would be left to see to the others */
export async function checkNotLast(db: Transaction, id: string): Promise<void> {
  const isOther = await isAnotherAdministrator(db, id);
  const [person] = await query<{ role: string }>(db, ROLE_OF_PERSON, [id]);
  if (person?.role === 'administrator' && !isOther) throw lastAdministrator({});
}
