import { fill } from '../demo/fill.ts';
import { SUBJECTS } from '../demo/words.ts';
import { type OpenDatabase, openDatabase } from '../server/database/database.ts';
import { query } from '../server/database/json.ts';
import { migrate } from '../server/database/migrate.ts';
import { beginSession } from '../server/security/sessions.ts';
import { DEMO_PEOPLE } from '../server/seed/courses.ts';
import { seed } from '../server/seed/seed.ts';

/** What a measured database holds, and by whom and for what it can be asked. */
export interface BenchData {
  courses: string[];
  threads: string[];
  /** Cookies of people who follow courses, of one who writes some, and of an administrator. */
  students: string[];
  teacher: string;
  admin: string;
  /** The courses of that teacher. */
  taught: string[];
  /** Questions, all of which find something. */
  questions: string[];
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
    await query(database.db, 'vacuum analyze');
    // What the start that is measured would otherwise wait for.
    await query(database.db, 'checkpoint');
    return await dataOf(database);
  } finally {
    await database.close();
  }
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
  const students = await ids('select distinct person_id as id from enrolments order by person_id limit 100');
  return {
    courses: await ids(`select id from courses where state = 'published' and visibility = 'public'`),
    threads: await ids('select id from threads order by id limit 200'),
    students: await Promise.all(students.map(cookie)),
    teacher: await cookie(teacher!),
    admin: await cookie(DEMO_PEOPLE.find(({ role }) => role === 'administrator')!.id),
    taught: await ids(`select course_id as id from course_authors where person_id = '${teacher}'`),
    questions: Object.values(SUBJECTS).flat(),
  };
}
