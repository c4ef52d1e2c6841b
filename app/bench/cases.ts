import { DEMO_PASSWORD, DEMO_PEOPLE } from '../server/seed/courses.ts';
import type { BenchData } from './data.ts';
import { type Asked, load, type Measured } from './load.ts';

/** A load, and what we promise of it. */
export interface Case {
  name: string;
  measure(): Promise<Measured>;
  perSecondMin?: () => number;
  p95Max?: number;
}

/** How long and by how many at once is asked. */
export interface Load {
  url: string;
  seconds: number;
  connections: number;
}

/** Connections for what is measured warm and not under load: a class that looks at its lists. */
const FEW = 8;
const COURSES = '/api/v1/courses';

/** What a list may take when it is warm, in milliseconds, @see README "Speed". */
const LIST_MILLISECONDS_MAX = 50;

/** Everything that is measured, the hottest reads first. `bareUrl` is the least that the same database can cost. */
export async function casesOf(data: BenchData, given: Load, bareUrl: string): Promise<Case[]> {
  let bare = 0;
  const get = (requests: Asked[], over: Partial<Load> = {}) => load({ ...given, ...over, requests });
  const ten = data.courses.slice(0, 10).map((id) => ({ path: `${COURSES}/${id}` }));
  const all = data.courses.map((id) => ({ path: `${COURSES}/${id}` }));
  const known = await Promise.all(
    ten.map(async ({ path }) => ({
      path,
      headers: { 'if-none-match': (await fetch(given.url + path)).headers.get('etag')! },
    })),
  );
  const signedIn = data.students.map((cookie, n) => ({
    path: ten[n % ten.length]!.path,
    headers: { cookie },
  }));
  const searches = data.questions.map((q) => `${COURSES}?q=${encodeURIComponent(q)}`);
  const each = (paths: string[], cookies: string[]): Asked[] =>
    cookies.flatMap((cookie) => paths.map((path) => ({ path, headers: { cookie } })));
  const students = data.students.slice(0, 20);
  const list = (name: string, requests: Asked[]): Case => ({
    name,
    measure: () => get(requests, { connections: FEW }),
    p95Max: LIST_MILLISECONDS_MAX,
  });

  return [
    {
      name: 'bare Fastify, hello',
      measure: () => get([{ path: '/hello' }], { url: bareUrl }),
    },
    {
      name: 'bare Fastify, one trivial statement',
      measure: async () => {
        const measured = await get([{ path: '/' }], { url: bareUrl });
        bare = measured.perSecond;
        return measured;
      },
    },
    {
      name: 'a random course of ten, uncached',
      measure: () => get(ten),
      perSecondMin: () => Math.max(6000, bare / 2),
      p95Max: 40,
    },
    { name: `a random course of ${all.length}, uncached`, measure: () => get(all), p95Max: 40 },
    { name: 'the same ten by people who are signed in', measure: () => get(signedIn), p95Max: 40 },
    { name: 'a course that the reader has (304)', measure: () => get(known), perSecondMin: () => 20_000 },
    {
      name: 'the list of courses, cached',
      measure: () => get([{ path: COURSES }]),
      perSecondMin: () => 20_000,
    },
    {
      name: 'a search by visitors, cached',
      measure: () => get(searches.map((path) => ({ path }))),
      p95Max: 60,
    },
    {
      name: 'a search by people who are signed in',
      measure: () => get(each(searches, students)),
      p95Max: 60,
    },
    {
      name: 'a search by an author of drafts, his own uncached',
      measure: () => get(each(searches, [data.teacher])),
      p95Max: 60,
    },
    {
      name: 'the ten courses, 20 sign-ins a second beside',
      measure: async () => {
        const [readers, signIns] = await Promise.all([get(ten), load(signIns20(given))]);
        // Readers that are disturbed by fewer show nothing.
        const missing = signIns.perSecond < 18 ? 1 : 0;
        return { ...readers, failed: readers.failed + signIns.failed + missing };
      },
      p95Max: 40,
    },
    list(
      'a search by rating',
      each(
        searches.map((path) => `${path}&sort=rating`),
        students,
      ),
    ),
    list('my courses', each([`${COURSES}/mine`], students)),
    list('courses that I teach', each([`${COURSES}/mine?as=author`], [data.teacher])),
    list(
      'who follows my course',
      each(
        data.taught.map((id) => `${COURSES}/${id}/followers`),
        [data.teacher],
      ),
    ),
    list(
      'the threads of a course',
      each(
        data.courses.slice(0, 50).map((id) => `${COURSES}/${id}/threads`),
        students,
      ),
    ),
    list(
      'the posts of a thread',
      each(
        data.threads.map((id) => `/api/v1/threads/${id}/posts`),
        students.slice(0, 2),
      ),
    ),
    list('my notifications', each(['/api/v1/notifications'], students)),
    list(
      'people, for administrators',
      each(['/api/v1/admin/people', '/api/v1/admin/people?q=martin'], [data.admin]),
    ),
    list('courses, for administrators', each(['/api/v1/admin/courses'], [data.admin])),
  ];
}

const signIns20 = ({ url, seconds }: Load) => ({
  url,
  seconds,
  connections: 6,
  perSecond: 20,
  requests: DEMO_PEOPLE.map(({ email }) => ({
    method: 'POST',
    path: '/api/v1/sessions',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: DEMO_PASSWORD }),
  })),
});
