import { type Sql, sql } from '#server/database/sql.ts';
/** Conditions on a course `c`, in SQL: who it is to whom, and who may see it. A person is a parameter such as `$2`, null for a visitor. */

/** What anyone may read without being invited. */
export const PUBLIC = sql`c.state = 'published' and c.visibility = 'public'`;

/** The same of a course that was read. */
export const isPublic = ({ state, visibility }: { state: string; visibility: string }): boolean =>
  state === 'published' && visibility === 'public';

// Not `exists`: the database would rather read all authors once than look a few up by their key.
export const isAuthor = (person: Sql): Sql =>
  sql`(select true from course_authors x where x.course_id = c.id and x.person_id = ${person}::uuid) is true`;
export const isEnrolled = (person: Sql): Sql =>
  sql`(select true from enrolments e where e.course_id = c.id and e.person_id = ${person}::uuid) is true`;

/** What one person may read: their own courses whatever the state, and those that they follow while they are readable. */
export const visibleTo = (person: Sql): Sql =>
  sql`((${PUBLIC}) or ${isAuthor(person)} or (c.state in ('published', 'archived') and ${isEnrolled(person)}))`;
