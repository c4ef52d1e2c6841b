import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Database } from '../database/database.ts';
import { type Queryable, query } from '../database/query.ts';
import { sql } from '../database/sql.ts';
import { type Sealing, sealingBy } from './sealing.ts';
import { digestOf } from './secrets.ts';

/**
 * Codes of an app on somebody's telephone, as every such app makes them: SHA-1, six digits, 30 seconds.
 * @see https://www.rfc-editor.org/rfc/rfc6238 @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 */
const CODES = { issuer: 'fredu', algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** @see https://www.rfc-editor.org/rfc/rfc4226#section-4: 160 bits are recommended */
const SECRET_BYTES = 20;
/** Periods by which the clock of a telephone may be wrong. @see https://www.rfc-editor.org/rfc/rfc6238#section-5.2 */
const CLOCK_PERIODS = 1;

/** For a telephone that is lost: ten, of 80 bits each. */
const RECOVERY_CODES = 10;
const RECOVERY_LETTERS = 16;
/** Nothing in it is taken for something else. @see https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The keys that secrets are sealed by: the first one seals, all open. */
export type Keys = readonly string[];

const sealings = (personId: string, keys: Keys): Sealing[] =>
  keys.map((key) => sealingBy(personId, key, 'second factor'));

const UPSERT_FACTOR = sql`insert into second_factors as f (person_id, sealed_secret) values ($1, $2)
  on conflict (person_id) do update set sealed_secret = excluded.sealed_secret, used_period = 0, created_at = now()
  where f.confirmed_at is null returning person_id`;
const CONFIRM_FACTOR = sql`update second_factors set confirmed_at = now() where person_id = $1 and confirmed_at is null returning person_id`;
/** Of two requests with the same code one gets the row. */
const USE_PERIOD = sql`update second_factors set used_period = $2, sealed_secret = $3 where person_id = $1 and used_period < $2 returning person_id`;
const USE_RECOVERY_CODE = sql`delete from recovery_codes where person_id = $1 and code_hash = $2 returning person_id`;
const INSERT_RECOVERY_CODES = sql`insert into recovery_codes (person_id, code_hash) select $1, code from unnest($2::text[]) as made (code)`;

/** What a telephone is given: in letters to type, and as an address to photograph. */
export interface Offer {
  secret: string;
  uri: string;
}

/** Draws a secret and keeps it until a code confirms it; undefined where codes are asked for already. */
export async function offer(
  db: Queryable,
  { id, email }: { id: string; email: string },
  keys: Keys,
): Promise<Offer | undefined> {
  const secret = new Secret({ size: SECRET_BYTES });
  const sealed = sealings(id, keys)[0]!.seal(secret.base32);
  const kept = await query(db, UPSERT_FACTOR, [id, sealed]);
  if (kept.length === 0) return undefined;
  return { secret: secret.base32, uri: new TOTP({ ...CODES, label: email, secret }).toString() };
}

interface Factor {
  sealed: string;
  isOn: boolean;
}
/** What is kept of somebody's codes; `isOn` once they are asked for. */
export const factorOf = async (db: Queryable, personId: string): Promise<Factor | undefined> =>
  (
    await query<Factor>(
      db,
      sql`select sealed_secret as sealed, confirmed_at is not null as "isOn" from second_factors where person_id = $1`,
      [personId],
    )
  )[0];

/** From now on codes are asked for. False where they are already. */
export const confirm = async (db: Queryable, personId: string): Promise<boolean> =>
  (await query(db, CONFIRM_FACTOR, [personId])).length > 0;

/** Whether a code of the app is good now; it is good once. `undefined` where no key opens the secret. */
export async function spendCode(
  db: Queryable,
  { personId, sealed, code }: { personId: string; sealed: string; code: string },
  keys: Keys,
): Promise<boolean | undefined> {
  const keyed = sealings(personId, keys);
  const found = opened(keyed, sealed);
  if (found === undefined) return undefined;
  const { secret, at } = found;
  const timestamp = Date.now();
  const delta = new TOTP({ ...CODES, secret }).validate({ token: code, window: CLOCK_PERIODS, timestamp });
  if (delta === null) return false;
  const period = Math.floor(timestamp / 1000 / CODES.period) + delta;
  // What a key of the past sealed the present one seals from now on.
  const kept = at === 0 ? sealed : keyed[0]!.seal(secret);
  return (await query(db, USE_PERIOD, [personId, period, kept])).length > 0;
}

/** The secret, and which of the keys it was sealed by. */
function opened(keyed: Sealing[], sealed: string): { secret: string; at: number } | undefined {
  for (const [at, sealing] of keyed.entries()) {
    try {
      return { secret: sealing.open(sealed), at };
    } catch {
      // Sealed by another of them.
    }
  }
  return undefined;
}

/** New codes for a lost telephone in place of those before; only a digest of each is kept. */
export async function renewRecoveryCodes(db: Queryable, personId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    [...randomBytes(RECOVERY_LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join(''),
  );
  await query(db, sql`delete from recovery_codes where person_id = $1`, [personId]);
  await query(db, INSERT_RECOVERY_CODES, [personId, codes.map((code) => digestOf(code))]);
  return codes.map((code) => code.match(/.{4}/g)!.join('-'));
}

/** Whether that is one of them; it goes. */
export const spendRecoveryCode = async (db: Queryable, personId: string, code: string): Promise<boolean> =>
  (await query(db, USE_RECOVERY_CODE, [personId, digestOf(code)])).length > 0;

/** What somebody typed, as codes are compared: without the gaps, and without letters that look like digits. */
export function typedCode(text: string): { kind: 'app' | 'recovery'; code: string } {
  const code = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return { kind: code.length === RECOVERY_LETTERS ? 'recovery' : 'app', code };
}

/** Codes are asked for no longer, and nothing is kept of them. False where none were. */
export async function removeFactor(db: Queryable, personId: string): Promise<boolean> {
  await query(db, sql`delete from recovery_codes where person_id = $1`, [personId]);
  const removed = sql`delete from second_factors where person_id = $1 returning confirmed_at is not null as "wasOn"`;
  return (await query<{ wasOn: boolean }>(db, removed, [personId])).some(({ wasOn }) => wasOn);
}

export const recoveryCodesLeft = async (db: Database, personId: string): Promise<number> =>
  (await query(db, sql`select 1 from recovery_codes where person_id = $1`, [personId])).length;
