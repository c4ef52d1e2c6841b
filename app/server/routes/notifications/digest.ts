import type { FastifyInstance } from 'fastify';
import { query } from '../../database/json.ts';
import { LetterRefused } from '../../mail/mailer.ts';
import type { Language } from '../../problems/problem.ts';
import { digestOf, newSecret } from '../../security/secrets.ts';
import { digestLetter, type Told } from './letters.ts';
import { notified, readableBy } from './readable.ts';

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
  select n.id, n.kind, n.thread_id as "threadId", t.title, (select p.name from people p where p.id = n.actor_id) as actor
  from ${notified('marked')} where ${readableBy('$1')} order by n.at`;
const STOP = `insert into unsubscriptions (token_hash, person_id, expires_at) values ($1, $2, now() + interval '60 days')`;

const UNMARK = 'update notifications set mailed_at = null where id = any($1::uuid[])';
const GIVE_BACK = 'update people set digest_at = null where id = any($1::uuid[])';

/** A line of a digest, as it is read. */
type Found = Pick<Told, 'kind' | 'title' | 'actor'> & { id: string; threadId: string };

/**
 * Sends everyone who wants it one letter a day, of what she has not read. While nobody takes letters all who are left are given back
 * to the next round.
 */
export async function sendDigests(app: FastifyInstance): Promise<void> {
  const people = await query<{ id: string; email: string; language: Language }>(app.db, TAKE);
  for (const [at, { id, email, language }] of people.entries()) {
    const found = await query<Found>(app.db, MARK, [id]);
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
    const letter = digestLetter(email, language, { told, more: found.length - told.length, stop });
    try {
      await app.mail.send(letter, { once: true });
    } catch (error) {
      if (error instanceof LetterRefused) {
        app.log.warn({ err: error, personId: id }, 'a digest was refused');
        continue;
      }
      await query(app.db, UNMARK, [found.map((each) => each.id)]);
      await query(app.db, GIVE_BACK, [people.slice(at).map((each) => each.id)]);
      throw error;
    }
  }
}
