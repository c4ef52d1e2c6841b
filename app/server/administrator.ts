import { CannotStart } from './cannot-start.ts';
import { type DatabaseChoice, openDatabase } from './database/database.ts';
import { query } from './database/query.ts';
import { sql } from './database/sql.ts';
import { transaction } from './database/transaction.ts';
import { accountEmail } from './routes/people/accounts.ts';

interface Found {
  id: string;
  role: string;
  suspended_at: Date | null;
  erase_at: Date | null;
}
const ACCOUNT_BY_EMAIL = sql`select id, role, suspended_at, erase_at from people where email = $1 for update`;
/** Their sessions end, as with every change of a role. */
const STEPS = [
  sql`update people set role = 'administrator', updated_at = now() where id = $1`,
  sql`delete from sessions where person_id = $1`,
  // Nobody who is signed in did it, and from no address of a client.
  sql`insert into audit_log (actor_id, action, subject_kind, subject_id, address, details)
   values (null, 'person.changed', 'person', $1::uuid::text, '', '{"role": "administrator", "by": "operator"}')`,
];

/**
 * Makes somebody who has an account an administrator, and says what came of it. It is how the first one comes about: administrators
 * make the others, and anyone who may run this has the database anyway.
 * @throws CannotStart with one line that says what is missing
 */
export async function makeAdministrator(choice: DatabaseChoice, typed: string | undefined): Promise<string> {
  if (!typed) throw new CannotStart('name the address of an account: administrator name@school.fr');
  const email = accountEmail(typed);
  const database = await openDatabase(choice);
  try {
    return await transaction(database.db, async (db) => {
      const [person] = await query<Found>(db, ACCOUNT_BY_EMAIL, [email]);
      if (!person) {
        throw new CannotStart(
          `nobody has an account with ${email}; sign up with it at /inscription, confirm the letter, and run this again`,
        );
      }
      if (person.suspended_at)
        throw new CannotStart(`the account of ${email} is suspended; nobody could sign in to it`);
      if (person.erase_at)
        throw new CannotStart(`the account of ${email} is to be erased; keep it first, in « Mon compte »`);
      if (person.role === 'administrator') return `${email} is an administrator already`;
      for (const step of STEPS) await query(db, step, [person.id]);
      return `${email} is an administrator now, and has to sign in again`;
    });
  } catch (error) {
    if ((error as { code?: string }).code !== NO_TABLE) throw error;
    throw new CannotStart('this database has no tables yet; run migrate first');
  } finally {
    await database.close();
  }
}

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html: undefined_table */
const NO_TABLE = '42P01';
