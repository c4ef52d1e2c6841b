import { describe, expect, it } from 'vitest';
import { invalidate } from '#server/cache/cache.ts';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Course, CoursePage } from '#shared/schemas/course.ts';
import { COURSE_LISTS } from './read.ts';

const { app, ask, statementsOf, db } = await testApp();
/** For rows that a test wrote beside the app. */
const renew = () => invalidate(app.cache, COURSE_LISTS);
const newest = [...DEMO_COURSES].sort((one, other) => other.publishedAt.localeCompare(one.publishedAt));
const [demo] = DEMO_COURSES;

describe('the list of courses', () => {
  it('shows the newest first, with their authors in order', async () => {
    const page = (await ask('/api/v1/courses')).json<CoursePage>();
    expect(page.items.map((item) => item.title)).toEqual(newest.map((course) => course.title));
    expect(page.items.find((item) => item.id === demo!.id)).toMatchObject({
      authors: [{ name: 'Camille Fournier' }, { name: 'Yann Leroux' }],
      publishedAt: demo!.publishedAt,
      sectionCount: 3,
      fileCount: 3,
    });
    expect(page.next).toBeNull();
  });

  it('goes on where the page before ended, and neither repeats nor forgets a course', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 10; pages++) {
      const page: CoursePage = (await ask(`/api/v1/courses?limit=3${cursor && `&cursor=${cursor}`}`)).json();
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next;
    }
    expect(seen).toEqual(newest.map((course) => course.id));
  });

  it('pages through courses of the same moment', async () => {
    const at = new Date('2020-01-01T00:00:00.000Z');
    const fields = { summary: 's', subject: 's', level: 'l', state: 'published' as const, published_at: at };
    const added = await db
      .insertInto('courses')
      .values(['a', 'b', 'c'].map((title) => ({ ...fields, title })))
      .returning('id')
      .execute();
    await renew();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: CoursePage = (await ask(`/api/v1/courses?limit=2${cursor && `&cursor=${cursor}`}`)).json();
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(added.map((row) => row.id)));
    await db.deleteFrom('courses').where('published_at', '=', at).execute();
    await renew();
  });

  it('hides drafts, archived, deleted and invited-only courses', async () => {
    const fields = { summary: 's', subject: 's', level: 'l', published_at: new Date() };
    await db
      .insertInto('courses')
      .values([
        { ...fields, title: 'draft', state: 'draft' },
        { ...fields, title: 'archived', state: 'archived' },
        { ...fields, title: 'deleted', state: 'deleted' },
        { ...fields, title: 'invited', state: 'published', visibility: 'invitation' },
      ])
      .execute();
    await renew();
    const hidden = await db.selectFrom('courses').select('id').where('summary', '=', 's').execute();
    const page = (await ask('/api/v1/courses')).json<CoursePage>();
    expect(page.items).toHaveLength(newest.length);
    for (const { id } of hidden) expect((await ask(`/api/v1/courses/${id}`)).statusCode).toBe(404);
  });

  it.each([
    ['limit=0', 'query.limit', 'donnez au moins 1'],
    ['limit=101', 'query.limit', 'donnez au plus 100'],
    ['limit=x', 'query.limit', 'donnez une valeur de type integer'],
    ['page=2', 'query.page', 'retirez-le'],
  ])('refuses %s with the mend', async (query, field, mend) => {
    const answer = await ask(`/api/v1/courses?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([expect.objectContaining({ field, mend })]);
  });

  it.each(['zzz', Buffer.from('["x","y"]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
    'refuses the cursor %s, which it did not write',
    async (cursor) => {
      const answer = await ask(`/api/v1/courses?cursor=${cursor}`);
      expect(answer.json()).toMatchObject({ status: 400, type: '/problems/cursor-unknown' });
    },
  );

  it('is one statement, and then none until a course changes', async () => {
    await renew();
    expect(await statementsOf(() => ask('/api/v1/courses'))).toBe(1);
    expect(await statementsOf(() => ask('/api/v1/courses'))).toBe(0);
  });

  it.each([
    [`q=${encodeURIComponent(demo!.title)}`, 0],
    ['q=introuvablement', 2],
  ])('keeps what a question found, and not that it found nothing: %s', async (query, statements) => {
    await renew();
    // The words that a suggestion is made of are read once in some minutes.
    await ask('/api/v1/courses?q=introuvable');
    // Whose courses these may be, and which they are.
    expect(await statementsOf(() => ask(`/api/v1/courses?${query}`))).toBe(2);
    expect(await statementsOf(() => ask(`/api/v1/courses?${query}`))).toBe(statements);
  });
});

describe('a course', () => {
  it('comes with its authors, sections and files in one statement', async () => {
    let course: Course | undefined;
    const statements = await statementsOf(async () => {
      course = (await ask(`/api/v1/courses/${demo!.id}`)).json<Course>();
    });
    expect(statements).toBe(1);
    expect(course!.authors.map((author) => author.name)).toEqual(demo!.authors);
    expect(course!.sections.map((section) => [section.title, section.body])).toEqual(demo!.sections);
    expect(course!.files.map((file) => file.name)).toEqual(
      [...demo!.files].sort(new Intl.Collator('fr', { numeric: true }).compare),
    );
    expect(course).toMatchObject({ version: 1, format: 'markdown', publishedAt: demo!.publishedAt });
  });

  it('that nobody knows is told in the language of the reader', async () => {
    const url = '/api/v1/courses/00000000-0000-4000-8000-00000000ffff';
    const french = await ask({ url, headers: { 'accept-language': 'de, fr;q=0.5' } });
    expect(french.json()).toMatchObject({ status: 404, title: 'Cours introuvable' });
    expect(french.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'content-language': 'fr',
    });
    const english = await ask({ url, headers: { 'accept-language': 'en-GB, fr;q=0.5' } });
    expect(english.json()).toMatchObject({ type: '/problems/course-unknown', title: 'Course not found' });
  });

  it.each([
    '1%27or',
    // PostgreSQL knows no such form, and everybody who asked at the same moment would get nothing.
    `urn:uuid:${demo!.id}`,
    demo!.id.replaceAll('0', 'A').toUpperCase(),
  ])('is refused for an id that is none: %s', async (id) => {
    expect((await ask(`/api/v1/courses/${id}`)).json()).toMatchObject({
      status: 400,
      errors: [{ field: 'params.id', reason: 'ce n’est pas un identifiant' }],
    });
  });
});
