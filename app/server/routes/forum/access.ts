import { type Queryable, query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import type { Person } from '#server/security/sessions.ts';
import { courseUnknown } from '../courses/problems.ts';
import { isAuthor, isEnrolled, visibleTo } from '../courses/visibility.ts';
import { mayNotWrite, notYours, postUnknown, threadLocked, threadUnknown } from './problems.ts';

/** What somebody is to the forum of a course. */
interface Standing {
  courseId: string;
  readable: boolean;
  member: boolean;
  moderator: boolean;
}
/** Who moderates the forum of a course `c`: its authors, but none who was made a student since. */
export const moderates = (
  person: Sql,
): Sql => sql`(select true from course_authors x join people w on w.id = x.person_id
    where x.course_id = c.id and x.person_id = ${person}::uuid and w.role <> 'student') is true`;

const STANDING_COLUMNS = sql`c.id as "courseId", ${visibleTo(sql`$2`)} as readable,
  (${isAuthor(sql`$2`)} or ${isEnrolled(sql`$2`)}) as member, ${moderates(sql`$2`)} as moderator`;
const STANDING_IN_COURSE = sql`select ${STANDING_COLUMNS} from courses c where c.id = $1`;
const THREAD_WITH_STANDING = sql`select ${STANDING_COLUMNS}, t.id, t.author_id as "authorId", t.title, t.body, t.version, t.locked, t.post_count as "postCount"
  from threads t join courses c on c.id = t.course_id where t.id = $1 and t.removed_at is null`;
const POST_WITH_STANDING = sql`select ${STANDING_COLUMNS}, q.id, q.author_id as "authorId", q.body, q.version, t.id as "threadId", t.locked
  from posts q join threads t on t.id = q.thread_id join courses c on c.id = t.course_id
  where q.id = $1 and q.removed_at is null and t.removed_at is null`;

export interface ThreadStanding extends Standing {
  id: string;
  authorId: string | null;
  title: string;
  body: string;
  version: number;
  locked: boolean;
  postCount: number;
}
export interface PostStanding extends Standing {
  id: string;
  authorId: string | null;
  body: string;
  version: number;
  threadId: string;
  locked: boolean;
}

const ofPerson = <Found extends Standing>(found: Found | undefined, person: Person): Found | undefined => {
  if (!found) return undefined;
  const isAdministrator = person.role === 'administrator';
  const seen = found.readable || isAdministrator;
  return seen ? { ...found, moderator: found.moderator || isAdministrator } : undefined;
};

/** Somebody in a course's forum. @throws a refusal for a course that one may not see */
export async function inCourse(db: Queryable, id: string, person: Person): Promise<Standing> {
  const [found] = await query<Standing>(db, STANDING_IN_COURSE, [id, person.id]);
  const standing = ofPerson(found, person);
  if (!standing) throw courseUnknown({ id });
  return standing;
}
/** Somebody in a thread. @throws a refusal for one that one may not see */
export async function inThread(db: Queryable, id: string, person: Person): Promise<ThreadStanding> {
  const [found] = await query<ThreadStanding>(db, THREAD_WITH_STANDING, [id, person.id]);
  const standing = ofPerson(found, person);
  if (!standing) throw threadUnknown({});
  return standing;
}
/** Somebody before an answer. @throws a refusal for one that one may not see */
export async function inPost(db: Queryable, id: string, person: Person): Promise<PostStanding> {
  const [found] = await query<PostStanding>(db, POST_WITH_STANDING, [id, person.id]);
  const standing = ofPerson(found, person);
  if (!standing) throw postUnknown({});
  return standing;
}

/** @throws a refusal for those who do not follow the course, and where nobody writes any more */
export function checkWriting(standing: Standing & { locked?: boolean }): void {
  if (!standing.member && !standing.moderator) throw mayNotWrite({});
  if (standing.locked && !standing.moderator) throw threadLocked({});
}
/** @throws a refusal for everybody but the author of something and those who moderate */
export function checkOwnOrModerator(standing: Standing & { authorId: string | null }, person: Person): void {
  if (standing.authorId !== person.id && !standing.moderator) throw notYours({});
}
/** @throws a refusal for everybody but the author of something */
export function checkOwn(standing: { authorId: string | null }, person: Person): void {
  if (standing.authorId !== person.id) throw notYours({});
}
/** @throws a refusal for those who do not moderate */
export function checkModerator(standing: Standing): void {
  if (!standing.moderator) throw notYours({});
}
