import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../database/database.ts';
import { query } from '../database/query.ts';
import { sql } from '../database/sql.ts';
import { cookieOf, hostCookie, nameOfCookie } from './cookies.ts';
import { digestOf, newSecret } from './secrets.ts';

/** A browser is forgotten this long after the last sign-in there. */
export const DEVICE_DAYS_UNUSED = 365;

const DEVICE_OF_ACCOUNT = sql`select d.id from devices d join people p on p.id = d.person_id
  where d.secret_hash = $1 and p.email = $2 and d.used_at > now() - $3::interval`;
/** A secret that we gave this browser before, to anyone, stays; one that we know nothing of is not taken over. */
const UPSERT_DEVICE = sql`insert into devices (secret_hash, person_id)
  select coalesce((select secret_hash from devices where secret_hash = $1 limit 1), $2), $3::uuid
  on conflict (secret_hash, person_id) do update set used_at = now() returning secret_hash as "secretHash"`;

/** What a browser shows of itself, if it was ever signed in. */
export const deviceSecret = (request: FastifyRequest): string | undefined => cookieOf(request, 'device');

/**
 * The browser that holds this secret as one in which that account was signed in before; undefined for any other.
 * @see https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export async function deviceOf(
  db: Database,
  email: string,
  secret: string | undefined,
): Promise<string | undefined> {
  if (!secret) return undefined;
  return (
    await query<{ id: string }>(db, DEVICE_OF_ACCOUNT, [
      digestOf(secret),
      email,
      `${DEVICE_DAYS_UNUSED} days`,
    ])
  )[0]?.id;
}

/** Remembers that somebody has signed in by this browser; signing out does not undo it. */
export async function rememberDevice(
  request: FastifyRequest,
  reply: FastifyReply,
  personId: string,
): Promise<void> {
  const shown = deviceSecret(request) ?? '';
  const fresh = newSecret();
  const [row] = await query<{ secretHash: string }>(request.server.db, UPSERT_DEVICE, [
    digestOf(shown),
    digestOf(fresh),
    personId,
  ]);
  reply.setCookie(nameOfCookie(request, 'device'), row?.secretHash === digestOf(shown) ? shown : fresh, {
    ...hostCookie(request),
    maxAge: DEVICE_DAYS_UNUSED * 24 * 3600,
  });
}
