import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CourseFiles } from './files.ts';
import { markdownHtml } from './html.ts';
import { markdownTree } from './pipeline.ts';
import { referencesIn } from './references.ts';

const course: CourseFiles = {
  courseId: 'c1',
  isAuthor: false,
  files: [
    { name: 'schéma 1.png', mediaType: 'image/png' },
    { name: 'cours1.mp4', mediaType: 'video/mp4' },
    { name: 'cours1.fr.vtt', mediaType: 'text/vtt' },
    { name: 'dictée.mp3', mediaType: 'audio/mpeg' },
    { name: 'poly.pdf', mediaType: 'application/pdf' },
    { name: 'tp1.zip', mediaType: 'application/zip' },
  ],
};
const author = { ...course, isAuthor: true };

it.each([
  [
    '![Un schéma](<schéma 1.png>)',
    '<p><picture><source srcset="/api/v1/courses/c1/files/sch%C3%A9ma%201.png?width=640" media="(max-width: 480px) and (max-resolution: 2x)" /><img src="/api/v1/courses/c1/files/sch%C3%A9ma%201.png?width=1280" alt="Un schéma" loading="lazy" /></picture></p>',
  ],
  [
    '[le TP](tp1.zip)',
    '<p><a href="/api/v1/courses/c1/files/tp1.zip?download=true" class="file-download">le TP</a></p>',
  ],
  [
    '[plus loin](poly.pdf#page=12)',
    '<p><a href="/api/v1/courses/c1/files/poly.pdf#page=12" class="file-pdf">plus loin (PDF, page 12)</a></p>',
  ],
  [
    '::pdf[Le *poly*]{file=poly.pdf page=3}',
    '<a href="/api/v1/courses/c1/files/poly.pdf#page=3" class="file-pdf">Le <em>poly</em> (PDF, page 3)</a>',
  ],
  [
    '::image[Un *schéma*]{file="schéma 1.png"}',
    '<picture><source srcset="/api/v1/courses/c1/files/sch%C3%A9ma%201.png?width=640" media="(max-width: 480px) and (max-resolution: 2x)" /><img src="/api/v1/courses/c1/files/sch%C3%A9ma%201.png?width=1280" alt="Un schéma" loading="lazy" /></picture>',
  ],
  [
    '::video[Cours 1]{file=cours1.mp4 start=1:30 subtitles=cours1.fr.vtt}',
    '<figure class="video"><video src="/api/v1/courses/c1/files/cours1.mp4#t=90" controls preload="metadata" aria-label="Cours 1"><track kind="subtitles" src="/api/v1/courses/c1/files/cours1.fr.vtt" srclang="fr" label="Français" default /></video><figcaption>Cours 1</figcaption></figure>',
  ],
  [
    '::audio{file="dictée.mp3"}',
    '<figure class="audio"><audio src="/api/v1/courses/c1/files/dict%C3%A9e.mp3" controls preload="metadata" aria-label="dictée.mp3"></audio><figcaption>dictée.mp3</figcaption></figure>',
  ],
  [
    '::download[Le TP]{file=tp1.zip}',
    '<a href="/api/v1/courses/c1/files/tp1.zip?download=true" class="file-download">Le TP</a>',
  ],
])('names a file of the course: %s', async (text, html) => {
  expect(await markdownHtml(text, course)).toBe(html);
});

it('offers subtitles in every language there is, SubRip as WebVTT, and one for each', async () => {
  const files = [
    { name: 'cours.mp4', mediaType: 'video/mp4' },
    { name: 'cours.fr.vtt', mediaType: 'text/vtt' },
    { name: 'cours.en.srt', mediaType: 'text/plain' },
    { name: 'cours.fr.srt', mediaType: 'text/plain' },
    { name: 'autre.de.vtt', mediaType: 'text/vtt' },
    { name: 'cours.txt', mediaType: 'text/plain' },
  ];
  const tracks = async (text: string) =>
    [
      ...(await markdownHtml(text, { ...course, files })).matchAll(
        /src="[^"]*\/([^"/]+)" srclang="(\w+)" label="(.+?)"( default)?/g,
      ),
    ].map(([, file, language, label, isDefault]) => `${file} ${language} ${label}${isDefault ?? ''}`);
  expect(await tracks('::video[V]{file=cours.mp4 subtitles=cours.en.srt}')).toEqual([
    'cours.en.srt?format=vtt en English default',
    'cours.fr.vtt fr Français',
  ]);
  expect(await tracks('::video[V]{file=cours.mp4}')).toEqual([
    'cours.fr.vtt fr Français',
    'cours.en.srt?format=vtt en English',
  ]);
});

it('offers what no browser shows to be saved, and says to its author why', async () => {
  const files = [
    { name: 'photo.heic', mediaType: 'image/heic' },
    { name: 'film.mov', mediaType: 'video/quicktime' },
    { name: 'poly.pdf', mediaType: 'application/pdf' },
  ];
  const asReader = (text: string) => markdownHtml(text, { ...course, files });
  const asAuthor = (text: string) => markdownHtml(text, { ...course, files, isAuthor: true });
  expect(await asReader('![Une photo](photo.heic)')).toBe(
    '<p><a href="/api/v1/courses/c1/files/photo.heic?download=true" class="file-download">Une photo</a></p>',
  );
  expect(await asAuthor('![Une photo](photo.heic)')).toContain('exportez-la en JPEG');
  expect(await asAuthor('::video[Film]{file=film.mov}')).toContain('exportez-le en MP4');
  expect(await asAuthor('::video[Film]{file=poly.pdf}')).toContain('« poly.pdf » n’est pas un film.');
  expect(await asReader('::video[Film]{file=poly.pdf}')).not.toContain('n’est pas');
});

it('takes for subtitles what is some, and says so to the author otherwise', async () => {
  const text = '::video[V]{file=cours1.mp4 subtitles=cours1.mp4}';
  expect(await markdownHtml(text, author)).toContain('« cours1.mp4 » n’est pas un fichier de sous-titres');
  expect(await markdownHtml(text, course)).not.toContain('sous-titres »');
});

it('finds a name whose accents another system wrote in two letters', async () => {
  expect(await markdownHtml('![x](<sche\u0301ma 1.png>)', course)).toContain('sch%C3%A9ma%201.png');
});

it('shows authors a note for a name that the course has not, and readers what the author wrote', async () => {
  expect(await markdownHtml('![La figure](absente.png)', author)).toBe(
    '<p><span class="file-unknown">La figure<strong class="file-note"> Ce cours n’a pas de fichier « absente.png » : ajoutez-le, ou corrigez son nom.</strong></span></p>',
  );
  expect(await markdownHtml('![La figure](absente.png)', course)).toBe(
    '<p><span class="file-missing">La figure</span></p>',
  );
  expect(await markdownHtml('::video[V]{file=cours1.mp4 subtitles=x.vtt}', author)).toContain(
    'Ce cours n’a pas de sous-titres « x.vtt »',
  );
});

it('loads nothing of third parties, and links to it without saying from where', async () => {
  expect(await markdownHtml('![carte](https://ailleurs.example/carte.png)', course)).toBe(
    '<p><a href="https://ailleurs.example/carte.png" rel="nofollow noopener noreferrer">carte</a></p>',
  );
});

it.each(['Attention:ici et :là[vraiment]{a=b}', '::inconnue[Titre]{file=tp1.zip}', 'du <b>gras</b> en HTML'])(
  'gives back as it was typed what it does not know: %s',
  async (text) => {
    const html = await markdownHtml(text, course);
    expect(
      html
        .replaceAll(/<[^>]+>/g, '')
        .replaceAll('&#x3C;', '<')
        .replaceAll('&#x26;', '&'),
    ).toBe(text);
  },
);

it('gives back a fence of colons with all that stands in it', async () => {
  expect(await markdownHtml(':::note\nUn *mot*.\n:::', course)).toBe(
    '<p>:::note</p>\n<p>Un <em>mot</em>.</p>\n<p>:::</p>',
  );
});

/** One of everything. */
const LESSON = `# Titre

Une formule $x^2$, un ~~mot~~, une note[^1].

$$
\\int_0^1 f(x)\\,dx
$$

| a | b |
|---|--:|
| 1 | 2 |

- [x] lu
- [ ] à lire

\`\`\`python
def carre(x):  # commentaire
    return x ** 2
\`\`\`

::video[Cours]{file=cours1.mp4 start=10 subtitles=cours1.fr.vtt}

![s](<schéma 1.png>) [tp](tp1.zip) ![rien](rien.png) <i>html</i> "guillemets" & 'apostrophes'

[^1]: La note.
`;

/** What formulas a text has, and what is left of it. */
async function formulasIn(text: string): Promise<{ formulas: string[]; text: string }> {
  const html = await markdownHtml(text);
  const FORMULA = /<math.*?<annotation encoding="application\/x-tex">(.*?)<\/annotation>.*?<\/math>/gs;
  const formulas = [...html.matchAll(FORMULA)].map(([, source]) => source!);
  return {
    formulas,
    text: html
      .replaceAll(FORMULA, '@')
      .replaceAll(/<[^>]+>/g, '')
      .trim(),
  };
}

it('draws formulas, tables, tasks, notes and coloured code', async () => {
  const html = await markdownHtml(LESSON, course);
  for (const part of [
    '<math',
    'display="block"',
    '<section class="wide" aria-label="Tableau" tabindex="0"><table>',
    '<input type="checkbox" checked disabled aria-label="Fait" />',
    '<span class="code-keyword">def</span>',
    'class="code-comment"',
    'href="#texte-fn-1"',
    'id="texte-fn-1"',
    '<del>mot</del>',
  ])
    expect(html).toContain(part);
  expect(html).not.toContain('style=');
});

describe('a dollar', () => {
  it.each([
    'de 2 $ à 3 $',
    'de 2\u00a0$ à 3\u00a0$',
    'de 2\u202f$ à 3\u202f$, puis 4\u202f$',
    '$PATH devant $HOME',
    '$20 et encore $30',
    'entre $5-$10',
    'un $ seul',
    'un prix de 5$',
    'rien $$ du tout',
    '$a $b',
    '$ x $',
    '$x\n$',
    '\\$x et y\\$',
  ])('is itself: %j', async (text) => {
    expect(await formulasIn(text)).toEqual({ formulas: [], text: text.replaceAll('\\$', '$') });
  });

  it.each([
    ['$x+1$', ['x+1'], '@'],
    ['il coûte 5 $ et $x+1$ vaut plus', ['x+1'], 'il coûte 5 $ et @ vaut plus'],
    ['$PATH et $x$', ['x'], '$PATH et @'],
    ['$a$, $b$ et $c$.', ['a', 'b', 'c'], '@, @ et @.'],
    ['$a$ $b$', ['a', 'b'], '@ @'],
    ['$a\nb$', ['a\nb'], '@'],
    ['$5\\$ + x$', ['5\\$ + x'], '@'],
    ['$a$5 puis $b$', ['b'], '$a$5 puis @'],
    ['($x$) **$y$** [$z$](a)', ['x', 'y', 'z'], '(@) @ @'],
    ['$$x \\$ y$$', ['x \\$ y'], '@'],
    ['$$ x $$ et $`a`$', ['x', '`a`'], '@ et @'],
  ])('begins and ends a formula by Pandoc’s rule: %j', async (text, formulas, rest) => {
    const found = await formulasIn(text);
    expect(found).toEqual({ formulas, text: rest });
  });
});

describe('a table', () => {
  const cellsOf = async (text: string) =>
    [...(await markdownHtml(text)).matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) =>
      cell!.replaceAll(/<math.*?x-tex">(.*?)<\/annotation>.*?<\/math>/gs, '@$1@').replaceAll(/<[^>]+>/g, ''),
    );
  it.each([
    ['| $|x|$ | b |', ['@|x|@', 'b']],
    ['| a | $|x| + |y|$ |', ['a', '@|x| + |y|@']],
    ['$|x|$ | b', ['@|x|@', 'b']],
    ['| $\\|x\\|$ | b |', ['@|x|@', 'b']],
    ['| $|x\\|$ | $\\lVert y \\rVert$ |', ['@|x|@', '@\\lVert y \\rVert@']],
    ['| $P(A|B)$ et $P(B|A)$ | b |', ['@P(A|B)@ et @P(B|A)@', 'b']],
    ['| $$|x|$$ | b |', ['@|x|@', 'b']],
    ['|5$|6$|', ['5$', '6$']],
    ['| 5 $ | 6 $ |', ['5 $', '6 $']],
    ['| `$` | `$` |', ['$', '$']],
    ['| `$` et $|x|$ | `$` |', ['$ et @|x|@', '$']],
    ['| \\$a | b\\$ |', ['$a', 'b$']],
    ['| [lien](a "x|y$") | $b$ |', ['[lien](a "x', 'y$")']],
  ])('has in its cells: %s', async (row, cells) => {
    for (const [head, before, after] of [
      ['| h | i |\n|---|---|\n', '', ''],
      ['> | h | i |\n> |---|:-:|\n', '> ', ''],
      ['- | h | i |\n  |---|---|\n', '  ', '\n\nfin $|$'],
    ] as const)
      expect(await cellsOf(`Avant.\n\n${head}${before}${row}${after}`)).toEqual(['h', 'i', ...cells]);
  });

  it('has formulas with bars in its head', async () => {
    expect(await cellsOf('| $|x|$ | b |\n|---|---|\n| 1 | 2 |')).toEqual(['@|x|@', 'b', '1', '2']);
  });

  it('is not where only its signs are, and loses nothing', async () => {
    for (const text of ['```\n| a |\n|---|\n| $|x|$ | b |\n```', '    | a |\n    |---|\n    | $|x|$ |'])
      expect((await markdownHtml(text)).replaceAll(/<[^>]+>/g, '').trim()).toContain('| $|x|$ |');
    // A letter that no text has stays what it is where somebody sends it.
    expect(await markdownHtml('| a\ufdd0 |\n|---|\n| $|x|$ |')).toContain('a\ufdd0');
  });

  it('names the files of a course at their places', () => {
    const text = '| a | b |\n|---|---|\n| $|x|$ | [le TP](tp1.zip) |';
    expect(referencesIn(text).map(({ start, end }) => text.slice(start, end))).toEqual(['tp1.zip']);
  });
});

describe('a bare address', () => {
  const A = 'https://fredu.example/cours';
  it.each([
    [`« ${A} »`, A],
    [`«\u00a0${A}»`, A],
    [`Lire ${A}… puis`, A],
    [`l’“${A}”`, A],
    [`‘${A}’`, A],
    [`(voir «${A}»)`, A],
    [`voir «${A}.» Puis`, A],
    [`${A}。`, A],
    [`${A}/Été`, `${A}/%C3%89t%C3%A9`],
    [`${A}/a_(b)»`, `${A}/a_(b)`],
    [`(${A}/a)»`, `${A}/a`],
    ['www.fredu.example/a»', 'http://www.fredu.example/a'],
  ])('ends before what closes behind it: %s', async (text, address) => {
    const html = await markdownHtml(text);
    expect(/href="([^"]*)"/.exec(html)?.[1]).toBe(address);
    expect(html.replaceAll(/<[^>]+>/g, '')).toBe(text);
  });

  it.each([`<${A}»>`, `[a](${A}»)`, `[${A}»](${A}»)`])('is left as it is between signs: %s', async (text) => {
    expect(await markdownHtml(text)).toContain(`href="${A}%C2%BB"`);
  });
});

describe('a space that does not break', () => {
  it.each(['#', '###', '-', '1.'])('behind %s is said to authors, and shown as typed', async (mark) => {
    const text = `Avant\n\n${mark}\u00a0Titre **gras**\n\nAprès`;
    const html = await markdownHtml(text, author);
    expect(html).toContain(`L’espace derrière « ${mark} » est insécable`);
    expect(await markdownHtml(text, course)).toContain(`<p>${mark}\u00a0Titre <strong>gras</strong></p>`);
    expect(await markdownHtml(text, course)).not.toContain('insécable');
  });

  it.each(['Un #\u00a0mot', '# Titre\u00a0!', '`-\u00a0a`', '    #\u00a0code', '12\u00a0- 3'])(
    'elsewhere is not: %j',
    async (text) => expect(await markdownHtml(text, author)).not.toContain('insécable'),
  );
});

it('keeps what it made, and makes it again when the files change', async () => {
  expect(markdownTree('![a](tp1.zip)', course)).toBe(markdownTree('![a](tp1.zip)', { ...course }));
  expect(markdownTree('![a](tp1.zip)', course)).not.toBe(
    markdownTree('![a](tp1.zip)', { ...course, files: [] }),
  );
});

it('draws what formulas mean beyond letters, without a style of their own', async () => {
  const html = await markdownHtml(
    [
      '$\\mathbb{R} \\mathcal{C} \\mathbf{v}$',
      '$\\boxed{x} \\cancel{y} \\sout{z}$',
      '$\\ce{H2O}$ $\\overrightarrow{AB}$ $\\textcolor{blue}{b}$',
      '$$\n\\begin{array}{|c|r|} \\hline x & 1 \\\\ \\hline \\end{array}\n$$',
      '$$\n\\begin{aligned} a &= b \\\\ &= c \\end{aligned}\n$$',
      '$$\n\\begin{cases} 1 & x > 0 \\\\ 0 & x < 0 \\end{cases}\n$$',
    ].join('\n\n'),
  );
  for (const part of [
    '<mi>ℝ</mi>',
    '𝒞',
    '𝐯',
    'formula-box',
    'tml-cancel upstrike',
    'tml-cancel sout',
    'formula-long-2',
    'mathcolor="#0000FF"',
    'formula-left-line',
    'formula-top-line',
    'tml-right',
    'tml-left',
    '<div class="formula" tabindex="0" role="group" aria-label="Formule">',
  ])
    expect(html).toContain(part);
  expect(html).not.toMatch(/\sstyle=/);
  expect(html).not.toContain('formula-error');
});

it('shows a formula that cannot be read as it was typed, and says why', async () => {
  const html = await markdownHtml('$\\frac{$ et $\\href{javascript:alert(1)}{x}$');
  expect(html).toMatch(/^<p><code class="formula-error" title="[^"]*end of input[^"]*">\\frac{<\/code> et /);
  expect(html).not.toContain('<a');
});

it('has a class in the style sheet for each look of a formula', () => {
  const css = readFileSync(join(import.meta.dirname, '../../web/markdown/formulas.css'), 'utf8');
  const looks = readFileSync(join(import.meta.dirname, 'formula-looks.ts'), 'utf8');
  const named = [...looks.matchAll(/'((?:formula|tml)-[\w-]+)'/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(10);
  for (const name of named) expect(css).toContain(`.${name}`);
});

it('gives headings the levels below that of their page', async () => {
  const html = await markdownHtml('# Un\n\n#### Deux\n\n# Trois');
  expect(html.replaceAll('\n', '')).toBe('<h2>Un</h2><h3>Deux</h3><h2>Trois</h2>');
});
