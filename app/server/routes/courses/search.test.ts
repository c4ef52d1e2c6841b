import { describe, expect, it } from 'vitest';
import { readMigrations } from '#server/database/migrate.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { draftCourse } from '#server/testing/requests.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';
import type { Course, CoursePage } from '#shared/schemas/course.ts';
import { CONTENT, type CourseContent, indexCourse } from './search-index.ts';
import { searchable, words } from './search-terms.ts';

const { app, ask, as, database, db, statementsOf } = await testApp();
const teacher = await as('teacher');

async function written(title: string, { language = 'fr', published = true, body = 'Un mot.' } = {}) {
  const id = await draftCourse(teacher, { title, language });
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

describe('what stands in a text', () => {
  it.each([
    ['client/serveur', ['client', 'serveur', 'client/serveur', 'serveur client']],
    ['e vaut 2.71828 environ', ['2.71828', '71828', '2,71828']],
    ['la version 3.12.4 de Python', ['3.12.4', '3.12', 'python 3.12.4']],
    ['voir zanzibar.fr', ['zanzibar.fr', 'zanzibar']],
    [
      'écrire à prof.ouistiti@lycee-babel.example',
      ['ouistiti', 'prof.ouistiti@lycee-babel.example', 'babel'],
    ],
    [
      'https://www.wikiquelquechose.example/page_de_garde?mot=clef#partie',
      ['wikiquelquechose', 'garde', 'clef', 'https://www.wikiquelquechose.example/page_de_garde'],
    ],
    ['![la mitose](tp1.pdf)', ['tp1.pdf', 'tp1', 'mitose']],
    ['photo\u00adsyn\u00adthèse', ['photosynthèse', 'photosynth']],
    ['chromo\u200bsome', ['chromosome', 'chromo\u00adsome']],
    ['avant\u2011garde', ['avant-garde', 'garde', 'avant\u2011garde']],
    ['Straße, Œdipe, Łódź et ΛΌΓΟΣ', ['strasse', 'œdipe', 'oedipe', 'Łódź', 'λόγος', 'λογοσ']],
    ['学习中文语法', ['中文', '学习中文', '语法', '法', '中', '学习中文语法', '中文 语法']],
    ['ภาษาไทย', ['ไทย', 'ภาษา']],
  ])('is found by each part and the whole: %j', async (body, asked) => {
    const id = await written('Un titre', { body: `Avant. ${body} Après.` });
    const missed = [];
    for (const q of asked) if (!(await found(q)).includes(id)) missed.push(q);
    expect(missed).toEqual([]);
  });

  it('is found by whatever its words are, of any letters and signs', async () => {
    let seed = 7;
    const below = (limit: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor(seed / 256) % limit;
    };
    const LETTERS = [...'abkxzéÉœßçñΩωЖж学中のアテไ한글1234567890٣²½ǅİ𝒞ﬁ', 'e\u0301', 'a\u00ad', 'o\u200d'];
    const SIGNS = [...' \n./:@-_+#?&=%$,;\'’"!()[]{}<>|~^*\\\u00a0\u202f\u2011\u2060…—«»'];
    const made = (set: string[], length: number) =>
      Array.from({ length }, () => set[below(set.length)]).join('');
    for (let round = 0; round < 8; round += 1) {
      const text = Array.from(
        { length: 40 },
        () => made(LETTERS, 3 + below(9)) + made(SIGNS, 1 + below(2)),
      ).join('');
      const language = round % 2 ? 'en' : 'fr';
      const id = await written('Un titre', { body: text, language });
      const missed = [];
      for (const word of new Set(words(text))) if (!(await found(word)).includes(id)) missed.push(word);
      // What a dictionary leaves out everywhere is no word that one is looked for by.
      const said = await query<{ word: string }>(
        db,
        uncheckedSql(
          `select word from unnest($1::text[]) word where length(to_tsvector('${language === 'en' ? 'english' : 'french'}', word)) > 0`,
        ),
        [missed],
      );
      expect([text, said.map(({ word }) => word)]).toEqual([text, []]);
    }
  });

  it('is found to the end of the longest course that can be written', async () => {
    const LENGTH_MAX = 200_000;
    const body = (n: number) =>
      `${'Une suite croissante et majorée converge. '.repeat(LENGTH_MAX / 42)} dernier${n}mot`;
    const { id } = (
      await teacher({
        method: 'POST',
        url: '/api/v1/courses',
        body: { title: 'Un long cours', summary: '', subject: 's', level: 'l' },
      })
    ).json<Course>();
    const sections = Array.from({ length: 9 }, (_, n) => ({ title: `Partie ${n}`, body: body(n) }));
    const url = `/api/v1/courses/${id}/sections`;
    const { statusCode } = await teacher({
      method: 'PUT',
      url,
      body: { sections },
      headers: { 'if-match': '"1"' },
    });
    expect(statusCode).toBe(200);
    for (const n of [0, 1, 4, 8]) expect(await found(`dernier${n}mot`, teacher)).toEqual([id]);
  });

  it('is kept where a text has more different words than a database takes', async () => {
    const body = (n: number) =>
      Array.from({ length: 24_000 }, (_, at) => `m${(n * 24_000 + at).toString(36)}x`).join(' ');
    const text = searchable(Array.from({ length: 9 }, (_, n) => body(n)));
    const [kept] = await query<{ count: number }>(
      db,
      sql`select length(to_tsvector('french', $1)) as count`,
      [text],
    );
    expect(kept!.count).toBeGreaterThan(50_000);
  });
});

describe('the best answer', () => {
  const first = async (titles: string[], asked: string) => {
    const ids: string[] = [];
    for (const title of titles) ids.push(await written(title));
    return (await found(asked)).filter((id) => ids.includes(id)).map((id) => titles[ids.indexOf(id)]);
  };
  it('is the title that was typed, then the word that was typed, then what begins so', async () => {
    expect(
      await first(['Articles articulés, articulation d’article', 'L’art du trait', 'Art'], 'art'),
    ).toEqual(['Art', 'L’art du trait', 'Articles articulés, articulation d’article']);
    expect(await first(['Cuisine créole et carottes cuites', 'Langage C', 'C++'], 'C')).toEqual([
      expect.stringMatching(/^(Langage C|C\+\+)$/),
      expect.stringMatching(/^(Langage C|C\+\+)$/),
      'Cuisine créole et carottes cuites',
    ]);
  });
  it('knows C, C++ and C# apart', async () => {
    const titles = ['Programmer en C', 'Programmer en C++', 'Programmer en C#'];
    expect(await first(titles, 'C++')).toEqual(['Programmer en C++']);
    expect(await first(titles, 'c#')).toEqual(['Programmer en C#']);
    expect((await first(titles, 'programmer C')).toSorted()).toEqual(titles.toSorted());
  });
  it('is found by its endings in French and in English, as before', async () => {
    const french = await written('Nager', { body: 'Les nageuses nageaient longuement.' });
    const english = await written('Swimming', {
      language: 'en',
      body: 'They were connected by connections.',
    });
    expect(await found('nageuse')).toContain(french);
    expect(await found('connecting')).toContain(english);
  });
});

describe('somebody who sees more than visitors', () => {
  const titled = 'Sérendipité';
  it('finds their own among those of everybody, page after page and in each order', async () => {
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

  it('finds their own as they are, though the list of everybody is older', async () => {
    const [here, gone] = [await written('Palimpseste premier'), await written('Palimpseste second')];
    expect((await found('palimpseste', teacher)).toSorted()).toEqual([here, gone].toSorted());
    // As another server would, whose changes the cache of this one learns of later.
    await query(db, sql`update courses set summary = 'Retiré', state = 'draft' where id = $1`, [gone]);
    const page = (await teacher('/api/v1/courses?q=palimpseste')).json<CoursePage>();
    expect(page.items.map(({ summary }) => summary).toSorted()).toEqual(['', 'Retiré']);
  });

  it('asks for what is public no more often than visitors do', async () => {
    await written('Xylophone', { published: false });
    await written('Xylophones');
    // Who asks, whether they see more, their own, and whose and which everybody's are the first time.
    expect(await statementsOf(() => found('xylophone', teacher))).toBe(5);
    expect(await statementsOf(() => found('xylophone', teacher))).toBe(3);
  });
});

it('finds by their titles the courses that were there before titles had words', async () => {
  const id = await written('L’Œuvre d’Émile : naïveté, façades et æthers (Node.js; 1789-1799)');
  const WORDS = sql`select id, title_words::text as words from courses where id = $1`;
  const before = await query(db, WORDS, [id]);
  await query(db, sql`update courses set title_words = null`, []);
  for (const text of readMigrations().find(({ name }) => name === '0170-title-words')!.statements)
    await database.asOwner(text);
  expect(await query(db, WORDS, [id])).toEqual(before);
});

describe('words of courses that were there before', () => {
  const STATE = sql`select id, title_terms::text, title_words::text, title_whole, terms::text, words_version - version as behind
    from courses order by id`;
  it('are written again by the job, whatever one of them holds', async () => {
    await written('Ondes/particules', { body: 'λ = h/p, voir ondes.example' });
    await written('Wave/particle', { language: 'en' });
    await app.runJobs();
    const right = await query(db, STATE);
    await query(
      db,
      sql`update courses set words_version = 0, title_whole = null, terms = to_tsvector('french', 'avant')`,
    );
    await app.runJobs();
    expect(await query(db, STATE)).toEqual(right);
    expect(right.every((row) => (row as { behind: number }).behind === 0)).toBe(true);
    // There is nothing left to do.
    expect((await query(db, sql`select id from courses where words_version < version`)).length).toBe(0);
  });

  it('are written of what a server of an older release changed, and not over what is newer', async () => {
    const id = await written('Vieux titre');
    await query(db, sql`update courses set title = 'Neuf/titre', version = version + 1 where id = $1`, [id]);
    expect(await found('neuf')).not.toContain(id);
    const [read] = await query<CourseContent>(db, sql`${CONTENT} where c.id = $1`, [id]);
    await app.runJobs();
    await expect.poll(() => found('neuf')).toContain(id);
    await indexCourse(db, {
      ...read!,
      version: read!.version - 1,
      content: read!.content.replace('Neuf', 'Ancien'),
    });
    expect(await found('ancien')).not.toContain(id);
  });
});
