import type { FastifyInstance } from 'fastify';
import { invalidate } from '#server/cache/cache.ts';
import type { Transaction } from '#server/database/database.ts';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { unchangedMeanwhile } from '#server/plugins/app/etags.ts';
import { courseUnknown } from './problems.ts';
import { COURSE_LISTS } from './read.ts';
import { isPublic } from './visibility.ts';

/** A course that one of its authors edits. */
export interface OwnCourse {
  id: string;
  /** The author who edits it. */
  editorId: string;
  state: 'draft' | 'published' | 'archived' | 'deleted';
  visibility: 'public' | 'invitation';
  format: 'markdown' | 'text';
  version: number;
}

/** Which course, and which of its authors. */
export interface Authorship {
  courseId: string;
  personId: string;
}

const OWN_COURSE = sql`select c.id, $2::uuid as "editorId", c.state, c.visibility, c.format, c.version from courses c
  where c.id = $1 and exists (select 1 from course_authors a where a.course_id = c.id and a.person_id = $2)
  for update of c`;

/** A course of one's own, locked until the transaction ends. @throws a refusal for a course of others, as for one that is not there */
export async function ownCourse(db: Transaction, { courseId, personId }: Authorship): Promise<OwnCourse> {
  const [course] = await query<OwnCourse>(db, OWN_COURSE, [courseId, personId]);
  if (!course) throw courseUnknown({ id: courseId });
  return course;
}

/** The same, as it was read. @throws a refusal when it has changed since */
export async function ownVersion(
  db: Transaction,
  { version, ...authorship }: Authorship & { version: number },
): Promise<OwnCourse> {
  const course = await ownCourse(db, authorship);
  return unchangedMeanwhile(course.version === version ? course : undefined);
}

/** For an empty page of what belongs to a course. @throws a refusal for a course of others, as for one that is not there */
export async function mustBeAuthor(db: Queryable, { courseId, personId }: Authorship): Promise<void> {
  const [author] = await query(
    db,
    sql`select 1 from course_authors where course_id = $1 and person_id = $2`,
    [courseId, personId],
  );
  if (!author) throw courseUnknown({ id: courseId });
}

/**
 * Edits a course of one's own in one transaction: `find` locks it, `edit` changes it and returns it as it is then. Where it is public
 * before or after, the lists of courses show the edit at once.
 */
export async function editOwnCourse(
  { db, cache }: Pick<FastifyInstance, 'db' | 'cache'>,
  find: (db: Transaction) => Promise<OwnCourse>,
  edit: (db: Transaction, course: OwnCourse) => Promise<OwnCourse>,
): Promise<void> {
  const isListed = await transaction(db, async (open) => {
    const course = await find(open);
    const edited = await edit(open, course);
    return isPublic(course) || isPublic(edited);
  });
  if (isListed) await invalidate(cache, COURSE_LISTS);
}
