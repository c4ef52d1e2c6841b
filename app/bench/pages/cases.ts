import type { Browser, Cookie, Page } from 'playwright-core';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import type { Figures, PageCase } from './page.ts';

export const LONG_LESSON = 'section of a long course';
const SECTIONS = 60;
const FORMULAS = 12;

/** Nothing moves, and little is asked for; times in milliseconds. */
const ALL: Partial<Figures> = { shift: 0.05, quiet: 3000, requests: 12, press: 200 };
const READER = { ...ALL, scriptBytes: 100_000, largestPaint: 2000 };

const courseOf = (words: RegExp): string => DEMO_COURSES.find(({ title }) => words.test(title))!.id;

/** The pages that most people open, of an app with its demo courses. */
export async function pagesOf(browser: Browser, url: string): Promise<PageCase[]> {
  const teacher = await cookiesOf(browser, url, 'teacher');
  const student = await cookiesOf(browser, url, 'student');
  const context = await browser.newContext();
  await context.addCookies(teacher);
  const { request } = context;
  const lessonOf = async (courseId: string, at: number) => {
    const outline = await request.get(`${url}/api/v1/courses/${courseId}/outline`);
    const { sections } = (await outline.json()) as { sections: { id: string }[] };
    return `${url}/cours/${courseId}/${sections[at]!.id}`;
  };
  const formulas = courseOf(/^Suites/);
  const long = await longCourse();
  const search = async (page: Page) => page.getByRole('searchbox').first().press('a');
  const next = async (page: Page) =>
    page
      .getByRole('link', { name: /Suivant|→/ })
      .first()
      .press('Enter');
  const thread = await asked<{ id: string }>(`/courses/${formulas}/threads`, {
    title: 'Une question sur les limites',
    body: 'Pourquoi $\\frac{1}{n}$ tend-il vers zéro, et comment le rédiger ?',
  });
  const cases: PageCase[] = [
    { name: 'home', url, shows: 'main h1', press: search, atMost: READER },
    {
      name: 'search',
      url: `${url}/?q=suites`,
      shows: 'main h1',
      atMost: { ...READER, scriptBytes: 150_000 },
    },
    { name: 'course', url: `${url}/cours/${formulas}`, shows: 'main h1', atMost: READER },
    {
      name: 'lesson with formulas',
      url: await lessonOf(formulas, 0),
      shows: '.prose',
      press: next,
      atMost: READER,
    },
    {
      name: 'lesson with code',
      url: await lessonOf(courseOf(/^Réseaux/), 1),
      shows: '.prose',
      atMost: READER,
    },
    {
      name: 'lesson with a film',
      url: await lessonOf(courseOf(/^La cellule/), 0),
      shows: '.prose',
      atMost: READER,
    },
    {
      name: LONG_LESSON,
      url: await lessonOf(long, 30),
      shows: '.prose',
      press: next,
      atMost: { ...READER, largestPaint: 2500 },
    },
    {
      name: 'lesson, second visit',
      url: await lessonOf(formulas, 0),
      shows: '.prose',
      isSecond: true,
      atMost: { shift: 0.05, largestPaint: 800 },
    },
    {
      name: 'question and answers',
      url: `${url}/discussions/${thread.id}`,
      shows: 'main h1',
      cookies: student,
      atMost: ALL,
    },
    { name: 'own courses', url: `${url}/mes-cours`, shows: 'main h1', cookies: student, atMost: ALL },
    { name: 'sign in', url: `${url}/connexion`, shows: 'main h1', atMost: ALL },
    {
      name: 'workshop',
      url: `${url}/cours/${long}/ecrire`,
      shows: '.cm-content',
      cookies: teacher,
      atMost: { ...ALL, scriptBytes: 250_000, requests: Number.POSITIVE_INFINITY },
    },
  ];
  await context.close();
  return cases;

  async function asked<Answer>(
    path: string,
    data: object,
    { method = 'POST', version = 0 } = {},
  ): Promise<Answer> {
    const headers = { origin: url, ...(version ? { 'if-match': `"${version}"` } : {}) };
    const answer = await request.fetch(`${url}/api/v1${path}`, { method, data, headers });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return JSON.parse((await answer.text()) || '{}');
  }

  /** A published course of many sections, each with formulas. */
  async function longCourse(): Promise<string> {
    const summary = 'Soixante parties, pour voir ce qu’un long cours coûte.';
    const { id } = await asked<{ id: string }>('/courses', {
      title: 'Long cours',
      summary,
      subject: 'Mathématiques',
      level: 'L1',
    });
    const sections = Array.from({ length: SECTIONS }, (_, at) => ({
      title: `Partie ${at + 1}`,
      body: Array.from(
        { length: FORMULAS },
        (_, n) =>
          `On montre que $\\sum_{k=1}^{${n + 1}} k^{${at + 1}} \\le \\frac{${n + 1}^{${at + 2}}}{2}$ par récurrence.`,
      ).join('\n\n'),
    }));
    await asked(`/courses/${id}/sections`, { sections }, { method: 'PUT', version: 1 });
    await asked(`/courses/${id}/state`, { state: 'published' }, { method: 'PUT', version: 2 });
    return id;
  }
}

/** The session of the demo person of that role. */
async function cookiesOf(browser: Browser, url: string, role: string): Promise<Cookie[]> {
  const context = await browser.newContext();
  const { email } = DEMO_PEOPLE.find((person) => person.role === role)!;
  const answer = await context.request.post(`${url}/api/v1/sessions`, {
    data: { email, password: DEMO_PASSWORD },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`signing in as ${email}: ${await answer.text()}`);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}
