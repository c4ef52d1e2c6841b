import { type Database, type OpenDatabase, openDatabase } from '#server/database/database.ts';
import { migrate } from '#server/database/migrate.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { beginSession } from '#server/security/sessions.ts';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { seed } from '#server/seed/seed.ts';
import { fill } from '../demo/fill.ts';
import { SUBJECTS } from '../demo/words.ts';

/** What a measured database holds, and by whom and for what it can be asked. */
export interface BenchData {
  courses: string[];
  threads: string[];
  /** Cookies of people who follow courses, of one who writes some, and of an administrator. */
  students: string[];
  teacher: string;
  admin: string;
  /** The courses of that teacher; the first has many invitations, reports and former versions. */
  taught: string[];
  /** A thread of theirs that was edited often, and an answer in it that was too. */
  edited: { thread: string; post: string };
  /** Questions, all of which find something. */
  questions: string[];
  /** How many sections are marked as worked through. */
  progress: number;
}

/** Everybody who used the platform this month is still signed in somewhere. */
const INSERT_SESSIONS = sql`insert into sessions (secret_hash, person_id, address, agent, expires_at)
  select id::text, id, '127.0.0.1', 'bench', now() + interval '20 days' from people where role = 'student'`;

/** Makes the database that is measured: as many people, courses and marks as a country's platform begins with. */
export async function prepare(
  folder: string,
  size: { courses: number; students: number },
): Promise<BenchData> {
  const database = await openDatabase({ folder });
  try {
    await migrate(database.db);
    await seed(database.db);
    await fill(database.db, size, () => {});
    await query(database.db, INSERT_SESSIONS);
    const data = await dataOf(database);
    await query(database.db, sql`vacuum analyze`);
    // What the start that is measured would otherwise wait for.
    await query(database.db, sql`checkpoint`);
    return data;
  } finally {
    await database.close();
  }
}

/** What a platform of a year has besides, for the lists that few read: of a course, of a thread in one, and of all. */
async function age(
  db: Database,
  { course, edited, teacher }: { course: string; edited: BenchData['edited']; teacher: string },
): Promise<void> {
  const hourly = sql`(select i, now() - i * interval '1 hour' as at from generate_series(1, $1::int) i) x`;
  await query(
    db,
    sql`insert into invitations (course_id, token_hash, created_by, created_at, expires_at)
      select $2, i::text, $3, at, now() + interval '20 days' from ${hourly}`,
    [500, course, teacher],
  );
  await query(
    db,
    sql`insert into course_revisions (course_id, version, content, at)
      select $2, 1000 - i, content, x.at from course_revisions r, ${hourly} where course_id = $2 and version = 1`,
    [200, course],
  );
  await query(
    db,
    sql`insert into forum_edits (subject_id, version, title, body, at)
      select id, i, case when id = $2 then 'Une question' end, 'Je reprends cela.', at
      from ${hourly}, unnest($3::uuid[]) id`,
    [100, edited.thread, Object.values(edited)],
  );
  await query(
    db,
    sql`insert into reports (course_id, subject_kind, subject_id, reason, at)
      select case when i % 10 = 0 then $2 else course_id end, 'post', q.id, 'Hors sujet.', at
      from (select q.id, t.course_id, row_number() over (order by q.id) as i from posts q join threads t on t.id = q.thread_id) q
      join ${hourly} using (i)`,
    [2000, course],
  );
  await query(
    db,
    sql`insert into audit_log (at, actor_id, action, subject_kind, subject_id, address)
      select at, $2::text::uuid, 'session.begun', 'person', $2::text, '127.0.0.1' from ${hourly}`,
    [200_000, teacher],
  );
}

async function dataOf({ db }: OpenDatabase): Promise<BenchData> {
  const ids = async (text: Sql, ...values: string[]) =>
    (await query<{ id: string }>(db, text, values)).map(({ id }) => id);
  const cookie = async (personId: string) => {
    const { secret } = await beginSession(db, personId, { address: '127.0.0.1', agent: 'bench' });
    return `session=${secret}`;
  };
  const [teacher] = await ids(
    sql`select person_id as id from course_authors group by person_id order by count(*) desc, person_id limit 1`,
  );
  // Who has a draft sees more than visitors do, so that no list that is kept for them can serve them.
  await query(
    db,
    sql`update courses set state = 'draft' where id = (select min(course_id::text)::uuid from course_authors where person_id = $1)`,
    [teacher],
  );
  const taught = await ids(
    sql`select course_id as id from course_authors where person_id = $1 order by course_id`,
    teacher!,
  );
  const [edited] = await query<BenchData['edited']>(
    db,
    sql`select t.id as thread, q.id as post from threads t join posts q on q.thread_id = t.id
      where t.course_id = any($1::uuid[]) order by t.id, q.id limit 1`,
    [taught],
  );
  await age(db, { course: taught[0]!, edited: edited!, teacher: teacher! });
  const [marks] = await query<{ count: number }>(
    db,
    sql`select count(*)::int8 as count from section_progress`,
  );
  // Those with the most notifications first: of them the lists are asked.
  const students = await ids(
    sql`select person_id as id from enrolments left join (select person_id, count(*) as notified from notifications group by 1) n using (person_id)
      group by person_id, notified order by notified desc nulls last, person_id limit 100`,
  );
  return {
    courses: await ids(sql`select id from courses where state = 'published' and visibility = 'public'`),
    threads: await ids(
      sql`(select id from threads order by post_count desc, id limit 50) union (select id from threads order by id limit 150)`,
    ),
    students: await Promise.all(students.map(cookie)),
    teacher: await cookie(teacher!),
    admin: await cookie(DEMO_PEOPLE.find(({ role }) => role === 'administrator')!.id),
    taught,
    edited: edited!,
    questions: Object.values(SUBJECTS).flat(),
    progress: marks!.count,
  };
}
