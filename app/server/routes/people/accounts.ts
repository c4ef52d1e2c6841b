import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { invalidRequest } from '#server/problems/general.ts';
import { passwordWeakness } from '#server/security/password-rules.ts';
import type { Language } from '#shared/problem.ts';

/** An address as accounts know it: nobody has two that differ in capitals. */
export const accountEmail = (typed: string): string => typed.trim().toLowerCase().normalize('NFC');

/** @throws a refusal that names the field, for a password that is easily guessed */
export function checkPassword(password: string, field: string, whose: { email: string; name: string }): void {
  const weakness = passwordWeakness(password, whose);
  if (weakness) throw invalidRequest({ count: 1 }, { errors: (language) => [weakness(field, language)] });
}

/** @throws a refusal that names the field, where a child would agree for its parent */
export function checkGuardian(guardian: string | undefined, own: string): void {
  if (guardian !== own) return;
  throw invalidRequest(
    { count: 1 },
    { errors: (language) => [{ field: 'body.guardianEmail', ...OWN_ADDRESS[language] }] },
  );
}
const OWN_ADDRESS = {
  fr: { reason: 'c’est l’adresse de l’enfant', mend: 'donnez celle d’un parent' },
  en: { reason: 'this is the child’s own address', mend: 'give that of a parent' },
};

export interface Account {
  id: string;
  email: string;
  name: string;
  language: Language;
  password_hash: string | null;
}

const ACCOUNT_BY_EMAIL = sql`select id, email, name, language, password_hash from people
  where email = $1 and suspended_at is null`;

/** The account that an address signs in to. */
export async function accountOf(db: Database, email: string): Promise<Account | undefined> {
  return (await query<Account>(db, ACCOUNT_BY_EMAIL, [accountEmail(email)]))[0];
}

const LANGUAGES_BY_EMAIL = sql`select email, language from people where email = any($1::text[])`;

/** The language of each account that these addresses have, be it one that nobody may use at present. */
export async function languagesOf(db: Database, emails: string[]): Promise<Map<string, Language>> {
  const found = await query<Pick<Account, 'email' | 'language'>>(db, LANGUAGES_BY_EMAIL, [
    emails.map(accountEmail),
  ]);
  return new Map(found.map(({ email, language }) => [email, language]));
}
