import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '#shared/problem.ts';
import { batched } from '../database/batched.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/query.ts';
import { sql } from '../database/sql.ts';
import type { Role } from '../database/tables/people.ts';
import { signInNeeded } from '../problems/general.ts';
import { hostCookie, nameOfCookie } from './cookies.ts';
import { rememberDevice } from './devices.ts';
import { digestOf, newSecret } from './secrets.ts';

/** A person who is signed in. */
export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  language: Language;
  /** The session by which they are. */
  sessionId: string;
}

/** A session ends this long after it was last used. */
const UNUSED = '30 days';
/** And in any case this long after it began. */
const DAYS_IN_ALL = 90;
/** How exactly it is known when a session was last used; less is a write for every read. */
const USED_EXACTLY_TO = '10 minutes';

const SESSIONS_BY_SECRET = sql`select asked.digest, s.id as "sessionId", p.id, p.name, p.email, p.role, p.language,
    s.used_at < now() - $2::interval as stale
  from unnest($1::text[]) as asked (digest)
  join sessions s on s.secret_hash = asked.digest join people p on p.id = s.person_id
  where s.expires_at > now() and p.suspended_at is null`;
const UPDATE_USED_AT = sql`update sessions set used_at = now(),
    expires_at = least(now() + $2::interval, created_at + $3::interval)
  where id = $1`;

/** Tells who holds the secret of a session that has not ended. */
export function sessionReader(db: Database): (secret: string) => Promise<Person | undefined> {
  const read = batched(async (digests) => {
    const found = await query<Person & { digest: string; stale: boolean }>(db, SESSIONS_BY_SECRET, [
      digests,
      USED_EXACTLY_TO,
    ]);
    return new Map(found.map(({ digest, ...row }) => [digest, row]));
  });
  return async (secret) => {
    const row = await read(digestOf(secret));
    if (!row) return undefined;
    const { stale, ...person } = row;
    if (stale) await query(db, UPDATE_USED_AT, [person.sessionId, UNUSED, `${DAYS_IN_ALL} days`]);
    return person;
  };
}

/**
 * Begins a session and gives its secret, which is kept nowhere but in the cookie.
 * @throws a refusal where the password that was shown, as it is kept, is no longer the one: a change of it ends all
 * sessions, those too that are about to begin
 */
export async function beginSession(
  db: Database,
  personId: string,
  { address, agent, passwordHash }: { address: string; agent: string; passwordHash?: string | null },
): Promise<{ id: string; secret: string }> {
  const secret = newSecret();
  const [row] = await query<{ id: string }>(
    db,
    sql`insert into sessions (secret_hash, person_id, address, agent, expires_at)
     select $1, p.id, $3, $4, now() + $6::interval from people p
     where p.id = $2 and ($5::text is null or p.password_hash = $5) and p.suspended_at is null for share of p
     returning id`,
    [digestOf(secret), personId, address, agent.slice(0, 300), passwordHash ?? null, UNUSED],
  );
  if (!row) throw signInNeeded({});
  return { id: row.id, secret };
}

/** The name of the cookie that holds a session's secret. */
const cookieName = (request: FastifyRequest): string => nameOfCookie(request, 'session');

/**
 * Signs in the person who showed the password that is kept so: a new session, whatever cookie came, its cookie, and that of the browser.
 */
export async function signIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { personId, passwordHash }: { personId: string; passwordHash: string | null },
): Promise<string> {
  const { id, secret } = await beginSession(request.server.db, personId, {
    passwordHash,
    address: request.clientAddress,
    agent: request.headers['user-agent'] ?? '',
  });
  reply.setCookie(cookieName(request), secret, {
    ...hostCookie(request),
    maxAge: DAYS_IN_ALL * 24 * 3600,
  });
  await rememberDevice(request, reply, personId);
  return id;
}

/** Takes the cookie back. */
export const forgetCookie = (request: FastifyRequest, reply: FastifyReply) =>
  reply.clearCookie(cookieName(request), hostCookie(request));
