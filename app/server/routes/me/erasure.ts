import type { FastifyInstance } from 'fastify';
import { invalidate } from '#server/cache/cache.ts';
import type { Transaction } from '#server/database/database.ts';
import { moment, type Queryable, query, queryRow } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import type { Language } from '#shared/problem.ts';
import { checkNotLast, isAnotherAdministrator } from '../admin/last-administrator.ts';
import { courseGoesLetter, handOnLetter } from '../courses/letters.ts';
import { unrate } from '../courses/ratings.ts';
import { COURSE_LISTS } from '../courses/read.ts';

/** For how long one can change one's mind. */
export const ERASURE_DAYS = 7;

const ERASURE_ASKED = sql`select erase_at is not null as asked from people where id = $1 for update`;
const ASK_ERASURE = sql`update people set erase_at = coalesce(erase_at, now() + $2::interval) where id = $1
  returning ${moment(sql`erase_at`)} as at`;

/** Lets an account go, and says when, and whether that was asked before. @throws a refusal to the last administrator */
export async function askErasure(db: Transaction, id: string): Promise<{ at: string; wasAsked: boolean }> {
  await checkNotLast(db, id);
  const { asked } = await queryRow<{ asked: boolean }>(db, ERASURE_ASKED, [id]);
  const { at } = await queryRow<{ at: string }>(db, ASK_ERASURE, [id, `${ERASURE_DAYS} days`]);
  return { at, wasAsked: asked };
}

/** What goes with an account unless somebody else writes it by then: those who leave as well do not count. */
const COURSES_OF_LAST_AUTHOR = sql`select c.id, c.title from courses c join course_authors a on a.course_id = c.id and a.person_id = $1
  where c.state <> 'deleted' and (select count(*) from course_authors b join people p on p.id = b.person_id
    where b.course_id = c.id and b.person_id <> $1 and p.erase_at is null) = 0
  order by c.title, c.id`;
export const coursesGoing = (db: Queryable, id: string) =>
  query<{ id: string; title: string }>(db, COURSES_OF_LAST_AUTHOR, [id]);

interface Reader {
  email: string;
  language: Language;
}
const FOLLOWERS = sql`select p.email, p.language from enrolments e join people p on p.id = e.person_id
  join courses c on c.id = e.course_id and c.state in ('published', 'archived')
  where e.course_id = $1 and e.person_id <> $2 and p.suspended_at is null and p.erase_at is null`;
const OTHER_ADMINISTRATORS = sql`select email, language from people
  where role = 'administrator' and id <> $1 and suspended_at is null and erase_at is null`;

/** Tells those who follow a course that goes with its only author, and the administrators, who can hand it on. */
export async function tellOfErasure(app: FastifyInstance, id: string, until: Date): Promise<void> {
  const courses = await coursesGoing(app.db, id);
  if (courses.length === 0) return;
  for (const course of courses) {
    const facts = { title: course.title, url: app.pageUrl(`/cours/${course.id}`), until };
    for (const { email, language } of await query<Reader>(app.db, FOLLOWERS, [course.id, id]))
      app.later('tell of a course that goes', () => app.mail.send(courseGoesLetter(email, language, facts)));
  }
  for (const { email, language } of await query<Reader>(app.db, OTHER_ADMINISTRATORS, [id]))
    app.later('tell of courses to hand on', () =>
      app.mail.send(handOnLetter(email, language, { courses, until })),
    );
}

const PEOPLE_DUE = sql`select id from people where erase_at < now() limit 100`;
/** One who took it back a moment ago stays. */
const PERSON_STILL_DUE = sql`select email, role from people where id = $1 and erase_at < now() for update`;
/** Of two authors who leave at once one is the last: they are taken one after the other, as everywhere, by the course. */
const LOCK_COURSES = sql`select c.id from courses c join course_authors a on a.course_id = c.id where a.person_id = $1
  order by c.id for update of c`;
/** What somebody wrote alone goes with them; what others write as well stays with the others. */
const DELETE_COURSES_OF_LAST_AUTHOR = sql`delete from courses c where exists (select 1 from course_authors a where a.course_id = c.id and a.person_id = $1)
  and not exists (select 1 from course_authors a where a.course_id = c.id and a.person_id <> $1)`;
/** What they took back of their words is nobody's to read any more. */
const DELETE_FORMER_VERSIONS = sql`delete from forum_edits where subject_id in
  (select id from threads where author_id = $1 union all select id from posts where author_id = $1)`;
/** What was removed before is read by nobody, and nobody has built on it. */
const DELETE_REMOVED = [sql`threads`, sql`posts`].map(
  (table) => sql`delete from ${table} where author_id = $1 and removed_at is not null`,
);
const CLEAR_ADDRESSES = sql`update audit_log set address = '' where actor_id = $1`;
/** Where a parent was when they agreed; nobody who was signed in did that. */
const CLEAR_ADDRESSES_OF_PARENTS = sql`update audit_log set address = '' where subject_id = $1 and action like 'person.consent%'`;

/** What the pages call a person who wrote something and has no account any more. */
export const ERASED_NAME = 'Compte supprimé';
/**
 * Where others named them, `@[Inès Benali](id)`, they name somebody erased. What was read before is an older version, so that nobody
 * who changes it writes the name back. The first condition is that of an index.
 */
const anonymizeMentions = (table: Sql, more = sql``): Sql =>
  sql`update ${table} set body = regexp_replace(body, '@\\[[^\\]\\n]{1,100}\\]\\(' || $1::text || '\\)', '@[' || $2::text || '](' || $1::text || ')', 'g')${more}
   where body like '%@[%](%' and body like '%](' || $1::text || ')%'`;
const ANONYMIZE_MENTIONS = [
  anonymizeMentions(sql`threads`, sql`, version = version + 1`),
  anonymizeMentions(sql`posts`, sql`, version = version + 1`),
  anonymizeMentions(sql`forum_edits`),
];

/**
 * Erases those whose time has come: sessions, progress, votes and the account itself go; questions and answers stay without
 * a name, for others have built on them.
 */
export async function eraseDue(app: FastifyInstance): Promise<void> {
  const due = await query<{ id: string }>(app.db, PEOPLE_DUE);
  for (const { id } of due) {
    await transaction(app.db, async (db) => {
      // Locked before their own row, in the order in which all hold them.
      const isAnother = await isAnotherAdministrator(db, id);
      const [person] = await query<{ email: string; role: string }>(db, PERSON_STILL_DUE, [id]);
      if (!person) return;
      if (person.role === 'administrator' && !isAnother) {
        app.log.warn({ personId: id }, 'the last administrator stays until there is another one');
        return;
      }
      await unrate(db, id);
      await query(db, DELETE_FORMER_VERSIONS, [id]);
      for (const remove of DELETE_REMOVED) await query(db, remove, [id]);
      for (const unname of ANONYMIZE_MENTIONS) await query(db, unname, [id, ERASED_NAME]);
      await query(db, sql`delete from invitations where email = $1`, [person.email]);
      await query(db, sql`delete from sign_ups where email = $1`, [person.email]);
      await query(db, sql`delete from email_changes where email = $1`, [person.email]);
      await query(db, LOCK_COURSES, [id]);
      await query(db, DELETE_COURSES_OF_LAST_AUTHOR, [id]);
      await query(db, sql`delete from course_authors where person_id = $1`, [id]);
      await query(db, CLEAR_ADDRESSES, [id]);
      await query(db, CLEAR_ADDRESSES_OF_PARENTS, [id]);
      await query(db, sql`delete from people where id = $1`, [id]);
    });
  }
  if (due.length > 0) await invalidate(app.cache, COURSE_LISTS);
}
