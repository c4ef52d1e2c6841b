import type { Transaction } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';

/** People whom one message tells at most. */
const MENTIONS_MAX = 10;
const MENTION = /@\[[^\]\n]{1,100}\]\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/g;

const named = (body: string): string[] => [...new Set([...body.matchAll(MENTION)].map((match) => match[1]!))];
/** Whom a text names: `@[Inès Benali](id)`. */
export const mentioned = (body: string): string[] => named(body).slice(0, MENTIONS_MAX);
/** Whom a text names that it did not name before. */
export function newlyMentioned(before: string, after: string): string[] {
  const known = new Set(named(before));
  return mentioned(after).filter((id) => !known.has(id));
}

/** Only those who follow or write the course are notified. */
const INSERT_NOTIFICATIONS = sql`insert into notifications (person_id, kind, actor_id, thread_id, post_id)
  select p.id, $1, $2::uuid, $3::uuid, $4::uuid from people p
  where p.id = any($5::uuid[]) and p.suspended_at is null
  and (exists (select 1 from enrolments e where e.course_id = $6 and e.person_id = p.id)
    or exists (select 1 from course_authors a where a.course_id = $6 and a.person_id = p.id))`;

/** Tells some people of something, in the transaction that made it; nobody of what they did themselves. */
export async function tell(
  db: Transaction,
  notification: {
    kind: 'answer' | 'mention' | 'accepted' | 'report' | 'question';
    actorId: string | null;
    courseId: string;
    threadId: string;
    postId?: string | null;
    to: string[];
  },
): Promise<void> {
  const to = notification.to.filter((id) => id !== notification.actorId);
  if (to.length === 0) return;
  await query(db, INSERT_NOTIFICATIONS, [
    notification.kind,
    notification.actorId,
    notification.threadId,
    notification.postId ?? null,
    to,
    notification.courseId,
  ]);
}

const AUTHORS_IN_THREAD = sql`select distinct author_id as id from (
  select author_id from threads where id = $1 union all select author_id from posts where thread_id = $1 and removed_at is null) x
  where author_id is not null`;
const MODERATORS = sql`select a.person_id as id from course_authors a join people p on p.id = a.person_id
  where a.course_id = $1 and p.role <> 'student' and p.id <> $2::uuid and p.id is distinct from $3::uuid`;

const AUTHORS = sql`select person_id as id from course_authors where course_id = $1`;

/** Of a new question: those whom it names, and the authors of the course. */
export async function tellOfThread(
  db: Transaction,
  thread: { id: string; body: string; courseId: string; authorId: string },
): Promise<void> {
  const { id: threadId, courseId, authorId: actorId } = thread;
  const mentions = mentioned(thread.body);
  await tell(db, { kind: 'mention', actorId, courseId, threadId, to: mentions });
  const authors = await query<{ id: string }>(db, AUTHORS, [courseId]);
  const to = authors.map(({ id }) => id).filter((id) => !mentions.includes(id));
  await tell(db, { kind: 'question', actorId, courseId, threadId, to });
}

/** Of a new answer: those whom it names, and those who wrote in the thread before. */
export async function tellOfPost(
  db: Transaction,
  post: { id: string; body: string; threadId: string; courseId: string; authorId: string },
): Promise<void> {
  const { id: postId, threadId, courseId, authorId: actorId } = post;
  const mentions = mentioned(post.body);
  await tell(db, { kind: 'mention', actorId, courseId, threadId, postId, to: mentions });
  const concerned = await query<{ id: string }>(db, AUTHORS_IN_THREAD, [threadId]);
  const to = concerned.map(({ id }) => id).filter((id) => !mentions.includes(id));
  await tell(db, { kind: 'answer', actorId, courseId, threadId, postId, to });
}

const ALREADY_NOTIFIED = sql`select distinct person_id as id from notifications
  where person_id = any($1::uuid[]) and kind = 'mention' and thread_id = $2 and post_id is not distinct from $3::uuid`;

/** Of a change: those whom it names and who were not notified of the same message before, however often a name comes and goes. */
export async function tellOfChange(
  db: Transaction,
  change: { actorId: string; courseId: string; threadId: string; postId: string | null; to: string[] },
): Promise<void> {
  if (change.to.length === 0) return;
  const notification = await query<{ id: string }>(db, ALREADY_NOTIFIED, [
    change.to,
    change.threadId,
    change.postId,
  ]);
  const to = change.to.filter((id) => notification.every((each) => each.id !== id));
  await tell(db, { kind: 'mention', ...change, to });
}

/** Of a report: those who moderate the course, but never the one who was reported, and without the one who did it. */
export async function tellOfReport(
  db: Transaction,
  {
    reporterId,
    reportedId,
    ...notification
  }: {
    reporterId: string;
    reportedId: string | null;
    courseId: string;
    threadId: string;
    postId: string | null;
  },
): Promise<void> {
  const moderators = await query<{ id: string }>(db, MODERATORS, [
    notification.courseId,
    reporterId,
    reportedId,
  ]);
  await tell(db, { kind: 'report', actorId: null, ...notification, to: moderators.map(({ id }) => id) });
}
