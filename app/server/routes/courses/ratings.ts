import type { Database, Transaction } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { notEnrolled } from './problems.ts';

/** What a course without ratings is taken for, and how many ratings that counts as: one vote of 100 moves it to 67, fifty to 96. */
export const PRIOR = { score: 60, weight: 5 } as const;

/** The mean that lists are sorted by, in thousandths; written in the database with whole numbers alone. */
const RANK = sql`div((1000 * (rating_sum + $1::int8 * $2::int8)) / (rating_count + $2::int8), 1)::int8`;

/** Ratings of one course are counted one after the other: a first one has no row of its own to be held. */
const LOCK_COURSE = sql`select 1 from courses where id = $1 for update`;
/** Adds the difference that one rating makes; the rank follows from the sums. */
const ADD_RATING = sql`update courses set rating_count = rating_count + $2::int8, rating_sum = rating_sum + $3::int8 where id = $1`;
const UPDATE_RANK = sql`update courses set rating_rank = ${RANK} where id = any($3::uuid[])`;
const rerank = (db: Transaction, courseIds: string[]) =>
  query(db, UPDATE_RANK, [PRIOR.score, PRIOR.weight, courseIds]);

const ENROLMENT = sql`select 1 from enrolments where course_id = $1 and person_id = $2`;

/**
 * Sets, changes or (null) takes back the rating of one person, in the transaction given. Who leaves takes their rating back first, so
 * one who is enrolled while the course is held has not left.
 * @throws a refusal to those who do not follow the course
 */
export async function rate(
  db: Transaction,
  { courseId, personId, score }: { courseId: string; personId: string; score: number | null },
): Promise<void> {
  await query(db, LOCK_COURSE, [courseId]);
  if (score !== null && (await query(db, ENROLMENT, [courseId, personId])).length === 0)
    throw notEnrolled({});
  const [before] = await query<{ score: number }>(
    db,
    sql`select score from ratings where course_id = $1 and person_id = $2`,
    [courseId, personId],
  );
  if (score === null && !before) return;
  await (score === null
    ? query(db, sql`delete from ratings where course_id = $1 and person_id = $2`, [courseId, personId])
    : query(
        db,
        sql`insert into ratings (course_id, person_id, score) values ($1, $2, $3)
         on conflict (course_id, person_id) do update set score = excluded.score, at = now()`,
        [courseId, personId, score],
      ));
  const count = (score === null ? 0 : 1) - (before ? 1 : 0);
  await query(db, ADD_RATING, [courseId, count, (score ?? 0) - (before?.score ?? 0)]);
  await rerank(db, [courseId]);
}

/** Their ratings count no longer. */
const SUBTRACT_RATINGS = sql`update courses c set rating_count = c.rating_count - 1, rating_sum = c.rating_sum - r.score
  from ratings r where r.course_id = c.id and r.person_id = $1 returning c.id`;

/** Takes back all that one person rated, before their ratings go with them. */
export async function unrate(db: Transaction, personId: string): Promise<void> {
  const rated = await query<{ id: string }>(db, SUBTRACT_RATINGS, [personId]);
  await rerank(
    db,
    rated.map(({ id }) => id),
  );
}

const SUM_RATINGS = sql`update courses c set rating_count = r.n, rating_sum = r.total
  from (select course_id, count(*) as n, sum(score)::int8 as total from ratings group by course_id) r where r.course_id = c.id`;

/** Counts all ratings again, for those who wrote them beside the app. */
export async function rerankAll(db: Database): Promise<void> {
  await query(db, SUM_RATINGS);
  await query(db, sql`update courses set rating_rank = ${RANK}`, [PRIOR.score, PRIOR.weight]);
}
