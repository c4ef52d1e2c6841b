import { expect, it } from 'vitest';
import type { CoursePage } from '../server/schemas/course.ts';
import { testApp } from '../server/testing/test-app.ts';
import { fill } from './fill.ts';

const { ask, db } = await testApp();
const size = { courses: 30, students: 200 };
const counts = async () =>
  Promise.all(
    (['people', 'courses', 'sections', 'enrolments', 'ratings', 'threads'] as const).map(
      async (table) =>
        (
          await db
            .selectFrom(table)
            .select((each) => each.fn.countAll<number>().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
    ),
  );

it('fills a database with courses that are listed, found and rated, and adds nothing the second time', async () => {
  const said: string[] = [];
  await fill(db, size, (line) => said.push(line));
  expect(said.join('\n')).toMatch(/30 courses with \d+ sections/);
  const first = await counts();
  expect(first[3]).toBeGreaterThan(200);
  const { items } = (await ask('/api/v1/courses?q=cours&limit=100')).json<CoursePage>();
  expect(items.length).toBeGreaterThan(3);
  const best = (await ask('/api/v1/courses?sort=rating&limit=1')).json<CoursePage>().items[0]!;
  expect(best.rating.count).toBeGreaterThan(0);
  await fill(db, size, () => {});
  expect(await counts()).toEqual(first);
});
