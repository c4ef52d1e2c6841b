import { type OpenDatabase, openDatabase } from '#server/database/database.ts';
import { migrate } from '#server/database/migrate.ts';
import { query } from '#server/database/query.ts';
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

/** Whoever used the platform this month is still signed in somewhere. */
const SESSIONS = `insert into sessions (secret_hash, person_id, address, agent, expires_at)
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
    await query(database.db, SESSIONS);
    const data = await dataOf(database);
    await query(database.db, 'vacuum analyze');
    // What the start that is measured would otherwise wait for.
    await query(database.db, 'checkpoint');
    return data;
  } finally {
    await database.close();
  }
}

/** What a platform of a year has besides, for the lists that few read: of a course, of a thread in one, and of all. */
function aged(course: string, edited: BenchData['edited'], teacher: string): string[] {
  const hourly = (rows: number) =>
    `(select i, now() - i * interval '1 hour' as at from generate_series(1, ${rows}) i) x`;
  return [
    `insert into invitations (course_id, token_hash, created_by, created_at, expires_at)
      select '${course}', i::text, '${teacher}', at, now() + interval '20 days' from ${hourly(500)}`,
    `insert into course_revisions (course_id, version, content, at)
      select '${course}', 1000 - i, content, x.at from course_revisions r, ${hourly(200)}
      where course_id = '${course}' and version = 1`,
    `insert into forum_edits (subject_id, version, title, body, at)
      select id, i, case when id = '${edited.thread}' then 'Une question' end, 'Je reprends cela.', at
      from ${hourly(100)}, unnest('{${Object.values(edited)}}'::uuid[]) id`,
    `insert into reports (course_id, subject_kind, subject_id, reason, at)
      select case when i % 10 = 0 then '${course}' else course_id end, 'post', q.id, 'Hors sujet.', at
      from (select q.id, t.course_id, row_number() over (order by q.id) as i from posts q join threads t on t.id = q.thread_id) q
      join ${hourly(2000)} using (i)`,
    `insert into audit_log (at, actor_id, action, subject_kind, subject_id, address)
      select at, '${teacher}', 'session.begun', 'person', '${teacher}', '127.0.0.1' from ${hourly(200_000)}`,
  ];
}

async function dataOf({ db }: OpenDatabase): Promise<BenchData> {
  const ids = async (text: string) => (await query<{ id: string }>(db, text)).map(({ id }) => id);
  const cookie = async (personId: string) => {
    const { secret } = await beginSession(db, personId, { address: '127.0.0.1', agent: 'bench' });
    return `session=${secret}`;
  };
  const [teacher] = await ids(
    'select person_id as id from course_authors group by person_id order by count(*) desc, person_id limit 1',
  );
  // Who has a draft sees more than visitors do, so that no list that is kept for them can serve her.
  await query(
    db,
    `update courses set state = 'draft' where id = (select min(course_id::text)::uuid from course_authors where person_id = $1)`,
    [teacher],
  );
  const taught = await ids(
    `select course_id as id from course_authors where person_id = '${teacher}' order by course_id`,
  );
  const [edited] = await query<BenchData['edited']>(
    db,
    `select t.id as thread, q.id as post from threads t join posts q on q.thread_id = t.id
      where t.course_id = any('{${taught}}') order by t.id, q.id limit 1`,
  );
  for (const text of aged(taught[0]!, edited!, teacher!)) await query(db, text);
  const [marks] = await query<{ count: number }>(db, 'select count(*)::int8 as count from section_progress');
  // Those who are told the most first: of them the lists are asked.
  const students = await ids(
    `select person_id as id from enrolments left join (select person_id, count(*) as told from notifications group by 1) n using (person_id)
      group by person_id, told order by told desc nulls last, person_id limit 100`,
  );
  return {
    courses: await ids(`select id from courses where state = 'published' and visibility = 'public'`),
    threads: await ids(
      '(select id from threads order by post_count desc, id limit 50) union (select id from threads order by id limit 150)',
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
