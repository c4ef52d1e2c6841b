import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { PEOPLE_WORDS } from '../admin/people-search-index.ts';
import { beginnings, words } from './search-terms.ts';
import { PUBLIC } from './visibility.ts';

/** More than so many are no search for somebody. Words of people are those of their address too, by which nobody but administrators finds them: see `isNamed`. */
const COURSES_OF_PEOPLE = sql`select p.name, c.id from people p
  join lateral (select a.course_id from course_authors a where a.person_id = p.id limit 500) a on true join courses c on c.id = a.course_id
  where (p.words @@ to_tsquery('simple', $1) or ${PEOPLE_WORDS} @@ to_tsquery('simple', $1)) and ${PUBLIC} limit 500`;

const isNamed = (name: string, asked: string[]): boolean => {
  const own = words(name);
  return asked.every((word) => own.some((each) => each.startsWith(word)));
};

/** The public courses of those whose name was typed, whole or as it begins. */
export async function coursesOfAuthors(db: Database, typed: string): Promise<string[]> {
  const asked = beginnings(typed);
  if (asked === undefined) return [];
  const found = await query<{ name: string; id: string }>(db, COURSES_OF_PEOPLE, [asked]);
  const names = words(typed);
  return [...new Set(found.filter(({ name }) => isNamed(name, names)).map(({ id }) => id))];
}
