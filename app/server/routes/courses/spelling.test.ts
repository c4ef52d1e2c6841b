import { expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { CoursePage } from '#shared/schemas/course.ts';
import { reindexCourses } from './search-index.ts';
import { mistakesBetween } from './spelling.ts';

const { app, ask, as, db, statementsOf } = await testApp();
const TITLES = [
  ['Langage C', 'Informatique', 'published', 'public'],
  ['Les langages formels', 'Informatique', 'published', 'public'],
  ['Ondes et vibrations', 'Physique', 'published', 'public'],
  ['Algèbre linéaire', 'Mathématiques', 'published', 'public'],
  ['Zoologie secrète', 'Biologie', 'draft', 'public'],
  ['Ornithologie', 'Biologie', 'published', 'invitation'],
];
await query(
  db,
  sql`insert into courses (title, summary, subject, level, state, visibility, published_at)
   select title, '', subject, 'L1', state, visibility, now() from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w (title, subject, state, visibility)`,
  [0, 1, 2, 3].map((column) => TITLES.map((row) => row[column])),
);
await reindexCourses(app);
const asked = async (q: string, more = '', by = ask) =>
  (await by(`/api/v1/courses?q=${encodeURIComponent(q)}${more}`)).json<CoursePage>();

it.each([
  ['langge', 'langage'],
  ['langage', undefined],
  ['phyisque', 'physique'],
  ['Phisyque', 'physique'],
  ['algbre linéaire', 'algèbre linéaire'],
  ['algebre linnéairre', 'algebre linéaire'],
  ['lnagages, formles', 'langages, formels'],
  ['vibrashions', 'vibrations'],
  ['vibrassionsse', undefined],
  ['xyz', undefined],
  ['ond', undefined],
])('what was mistyped is suggested, and nothing found instead: %s', async (q, suggestion) => {
  const page = await asked(q);
  expect(page.suggestion).toBe(suggestion);
  if (suggestion) {
    expect(page.items).toEqual([]);
    expect((await asked(suggestion)).items.length).toBeGreaterThan(0);
  }
});

it('is suggested only where it finds something, as it was narrowed', async () => {
  expect((await asked('langge', '&subject=Informatique')).suggestion).toBe('langage');
  expect((await asked('langge', '&subject=Physique')).suggestion).toBeUndefined();
  expect((await asked('langge algbre')).suggestion).toBeUndefined();
});

it('says no word of what visitors may not see', async () => {
  for (const q of ['zoologei', 'ornithologei'])
    expect(await asked(q, '', await as('teacher'))).toEqual({ items: [], next: null });
});

it('reads the words of courses once for all who mistype', async () => {
  await asked('langge');
  // What was asked, and what is suggested; of each whose courses these may be, and which they are.
  expect(await statementsOf(() => asked('phyisque'))).toBe(4);
  expect(await statementsOf(() => asked('xxxyyyzzz'))).toBe(2);
});

it.each([
  ['langge', 'langage', 1],
  ['phyisque', 'physique', 1],
  ['abcd', 'abcd', 0],
  ['abcd', 'badc', 2],
  ['', 'ab', 2],
  ['abcdef', 'uvwxyz', 3],
])('%s has so many mistakes of %s', (one, other, count) => {
  expect(mistakesBetween(one, other, 2)).toBe(count);
  expect(mistakesBetween(other, one, 2)).toBe(count);
});
