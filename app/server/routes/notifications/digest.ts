import type { FastifyInstance } from 'fastify';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { LetterRefused } from '#server/mail/mailer.ts';
import { digestOf, newSecret } from '#server/security/secrets.ts';
import type { Language } from '#shared/problem.ts';
import { type DigestLine, digestLetter } from './letters.ts';
import { notified, readableBy } from './readable.ts';

/** People who are taken at once; one round follows the other until nobody is left. */
const PEOPLE = 200;
const SHOWN = 20;
const IS_DUE = sql`(p.digest_at is null or p.digest_at < now() - interval '23 hours')`;
/** For how long nobody else takes a person who was taken. A server that dies leaves those whom it has not written to for longer to the others. */
const CLAIMED_AT = sql`now() - interval '22 hours'`;

/** Who has something unread and had no letter for a day, those who wait longest first; of two servers only one takes a person. */
const CLAIM_PEOPLE = sql`update people p set digest_at = ${CLAIMED_AT} where ${IS_DUE} and p.id in (
    select p.id from people p where p.digest = 'daily' and p.suspended_at is null and ${IS_DUE}
    and exists (select 1 from notifications n where n.person_id = p.id and n.read_at is null and n.mailed_at is null)
    order by p.digest_at nulls first limit $1)
  returning p.id, p.email, p.language`;
/**
 * Marked before the letter: a server that dies between the two sends them nothing – they still find everything in the app – rather
 * than the same letter twice.
 */
const MARK_MAILED = sql`with written as (update people set digest_at = now() where id = $1 returning id),
  marked as (update notifications set mailed_at = now()
    where person_id = $1 and read_at is null and mailed_at is null returning *)
  select n.id, n.kind, n.thread_id as "threadId", t.title, (select p.name from people p where p.id = n.actor_id) as actor
  from ${notified(sql`marked`)} where ${readableBy(sql`$1`)} order by n.at`;
const INSERT_UNSUBSCRIPTION = sql`insert into unsubscriptions (token_hash, person_id, expires_at) values ($1, $2, now() + interval '60 days')`;

const UNMARK_MAILED = sql`update notifications set mailed_at = null where id = any($1::uuid[])`;
const RELEASE_PEOPLE = sql`update people set digest_at = null where id = any($1::uuid[])`;

/** A line of a digest, as it is read. */
type Found = Pick<DigestLine, 'kind' | 'title' | 'actor'> & { id: string; threadId: string };
interface Person {
  id: string;
  email: string;
  language: Language;
}

/**
 * Sends everyone who wants it one letter a day, of what they have not read. While nobody takes letters, and when the app ends, all who
 * are left are given back to the next round.
 */
export async function sendDigests(app: FastifyInstance): Promise<void> {
  let taken: Person[];
  do {
    taken = await query<Person>(app.db, CLAIM_PEOPLE, [PEOPLE]);
    let written = 0;
    try {
      for (const person of taken) {
        if (app.draining) return;
        await writeTo(app, person);
        written += 1;
      }
    } finally {
      const left = taken.slice(written).map(({ id }) => id);
      if (left.length > 0) await query(app.db, RELEASE_PEOPLE, [left]);
    }
  } while (taken.length === PEOPLE);
}

async function writeTo(app: FastifyInstance, { id, email, language }: Person): Promise<void> {
  const found = await query<Found>(app.db, MARK_MAILED, [id]);
  if (found.length === 0) return;
  try {
    const token = newSecret();
    await query(app.db, INSERT_UNSUBSCRIPTION, [digestOf(token), id]);
    const lines = found.slice(0, SHOWN).map(({ kind, threadId, title, actor }) => ({
      kind,
      title,
      actor,
      url: app.pageUrl(`/discussions/${threadId}`),
    }));
    const stop = app.pageUrl(`/desabonnement#${token}`);
    const letter = digestLetter(email, language, { lines, more: found.length - lines.length, stop });
    await app.mail.send(letter, { once: true });
  } catch (error) {
    if (!(error instanceof LetterRefused)) {
      await query(app.db, UNMARK_MAILED, [found.map((each) => each.id)]);
      throw error;
    }
    app.log.warn({ err: error, personId: id }, 'a digest was refused');
  }
}
