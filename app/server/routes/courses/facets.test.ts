import { beforeAll, describe, expect, it } from 'vitest';
import { invalidate } from '#server/cache/cache.ts';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Course, CourseFacets, CoursePage } from '#shared/schemas/course.ts';
import { reindexPeople } from '../admin/people-search-index.ts';
import { COURSE_LISTS } from './read.ts';

const { app, as, ask, db } = await testApp();
const teacher = await as('teacher');
const MINUTE = 'a'.repeat(1000);

interface Wish {
  title: string;
  subject: string;
  level?: string;
  language?: 'fr' | 'en';
  tags?: string[];
  minutes?: number;
  files?: string[];
  visibility?: 'public' | 'invitation';
}
async function publish({ title, minutes = 1, files = [], ...more }: Wish) {
  const body = { title, summary: '', level: 'Seconde', language: 'fr', tags: [], ...more };
  const { id } = (await teacher({ method: 'POST', url: '/api/v1/courses', body })).json<Course>();
  const at = `/api/v1/courses/${id}`;
  const change = async (url: string, change: object) => {
    const headers = { 'if-match': String((await teacher(at)).headers.etag) };
    const answer = await teacher({ method: 'PUT', url: `${at}${url}`, headers, body: change });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
  };
  await change('/sections', { sections: [{ title: 'Un', body: MINUTE.repeat(minutes) }] });
  await change('/state', { state: 'published' });
  for (const media_type of files)
    await db
      .insertInto('files')
      .values({ course_id: id, name: `${media_type}.x`, media_type, size: 1, sha256: 'x' })
      .execute();
  return id;
}
const facets = async (query = '') => (await ask(`/api/v1/courses/facets${query}`)).json<CourseFacets>();
const titles = async (query: string) =>
  (await ask(`/api/v1/courses${query}`))
    .json<CoursePage>()
    .items.map(({ title }) => title)
    .sort();

beforeAll(async () => {
  await db.deleteFrom('courses').execute();
  await publish({
    title: 'Limites',
    subject: 'Mathématiques',
    tags: ['analyse'],
    minutes: 31,
    files: ['video/mp4'],
  });
  await publish({
    title: 'Suites',
    subject: 'Mathématiques',
    tags: ['analyse', 'suites'],
    files: ['video/mp4', 'text/vtt'],
  });
  await publish({ title: 'Waves', subject: 'Physique', level: 'Terminale', language: 'en', minutes: 121 });
  await publish({ title: 'Secret', subject: 'Mathématiques', visibility: 'invitation' });
  await invalidate(app.cache, COURSE_LISTS);
});

describe('the facets of the catalogue', () => {
  it('count what is public, by each value', async () => {
    expect(await facets()).toEqual({
      total: 3,
      subjects: [
        { value: 'Mathématiques', count: 2 },
        { value: 'Physique', count: 1 },
      ],
      levels: [
        { value: 'Seconde', count: 2 },
        { value: 'Terminale', count: 1 },
      ],
      languages: [
        { value: 'fr', count: 2 },
        { value: 'en', count: 1 },
      ],
      tags: [
        { value: 'analyse', count: 2 },
        { value: 'suites', count: 1 },
      ],
      lengths: [
        { value: 'long', count: 1 },
        { value: 'medium', count: 1 },
        { value: 'short', count: 1 },
      ],
      withVideo: 2,
      withSubtitles: 1,
    });
  });

  it('narrow all others and not themselves', async () => {
    const found = await facets(`?subject=${encodeURIComponent('Mathématiques')}&video=true`);
    expect(found).toMatchObject({
      total: 2,
      subjects: [{ value: 'Mathématiques', count: 2 }],
      levels: [{ value: 'Seconde', count: 2 }],
      withVideo: 2,
    });
    expect((await facets('?level=Terminale')).subjects).toEqual([{ value: 'Physique', count: 1 }]);
    expect((await facets('?level=Terminale')).levels).toHaveLength(2);
  });

  it('count what a question finds, and nothing where it finds nothing', async () => {
    expect(await facets('?q=limites')).toMatchObject({
      total: 1,
      withVideo: 1,
      lengths: [{ value: 'medium', count: 1 }],
    });
    expect(await facets('?q=zzzz')).toMatchObject({ total: 0, subjects: [] });
    expect(await facets('?q=%3F%3F')).toMatchObject({ total: 0, subjects: [] });
  });

  it.each([
    ['?length=short', ['Suites']],
    ['?length=medium', ['Limites']],
    ['?length=long', ['Waves']],
    ['?video=true', ['Limites', 'Suites']],
    ['?subtitles=true', ['Suites']],
    ['?subtitles=false', ['Limites', 'Suites', 'Waves']],
    ['?tag=suites', ['Suites']],
    ['?language=en&length=long', ['Waves']],
  ])('agree with the list: %s', async (query, found) => {
    expect(await titles(query)).toEqual(found);
    expect((await facets(query)).total).toBe(found.length);
  });

  it('keep up with what an author writes', async () => {
    const before = await facets();
    const id = await publish({ title: 'Ondes', subject: 'Physique', minutes: 40 });
    expect((await facets()).total).toBe(before.total + 1);
    await db.deleteFrom('courses').where('id', '=', id).execute();
    await invalidate(app.cache, COURSE_LISTS);
  });
});

describe('the name of an author', () => {
  const [camille] = DEMO_PEOPLE;

  it.each(['Camille Fournier', 'fournier', 'FOURN', 'camille f'])(
    'finds their courses: %s',
    async (typed) => {
      expect(await titles(`?q=${encodeURIComponent(typed)}`)).toEqual(['Limites', 'Suites', 'Waves']);
      expect((await facets(`?q=${encodeURIComponent(typed)}`)).total).toBe(3);
    },
  );

  it('is found by its words too, once they are written', async () => {
    await reindexPeople(app);
    await invalidate(app.cache, COURSE_LISTS);
    expect(await titles('?q=fournier')).toEqual(['Limites', 'Suites', 'Waves']);
  });

  it('is found with a mistake in it', async () => {
    const { suggestion } = (await ask('/api/v1/courses?q=fournirr')).json<CoursePage>();
    expect(suggestion).toBe('fournier');
  });

  it('is not found by their address, which is nobody’s to learn', async () => {
    for (const word of camille.email.split(/[@.]/)) expect(await titles(`?q=${word}`)).toEqual([]);
  });

  it('comes after a title of that name', async () => {
    const id = await publish({ title: 'Fournier', subject: 'Histoire' });
    const { items } = (await ask('/api/v1/courses?q=fournier')).json<CoursePage>();
    expect(items[0]!.id).toBe(id);
    expect(items).toHaveLength(4);
    await db.deleteFrom('courses').where('id', '=', id).execute();
    await invalidate(app.cache, COURSE_LISTS);
  });
});
