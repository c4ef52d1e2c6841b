import type { FastifyInstance } from 'fastify';
import { query } from '../../database/json.ts';
import type { Language } from '../../problems/problem.ts';
import { digestOf, newSecret } from '../../security/secrets.ts';
import { digestLetter, type Told } from './letters.ts';

/** People who get a letter in one round; the next round follows within the hour. */
const PEOPLE = 500;
const SHOWN = 20;
const DUE = `(p.digest_at is null or p.digest_at < now() - interval '23 hours')`;

/**
 * Whoever has something unread and had no letter for a day, taken by marking: of two servers only one marks a person, and
 * one that dies after it sends her nothing – she still finds everything in the app – rather than the same letter twice.
 */
const TAKE = `update people p set digest_at = now() where ${DUE} and p.id in (
    select p.id from people p where p.digest = 'daily' and p.suspended_at is null and ${DUE}
    and exists (select 1 from notifications n where n.person_id = p.id and n.read_at is null and n.mailed_at is null)
    limit ${PEOPLE})
  returning p.id, p.email, p.language`;
const MARK = `with marked as (update notifications set mailed_at = now()
    where person_id = $1 and read_at is null and mailed_at is null returning *)
  select n.kind, n.thread_id as "threadId", t.title, (select p.name from people p where p.id = n.actor_id) as actor
  from marked n join threads t on t.id = n.thread_id where t.removed_at is null order by n.at`;
const STOP = `insert into unsubscriptions (token_hash, person_id, expires_at) values ($1, $2, now() + interval '60 days')`;

/** Sends everyone who wants it one letter a day, of what she has not read. */
export async function sendDigests(app: FastifyInstance): Promise<void> {
  const people = await query<{ id: string; email: string; language: Language }>(app.db, TAKE);
  for (const { id, email, language } of people) {
    const found = await query<{ kind: Told['kind']; threadId: string; title: string; actor: string | null }>(
      app.db,
      MARK,
      [id],
    );
    if (found.length === 0) continue;
    const token = newSecret();
    await query(app.db, STOP, [digestOf(token), id]);
    const told = found.slice(0, SHOWN).map(({ kind, threadId, title, actor }) => ({
      kind,
      title,
      actor,
      url: app.pageUrl(`/discussions/${threadId}`),
    }));
    const stop = app.pageUrl(`/desabonnement#${token}`);
    await app.mail.send(digestLetter(email, language, { told, more: found.length - told.length, stop }));
  }
}
