import type { App } from '../app.ts';
import { query } from '../database/query.ts';
import { sql } from '../database/sql.ts';

const ADD_AUTHOR = sql`insert into course_authors (course_id, person_id, position)
  select $1, $2, coalesce(max(position), 0) + 1 from course_authors where course_id = $1`;

/** Makes somebody an author, as an invitation that they accepted does. */
export async function addAuthor(db: App['db'], courseId: string, personId: string): Promise<void> {
  await query(db, ADD_AUTHOR, [courseId, personId]);
}
