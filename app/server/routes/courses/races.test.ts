import { beforeEach, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { meanwhile } from '#server/testing/concurrent-change.ts';
import { testApp } from '#server/testing/test-app.ts';
import { eraseDue } from '../me/erasure.ts';
import { leave } from './following.ts';

const { app, as, db } = await testApp();
const student = await as('student');
const [camille, ines, hugo] = DEMO_PEOPLE;
const [demo] = DEMO_COURSES;
const course = `/api/v1/courses/${demo!.id}`;
const standing = async (id: string) =>
  (
    await query<{ ratings: number; marks: number; enrolments: number }>(
      db,
      sql`select (select rating_count from courses where id = $1) as ratings,
         (select count(*) from section_progress where course_id = $1) as marks,
         (select count(*) from enrolments where course_id = $1) as enrolments`,
      [id],
    )
  )[0];

let section: string;
beforeEach(async () => {
  await student({ method: 'PUT', url: `${course}/enrolment` });
  const sections = await query<{ id: string }>(
    db,
    sql`select id from sections where course_id = $1 order by position desc limit 1`,
    [demo!.id],
  );
  section = sections[0]!.id;
});
const leaving = (transaction: Parameters<typeof leave>[0]) =>
  leave(transaction, { courseId: demo!.id, personId: ines!.id });

it('who leaves while they rate has rated nothing', async () => {
  const answer = await meanwhile(db, leaving, () =>
    student({ method: 'PUT', url: `${course}/rating`, body: { score: 3 } }),
  );
  expect(answer.json()).toMatchObject({ status: 409, type: '/problems/not-enrolled' });
  expect(await standing(demo!.id)).toEqual({ ratings: 0, marks: 0, enrolments: 0 });
});

it('who leaves while they mark a section has marked nothing', async () => {
  await meanwhile(db, leaving, () =>
    student({ method: 'PUT', url: `${course}/sections/${section}/progress`, body: { done: true } }),
  );
  expect(await standing(demo!.id)).toEqual({ ratings: 0, marks: 0, enrolments: 0 });
});

it('a section that is removed while it is marked is an unknown one', async () => {
  const answer = await meanwhile(
    db,
    (transaction) => query(transaction, sql`delete from sections where id = $1`, [section]),
    () => student({ method: 'PUT', url: `${course}/sections/${section}/progress`, body: { done: true } }),
  );
  expect(answer.json()).toMatchObject({ status: 404, type: '/problems/section-unknown' });
});

it('a course whose last authors leave at once, one of them for good, is not left without any', async () => {
  const courseId = (
    await (
      await as(camille!.id)
    )({
      method: 'POST',
      url: '/api/v1/courses',
      body: { title: 'À deux', summary: '', subject: 's', level: 'l' },
    })
  ).json().id;
  await query(db, sql`insert into course_authors (course_id, person_id, position) values ($1, $2, 1)`, [
    courseId,
    hugo!.id,
  ]);
  await query(db, sql`update people set erase_at = now() - interval '1 minute' where id = $1`, [hugo!.id]);
  await meanwhile(
    db,
    async (transaction) => {
      await query(transaction, sql`select 1 from courses where id = $1 for update`, [courseId]);
      await query(transaction, sql`delete from course_authors where course_id = $1 and person_id = $2`, [
        courseId,
        camille!.id,
      ]);
    },
    () => eraseDue(app),
  );
  expect(await standing(courseId)).toMatchObject({ ratings: null });
});
