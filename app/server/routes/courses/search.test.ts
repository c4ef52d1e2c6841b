import { describe, expect, it } from 'vitest';
import { query } from '../../database/json.ts';
import { readMigrations } from '../../database/migrate.ts';
import type { Course, CoursePage } from '../../schemas/course.ts';
import { type Ask, testApp } from '../../testing/test-app.ts';

const { ask, as, db } = await testApp();
const teacher = await as('teacher');

async function written(title: string, { language = 'fr', published = true, body = 'Un mot.' } = {}) {
  const told = { title, summary: '', subject: 's', level: 'l', language };
  const { id } = (await teacher({ method: 'POST', url: '/api/v1/courses', body: told })).json<Course>();
  const url = `/api/v1/courses/${id}`;
  const sections = { sections: [{ title: 'Une', body }] };
  await teacher({ method: 'PUT', url: `${url}/sections`, body: sections, headers: { 'if-match': '"1"' } });
  if (published)
    await teacher({
      method: 'PUT',
      url: `${url}/state`,
      body: { state: 'published' },
      headers: { 'if-match': '"2"' },
    });
  return id;
}
const found = async (q: string, by: Ask = ask, more = '') =>
  (await by(`/api/v1/courses?q=${encodeURIComponent(q)}&limit=100${more}`))
    .json<CoursePage>()
    .items.map(({ id }) => id);

describe('a word that is being typed', () => {
  it.each([
    ['Programmation', 'fr'],
    ['Dynamiques des populations animales', 'fr'],
    ['L’Œuvre d’Émile Zola', 'fr'],
    ['Équations différentielles ordinaires', 'fr'],
    ['Running measurements nationally', 'en'],
    ['Web-programmation (Node.js, 1789-1799)', 'fr'],
  ])('finds by each of its beginnings: %s', async (title, language) => {
    const id = await written(title, { language });
    for (const word of title.split(/[ ’().,-]/).filter(({ length }) => length >= 3)) {
      for (let letters = 3; letters <= word.length; letters += 1) {
        const typed = word.slice(0, letters);
        expect([typed, await found(typed)]).toEqual([typed, expect.arrayContaining([id])]);
      }
    }
  });

  it('finds what has the words before it as well', async () => {
    const id = await written('Programmation fonctionnelle', { body: 'Une introduction à OCaml.' });
    for (const typed of [
      'la programmati',
      'introduction programmati',
      'ocaml fonctionnell',
      'programmation fonctionnel',
    ])
      expect([typed, await found(typed)]).toEqual([typed, expect.arrayContaining([id])]);
    expect(await found('botanique programmati')).not.toContain(id);
  });

  it('finds titles before texts', async () => {
    const text = await written('Algèbre', { body: 'La cristallisation, encore la cristallisation.' });
    const title = await written('Cristallisation');
    for (const typed of ['cristal', 'cristallis', 'cristallisation'])
      expect([typed, (await found(typed))[0]]).toEqual([typed, title]);
    expect(await found('cristallisation')).toContain(text);
  });
});

it('finds by their titles the courses that were there before titles had words', async () => {
  await written('L’Œuvre d’Émile : naïveté, façades et æthers (Node.js; 1789-1799)');
  const WORDS = 'select id, title_words::text as words from courses order by id';
  const before = await query(db, WORDS, []);
  await query(db, 'update courses set title_words = null', []);
  for (const text of readMigrations().find(({ name }) => name === '0170-title-words')!.statements)
    await query(db, text, []);
  expect(await query(db, WORDS, [])).toEqual(before);
});
