import { expect, it } from 'vitest';
import { query } from '../database/query.ts';
import { type Sql, sql } from '../database/sql.ts';
import { testApp } from '../testing/test-app.ts';
import { makePeople, makeWorld } from '../testing/world.ts';

const { app, as, db } = await testApp();
const ids = await makePeople(app);
const world = await makeWorld(app, ids, 'public');

/** Five rows of three moments: two that are of one moment only their ids tell apart. */
const ROWS = sql`(select i, timestamptz '2026-09-01T08:00:00Z' + (i / 2) * interval '1 second' as at from generate_series(0, 4) i) x`;
const put = (text: Sql, ...values: string[]) => query(db, text, values);
await put(
  sql`insert into people (name, email, role, created_at)
  select 'Ali', i || '@pages.test', 'student', at from ${ROWS}`,
);
await put(
  sql`insert into enrolments (course_id, person_id, at)
  select $1, id, created_at from people where email like '%@pages.test'`,
  world.course,
);
await put(
  sql`insert into courses (title, summary, subject, level, state, published_at, updated_at)
  select 'Optique', '', 's', 'l', 'published', at, at from ${ROWS}`,
);
await put(
  sql`insert into enrolments (course_id, person_id, at)
  select id, $1, updated_at from courses where title = 'Optique'`,
  ids.follower,
);
await put(
  sql`insert into course_authors (course_id, person_id, position)
  select id, $1, 0 from courses where title = 'Optique'`,
  ids.author,
);
await put(
  sql`insert into course_revisions (course_id, version, content)
  select $1, i + 2, '{}' from ${ROWS}`,
  world.course,
);
await put(
  sql`insert into invitations (course_id, token_hash, created_by, created_at, expires_at)
  select $1, i::text, $2, at, at from ${ROWS}`,
  world.course,
  ids.author,
);
await put(
  sql`insert into threads (course_id, title, body, pinned, active_at)
  select $1, 't', 'b', i in (1, 2, 4), at from ${ROWS}`,
  world.course,
);
await put(
  sql`insert into posts (thread_id, body, created_at)
  select $1, 'b', at from ${ROWS}`,
  world.thread,
);
await put(
  sql`insert into forum_edits (subject_id, version, title, body)
  select $1, i + 1, 't', 'b' from ${ROWS}`,
  world.thread,
);
await put(
  sql`insert into reports (course_id, subject_kind, subject_id, reason, at)
  select $1, 'post', id, 'r', created_at from posts where author_id is null`,
  world.course,
);
await put(
  sql`insert into notifications (person_id, kind, thread_id, at)
  select $1, 'answer', $2, at from ${ROWS}`,
  ids.follower,
  world.thread,
);
await put(
  sql`insert into audit_log (action, subject_kind, subject_id, address, at)
  select 'notice.made', 'notice', i::text, '::1', at from ${ROWS}`,
);

it.each([
  ['follower', '/courses/mine'],
  ['author', '/courses/mine?as=author'],
  ['author', '/courses/:course/revisions'],
  ['author', '/courses/:course/followers'],
  ['author', '/courses/:course/invitations'],
  ['author', '/courses/:course/reports'],
  ['visitor', '/courses/:course/threads'],
  ['visitor', '/threads/:thread/posts'],
  ['author', '/threads/:thread/versions'],
  ['follower', '/notifications'],
  ['administrator', '/admin/people'],
  ['administrator', '/admin/courses'],
  ['administrator', '/admin/reports'],
  ['administrator', '/admin/deeds?q=notice.made'],
] as const)('one by one the %s reads the whole of %s', async (who, list) => {
  const by = await as(who === 'visitor' ? who : ids[who]);
  const url = list.replace(':course', world.course).replace(':thread', world.thread);
  const read = async (asked: Record<string, string>) => {
    const more = new URLSearchParams(asked);
    const answer = await by(`/api/v1${url}${url.includes('?') ? '&' : '?'}${more}`);
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<{ items: unknown[]; next: string | null }>();
  };
  const whole = await read({ limit: '100' });
  expect(whole.next).toBeNull();
  expect(whole.items.length).toBeGreaterThanOrEqual(5);
  const items: unknown[] = [];
  let next: string | null = null;
  do {
    const page = await read({ limit: '1', ...(next ? { cursor: next } : {}) });
    expect(page.items).toHaveLength(1);
    items.push(...page.items);
    next = page.next;
  } while (next && items.length < 100);
  expect(items).toEqual(whole.items);
});
