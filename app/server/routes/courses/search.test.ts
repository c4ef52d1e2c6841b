import { describe, expect, it } from 'vitest';
import { query } from '../../database/json.ts';
import { readMigrations } from '../../database/migrate.ts';
import type { Course, CoursePage } from '../../schemas/course.ts';
import { type Ask, testApp } from '../../testing/test-app.ts';

const { ask, as, db, statementsOf } = await testApp();
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

describe('somebody who sees more than visitors', () => {
  const titled = 'Sérendipité';
  it('finds his own among those of everybody, page after page and in each order', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1)
      ids.push(await written(`${titled} ${'et hasard '.repeat(n % 3)}`, { published: n % 2 === 0 }));
    for (const sort of ['relevance', 'recent', 'rating']) {
      const all = await found(titled, teacher, `&sort=${sort}`);
      expect(all.toSorted(), sort).toEqual(ids.toSorted());
      const seen: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const more: string = next && `&cursor=${next}`;
        const page = await teacher(
          `/api/v1/courses?q=${encodeURIComponent(titled)}&limit=2&sort=${sort}${more}`,
        );
        seen.push(...page.json<CoursePage>().items.map(({ id }) => id));
        next = page.json<CoursePage>().next;
      }
      expect(seen, sort).toEqual(all);
      expect(await found(titled, ask, `&sort=${sort}`), sort).toEqual(
        all.filter((id) => ids.indexOf(id) % 2 === 0),
      );
    }
    expect(await found(titled, teacher, '&sort=recent')).toEqual(ids.toReversed());
  });

  it('finds his own as they are, though the list of everybody is older', async () => {
    const [here, gone] = [await written('Palimpseste premier'), await written('Palimpseste second')];
    expect((await found('palimpseste', teacher)).toSorted()).toEqual([here, gone].toSorted());
    // As another server would, whose changes the cache of this one learns of later.
    await query(db, `update courses set summary = 'Retiré', state = 'draft' where id = $1`, [gone]);
    const page = (await teacher('/api/v1/courses?q=palimpseste')).json<CoursePage>();
    expect(page.items.map(({ summary }) => summary).toSorted()).toEqual(['', 'Retiré']);
  });

  it('asks for what is public no more often than visitors do', async () => {
    await written('Xylophone', { published: false });
    await written('Xylophones');
    // Who asks, whether he sees more, his own, and everybody's the first time.
    expect(await statementsOf(() => found('xylophone', teacher))).toBe(4);
    expect(await statementsOf(() => found('xylophone', teacher))).toBe(3);
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
