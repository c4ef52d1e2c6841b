import { expect, it } from 'vitest';
import { readyJson } from '#server/reply.ts';
import { READ_LENGTH_MAX, READ_MAX, visitorCache } from './visitor-cache.ts';

const found = (title: string) => JSON.stringify({ title });
const taken = (
  courses: ReturnType<typeof visitorCache>,
  id: string,
  json: string,
  version: number,
  at: number,
) => courses.ready(id, json, () => readyJson(json, version), at);

it('gives what was read since a moment, and nothing that is older', () => {
  const courses = visitorCache();
  const ready = taken(courses, 'a', found('Ondes'), 1, 10);
  expect(courses.since('a', 10)).toBe(ready);
  expect(courses.since('a', 11)).toBeUndefined();
  expect(courses.since('b', 0)).toBeUndefined();
});

it('makes a text ready once for as long as it stays the same', () => {
  const courses = visitorCache();
  const first = taken(courses, 'a', found('Ondes'), 1, 10);
  expect(taken(courses, 'a', found('Ondes'), 1, 20)).toBe(first);
  const changed = taken(courses, 'a', found('Ondes et sons'), 2, 30);
  expect(changed.bytes.toString()).toBe(found('Ondes et sons'));
  expect(changed.etag).not.toBe(first.etag);
  expect(courses.since('a', 30)).toBe(changed);
});

it('keeps what the later statement found, whichever ends last', () => {
  const courses = visitorCache();
  const later = taken(courses, 'a', found('après'), 2, 20);
  const earlier = taken(courses, 'a', found('avant'), 1, 10);
  expect(earlier.bytes.toString()).toBe(found('avant'));
  expect(courses.since('a', 0)).toBe(later);
});

it('keeps few, and no long ones', () => {
  const courses = visitorCache();
  for (let n = 0; n <= READ_MAX; n += 1) taken(courses, String(n), found('Ondes'), 1, 10);
  expect([courses.since('0', 0), courses.since(String(READ_MAX), 0)]).toEqual([undefined, expect.anything()]);
  taken(courses, String(READ_MAX), found('x'.repeat(READ_LENGTH_MAX)), 2, 20);
  expect(courses.since(String(READ_MAX), 0)).toBeUndefined();
});
