import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { countAttempt, forgetAttempts } from '#server/security/attempts.ts';
import { passwordFits } from '#server/security/passwords.ts';
import { wrongPassword } from '../people/problems.ts';

/** Wrong passwords of somebody who is signed in: a session that was left open is no way to guess. */
const GUESSES = { max: 10, minutes: 15 };

/** Asks for the password once more, before what a session alone must not do. @throws a refusal for a wrong one, and for too many of them */
export async function checkOwnPassword(db: Database, personId: string, password: string): Promise<void> {
  await countAttempt(db, 'password', personId, GUESSES);
  const [known] = await query<{ password_hash: string | null }>(
    db,
    sql`select password_hash from people where id = $1`,
    [personId],
  );
  if (!(await passwordFits(password, known?.password_hash))) throw wrongPassword({});
  await forgetAttempts(db, 'password', personId);
}
