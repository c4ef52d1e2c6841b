import type { FastifyInstance } from 'fastify';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { titleWords } from '../courses/search-terms.ts';

/** As the index `people_words` has it: who came or changed this minute is found by it, before the job has written `words`. */
export const PEOPLE_WORDS = sql`to_tsvector('simple', translate(lower(p.name), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ''’', 'aaaaaaceeeeiiiinooooouuuuyy  ') || ' ' || translate(p.email, '@.-_+', '     '))`;

/** People in one statement. */
const BATCH = 500;
const DIGEST = sql`md5(p.name || ' ' || p.email)`;
const PEOPLE_WITH_OLD_TERMS = sql`select p.id, p.name, p.email, ${DIGEST} as digest from people p
  where p.words_digest <> ${DIGEST} and p.id > $1::uuid order by p.id limit $2`;
const UPDATE_TERMS = sql`update people p set words = to_tsvector('simple', w.words), words_digest = w.digest
  from unnest($1::uuid[], $2::text[], $3::text[]) as w (id, words, digest)
  where p.id = w.id and ${DIGEST} = w.digest`;

/** Writes the words of all people whose name or address has changed since they were written, or who have none yet. */
export async function reindexPeople(app: Pick<FastifyInstance, 'db' | 'draining'>): Promise<void> {
  let from = '00000000-0000-0000-0000-000000000000';
  while (!app.draining) {
    const people = await query<{ id: string; name: string; email: string; digest: string }>(
      app.db,
      PEOPLE_WITH_OLD_TERMS,
      [from, BATCH],
    );
    if (people.length === 0) return;
    from = people.at(-1)!.id;
    await query(app.db, UPDATE_TERMS, [
      people.map(({ id }) => id),
      people.map(({ name, email }) => titleWords([name, email])),
      people.map(({ digest }) => digest),
    ]);
  }
}
