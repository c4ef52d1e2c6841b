import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
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

/** Every list besides the search: what it is, who asks for it, where, and with which questions besides. */
const LISTS: [string, 'students' | 'teacher' | 'admin', string, ...string[]][] = [
  ['my home', 'students', '/courses/home'],
  ['home of who teaches', 'teacher', '/courses/home'],
  ['my courses', 'students', '/courses/mine'],
  ['courses that I teach', 'teacher', '/courses/mine?as=author'],
  ['who follows my course', 'teacher', '/courses/:course/followers'],
  ['versions of my course', 'teacher', '/courses/:course/revisions'],
  ['invitations to my course', 'teacher', '/courses/:course/invitations'],
  ['reports in my course', 'teacher', '/courses/:course/reports'],
  ['the threads of a course', 'students', '/courses/:course/threads'],
  ['the posts of a thread', 'students', '/threads/:thread/posts'],
  ['what a thread said before', 'teacher', '/threads/:thread/versions'],
  ['what an answer said before', 'teacher', '/posts/:post/versions'],
  ['my notifications', 'students', '/notifications'],
  ['people, for administrators', 'admin', '/admin/people', '?q=martin'],
  ['people who wait to teach', 'admin', '/admin/people/waiting'],
  ['courses, for administrators', 'admin', '/admin/courses', '?q=algebre'],
  ['reports, for administrators', 'admin', '/admin/reports'],
  ['the audit log', 'admin', '/admin/deeds', '?q=session.begun'],
];

/** Everything that is measured, the hottest reads first. `bareUrl` is the least that the same database can cost. */
export async function casesOf(data: BenchData, given: Load, bareUrl: string): Promise<Case[]> {
  const forgotten = await unmeasured(given.url);
  if (forgotten.length > 0) throw new Error(`add to LISTS: ${forgotten.join(', ')}`);
  let bare = 0;
  let courses = 0;
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
  const mistyped = data.questions.map((q) => `${COURSES}?q=${encodeURIComponent(swapped(q))}`);
  const each = (paths: string[], cookies: string[]): Asked[] =>
    cookies.flatMap((cookie) => paths.map((path) => ({ path, headers: { cookie } })));
  const students = data.students.slice(0, 20);
  const list = (name: string, requests: Asked[]): Case => ({
    name,
    measure: async () => get(await withSecondPages(given.url, requests), { connections: FEW }),
    p95Max: LIST_MILLISECONDS_MAX,
  });
  const ids = {
    course: { students: data.courses.slice(0, 50), teacher: data.taught },
    thread: { students: data.threads, teacher: [data.edited.thread] },
    post: { students: [], teacher: [data.edited.post] },
  };
  const cookies = { students, teacher: [data.teacher], admin: [data.admin] };
  const lists = LISTS.map(([name, who, path, ...queries]) => {
    const kind = /:(\w+)/.exec(path)?.[1] as keyof typeof ids | undefined;
    const of = kind && who !== 'admin' ? ids[kind][who] : [''];
    const asked = of.flatMap((id) =>
      ['', ...queries].map((query) => `/api/v1${path.replace(/:\w+/, id)}${query}`),
    );
    return list(name, each(asked, cookies[who]));
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
      measure: async () => {
        const measured = await get(ten);
        courses = measured.perSecond;
        return measured;
      },
      perSecondMin: () => Math.max(6000, bare / 2),
      p95Max: 40,
    },
    {
      name: 'the pages of these ten, drawn by the server',
      measure: () => get(data.courses.slice(0, 10).map((id) => ({ path: `/cours/${id}` }))),
      perSecondMin: () => courses / 2,
    },
    { name: `a random course of ${all.length}, uncached`, measure: () => get(all), p95Max: 40 },
    { name: 'the same ten by people who are signed in', measure: () => get(signedIn), p95Max: 40 },
    { name: 'a course that the reader has (304)', measure: () => get(known), perSecondMin: () => 20_000 },
    {
      name: 'the list of courses, cached',
      measure: () => get([{ path: COURSES }]),
      p95Max: 60,
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
      name: 'a search by an author of drafts, their own uncached',
      measure: () => get(each(searches, [data.teacher])),
      p95Max: 60,
    },
    {
      name: 'a search with a typing mistake, uncached',
      measure: () =>
        get(
          mistyped.map((path) => ({ path })),
          { connections: FEW },
        ),
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
    ...lists,
  ];
}

/** The same with two letters of its longest word that changed places. */
function swapped(question: string): string {
  const longest = question.split(' ').sort((one, other) => other.length - one.length)[0]!;
  return question.replace(longest, longest.replace(/^(..)(.)(.)/, '$1$3$2'));
}

/** Each request of a list, and beside it the one for its second page, if there is one. */
async function withSecondPages(url: string, requests: Asked[]): Promise<Asked[]> {
  const pages: Asked[] = [];
  for (const { path, headers } of requests) {
    pages.push({ path, headers });
    const { next } = (await (await fetch(url + path, { headers })).json()) as { next?: string | null };
    if (next)
      pages.push({
        path: `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`,
        headers,
      });
  }
  return pages;
}

/** Lists that the document tells of and nobody measures: those whose pages have cursors. */
async function unmeasured(url: string): Promise<string[]> {
  const { paths } = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, { get?: { parameters?: { name: string }[] } }>;
  };
  const measured = new Set(
    [COURSES, ...LISTS.map(([, , path]) => `/api/v1${path.replace(/\?.*/, '')}`)].map(anyId),
  );
  return Object.entries(paths)
    .filter(
      ([path, { get }]) =>
        get?.parameters?.some(({ name }) => name === 'cursor') && !measured.has(anyId(path)),
    )
    .map(([path]) => path);
}
const anyId = (path: string): string => path.replaceAll(/:\w+|\{\w+\}/g, '{}');

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
