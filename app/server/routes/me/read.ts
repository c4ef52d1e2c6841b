import { moment, type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import type { Me } from '#shared/schemas/person.ts';

const ME = sql`select id, email, name, about, role, language, version, ${moment(sql`created_at`)} as "createdAt",
    ${moment(sql`erase_at`)} as "eraseAt", wants_to_teach_at is not null as "waitsToTeach"
  from people where id = $1`;

/** One's own account. */
export async function readMe(db: Queryable, id: string): Promise<Me> {
  const [me] = await query<Me>(db, ME, [id]);
  if (!me) throw new Error(`the person ${id} of a session is gone`);
  return me;
}
