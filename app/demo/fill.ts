import { createHash } from 'node:crypto';
import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { joined, parameter, type Sql, sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { keepRevision } from '#server/routes/courses/content.ts';
import { rerankAll } from '#server/routes/courses/ratings.ts';
import { hashPassword } from '#server/security/passwords.ts';
import { DEMO_PASSWORD } from '#server/seed/courses.ts';
import {
  ANSWERS,
  FIRST_NAMES,
  FORMS,
  LAST_NAMES,
  LEVELS,
  QUESTIONS,
  SENTENCES,
  STEPS,
  SUBJECTS,
} from './words.ts';

export interface Size {
  courses: number;
  students: number;
}
/** Rows that go in one statement. */
const BATCH = 1000;
const COURSES_EACH_TEACHER = 8;
/** What one thread of a hundred has; the others have one. */
const LIVELY_POSTS = 60;

/**
 * Fills a database with people and courses to believe in. The same number is always the same person and the same course, so that
 * a second run adds only what is missing, and one that was interrupted goes on.
 */
export async function fill(
  db: Database,
  { courses, students }: Size,
  say: (line: string) => void,
): Promise<void> {
  const password = await hashPassword(DEMO_PASSWORD);
  const teachers = Math.max(1, Math.ceil(courses / COURSES_EACH_TEACHER));
  const people = async (kind: 'teacher' | 'student', count: number) => {
    const row = (n: number) => {
      const name = `${pick(FIRST_NAMES, `${kind}${n}`)} ${pick(LAST_NAMES, `${n}${kind}`).replace('-', ' ')}`;
      return [
        idOf(kind, n),
        `${kind === 'teacher' ? 'prof' : 'eleve'}${n}@demo.fredu.test`,
        name,
        kind,
        password,
      ];
    };
    await insert(
      db,
      sql`people (id, email, name, role, password_hash)`,
      [sql`uuid`, sql`text`, sql`text`, sql`text`, sql`text`],
      count,
      row,
    );
    say(`${count} ${kind}s, password "${DEMO_PASSWORD}"`);
  };
  await people('teacher', teachers);
  await people('student', students);

  await insert(
    db,
    sql`courses (id, title, summary, subject, level, state, published_at)`,
    [sql`uuid`, sql`text`, sql`text`, sql`text`, sql`text`, sql`text`, sql`timestamptz`],
    courses,
    (n) => {
      const subject = pick(Object.keys(SUBJECTS), `subject${n}`);
      const about = pick(SUBJECTS[subject]!, `about${n}`);
      const published = new Date(Date.UTC(2025, 8, 1) + number(`published${n}`, 365 * 24 * 60) * 60_000);
      return [
        idOf('course', n),
        `${about} : ${pick(FORMS, `form${n}`)}`,
        text(`summary${n}`, 2),
        subject,
        pick(LEVELS, `level${n}`),
        'published',
        published.toISOString(),
      ];
    },
  );
  await insert(
    db,
    sql`course_authors (course_id, person_id, position)`,
    [sql`uuid`, sql`uuid`, sql`int8`],
    courses,
    (n) => [idOf('course', n), idOf('teacher', n % teachers), 0],
  );
  const lengths = Array.from({ length: courses }, (_, n) => 3 + number(`sections${n}`, 5));
  const sections = lengths.flatMap((count, n) => Array.from({ length: count }, (__, at) => [n, at] as const));
  await insert(
    db,
    sql`sections (id, course_id, position, title, body)`,
    [sql`uuid`, sql`uuid`, sql`int8`, sql`text`, sql`text`],
    sections.length,
    (index) => {
      const [n, at] = sections[index]!;
      return [
        idOf('section', `${n}.${at}`),
        idOf('course', n),
        at,
        STEPS[at % STEPS.length]!,
        `${text(`body${n}.${at}`, 6)}\n\n- ${text(`list${n}.${at}`, 1)}\n- ${text(`more${n}.${at}`, 1)}`,
      ];
    },
  );
  await indexed(db, courses);
  say(`${courses} courses with ${sections.length} sections, ${teachers} authors`);

  const followed = Array.from({ length: students }, (_, n) => 4 + number(`follows${n}`, 7)).flatMap(
    (count, n) =>
      [...new Set(Array.from({ length: count }, (__, at) => popular(`follow${n}.${at}`, courses)))].map(
        (course) => [n, course] as const,
      ),
  );
  await insert(
    db,
    sql`enrolments (person_id, course_id)`,
    [sql`uuid`, sql`uuid`],
    followed.length,
    (index) => {
      const [n, course] = followed[index]!;
      return [idOf('student', n), idOf('course', course)];
    },
  );
  const done = followed.flatMap(([n, course]) => {
    const count = 1 + number(`done${n}.${course}`, lengths[course]!);
    return Array.from({ length: count }, (_, at) => [n, course, at] as const);
  });
  await insert(
    db,
    sql`section_progress (person_id, course_id, section_id)`,
    [sql`uuid`, sql`uuid`, sql`uuid`],
    done.length,
    (index) => {
      const [n, course, at] = done[index]!;
      return [idOf('student', n), idOf('course', course), idOf('section', `${course}.${at}`)];
    },
  );
  const rated = followed.filter(([n, course]) => number(`rates${n}.${course}`, 3) === 0);
  await insert(
    db,
    sql`ratings (course_id, person_id, score)`,
    [sql`uuid`, sql`uuid`, sql`int8`],
    rated.length,
    (index) => {
      const [n, course] = rated[index]!;
      const liked = 40 + number(`liked${course}`, 50);
      return [
        idOf('course', course),
        idOf('student', n),
        Math.min(100, liked + number(`score${n}.${course}`, 20)),
      ];
    },
  );
  await rerankAll(db);
  say(`${followed.length} enrolments, ${done.length} sections done, ${rated.length} ratings`);

  const asked = followed.filter(([n, course]) => number(`asks${n}.${course}`, 40) === 0);
  const lively = (index: number): number => (number(`lively${index}`, 100) === 0 ? LIVELY_POSTS : 1);
  await insert(
    db,
    sql`threads (id, course_id, author_id, title, body, post_count)`,
    [sql`uuid`, sql`uuid`, sql`uuid`, sql`text`, sql`text`, sql`int8`],
    asked.length,
    (index) => {
      const [n, course] = asked[index]!;
      return [
        idOf('thread', index),
        idOf('course', course),
        idOf('student', n),
        pick(QUESTIONS, `question${index}`),
        text(`asked${index}`, 2),
        lively(index),
      ];
    },
  );
  // The author answers, and in a lively thread the one who asked goes on asking.
  const posts = asked.flatMap(([n, course], index) =>
    Array.from({ length: lively(index) }, (_, at) => ({
      id: idOf('post', `${index}.${at}`),
      thread: idOf('thread', index),
      asker: idOf('student', n),
      author: at % 2 === 0 ? idOf('teacher', course % teachers) : idOf('student', n),
      body: at % 2 === 0 ? pick(ANSWERS, `answer${index}.${at}`) : text(`again${index}.${at}`, 1),
    })),
  );
  await insert(
    db,
    sql`posts (id, thread_id, author_id, body)`,
    [sql`uuid`, sql`uuid`, sql`uuid`, sql`text`],
    posts.length,
    (index) => {
      const { id, thread, author, body } = posts[index]!;
      return [id, thread, author, body];
    },
  );
  const notifications = posts.filter(({ author, asker }) => author !== asker);
  // Told in the app; nobody of the demo has an address for letters.
  await insert(
    db,
    sql`notifications (id, person_id, kind, actor_id, thread_id, post_id, mailed_at)`,
    [sql`uuid`, sql`uuid`, sql`text`, sql`uuid`, sql`uuid`, sql`uuid`, sql`timestamptz`],
    notifications.length,
    (index) => {
      const { id, thread, asker, author } = notifications[index]!;
      return [idOf('told', id), asker, 'answer', author, thread, id, new Date(0).toISOString()];
    },
  );
  say(`${asked.length} threads with ${posts.length} answers, ${notifications.length} notifications`);
}

/** Adds rows in batches, column by column; those that are there stay as they are. */
async function insert(
  db: Database,
  into: Sql,
  types: Sql[],
  count: number,
  row: (index: number) => (string | number)[],
): Promise<void> {
  const columns = joined(
    types.map((type, index) => sql`${parameter(index + 1)}::${type}[]`),
    sql`, `,
  );
  const statement = sql`insert into ${into} select * from unnest(${columns}) on conflict do nothing`;
  for (let start = 0; start < count; start += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => row(start + index));
    await query(
      db,
      statement,
      types.map((_, column) => rows.map((each) => each[column])),
    );
  }
}

/** Makes the courses findable, those that are not yet. */
async function indexed(db: Database, courses: number): Promise<void> {
  const missing = new Set(
    (await query<{ id: string }>(db, sql`select id from courses where terms is null`)).map(({ id }) => id),
  );
  for (let n = 0; n < courses; n += 1) {
    const id = idOf('course', n);
    if (missing.has(id))
      await transaction(db, (each) => keepRevision(each, { courseId: id, personId: null }));
  }
}

/** A number below a limit that a name always has. */
const number = (name: string, below: number): number =>
  createHash('sha1').update(name).digest().readUInt32BE(0) % below;
/** The same for courses: a few have many followers, most have some. */
const popular = (name: string, count: number): number => Math.floor((number(name, 1000) / 1000) ** 2 * count);
const pick = <Item>(all: readonly Item[], name: string): Item => all[number(name, all.length)]!;
const text = (name: string, sentences: number): string =>
  Array.from({ length: sentences }, (_, at) => pick(SENTENCES, `${name}/${at}`)).join(' ');
function idOf(kind: string, n: number | string): string {
  const hex = createHash('sha1').update(`${kind} ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
