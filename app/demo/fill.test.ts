import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';
import type { CoursePage } from '#shared/schemas/course.ts';
import { fill } from './fill.ts';

const { ask, db } = await testApp();
const size = { courses: 30, students: 200 };
const counts = async () =>
  Promise.all(
    (
      [
        'people',
        'courses',
        'sections',
        'enrolments',
        'ratings',
        'threads',
        'section_progress',
        'posts',
        'notifications',
      ] as const
    ).map(
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
  const [, , , enrolments, , threads, progress, posts, notifications] = first;
  expect(enrolments).toBeGreaterThan(200);
  expect(progress).toBeGreaterThanOrEqual(enrolments!);
  expect(threads).toBeGreaterThan(0);
  expect(posts).toBeGreaterThanOrEqual(threads!);
  expect(notifications).toBeGreaterThanOrEqual(threads!);
  const { rows } = await sql<{ told: number; held: number }>`select sum(post_count)::int8 as told,
    (select count(*) from posts)::int8 as held from threads`.execute(db);
  expect(rows[0]!.told).toBe(rows[0]!.held);
  const unmailed = await db.selectFrom('notifications').select('id').where('mailed_at', 'is', null).execute();
  expect(unmailed).toEqual([]);
  const { items } = (await ask('/api/v1/courses?q=cours&limit=100')).json<CoursePage>();
  expect(items.length).toBeGreaterThan(3);
  const best = (await ask('/api/v1/courses?sort=rating&limit=1')).json<CoursePage>().items[0]!;
  expect(best.rating.count).toBeGreaterThan(0);
  await fill(db, size, () => {});
  expect(await counts()).toEqual(first);
});

it.each([
  ['--courses', 'x'],
  ['--courses', '0'],
  ['--students', '1e3'],
])('refuses %s %s in one line, and says how it is asked', (option, given) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), option, given],
    // A database that is none: had it gone on, it would say so.
    { env: { DATABASE_URL: 'none' }, encoding: 'utf8' },
  );
  expect([status, stdout]).toEqual([2, '']);
  const [line, ...usage] = stderr.split('\n');
  expect(line).toBe(`error: ${option} is "${given}"; write a number from 1 to 9999999`);
  expect(usage[0]).toMatch(/^npm run demo/);
  expect(stderr.match(/error/g)).toHaveLength(1);
});
