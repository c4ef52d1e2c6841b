import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import type { CourseFiles } from './files.ts';
import { markdownHtml } from './html.ts';
import { markdownTree } from './pipeline.ts';

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
    '<figure class="video"><video src="/api/v1/courses/c1/files/cours1.mp4#t=90" controls preload="metadata" aria-label="Cours 1"><track kind="subtitles" src="/api/v1/courses/c1/files/cours1.fr.vtt" srclang="fr" label="Sous-titres" default /></video><figcaption>Cours 1</figcaption></figure>',
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

it('draws the same in the browser as on the server', async () => {
  const node = toJsxRuntime(await markdownTree(LESSON, author), { Fragment, jsx, jsxs });
  expect(normal(renderToStaticMarkup(node))).toBe(normal(await markdownHtml(LESSON, author)));
});

/** Two writers of HTML differ in how they escape, close and order; what they say is compared. */
const normal = (html: string): string =>
  html
    .replaceAll(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_all, hex, decimal) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('=""', '')
    .replaceAll(/ ?\/>/g, '>')
    .replaceAll(/ style="text-align:(\w+)"/g, ' align="$1"')
    .replaceAll(/<([a-z0-9]+)((?: [a-zA-Z-]+(?:="[^"]*")?)+)>/g, (_all, name, attributes: string) => {
      const sorted = [...attributes.matchAll(/ [a-zA-Z-]+(?:="[^"]*")?/g)].map(([each]) =>
        each.replace(/^ [a-zA-Z-]+/, (key) => key.toLowerCase()),
      );
      return `<${name}${sorted.sort().join('')}>`;
    });

it('keeps what it made, and makes it anew when the files change', async () => {
  expect(markdownTree('![a](tp1.zip)', course)).toBe(markdownTree('![a](tp1.zip)', { ...course }));
  expect(markdownTree('![a](tp1.zip)', course)).not.toBe(
    markdownTree('![a](tp1.zip)', { ...course, files: [] }),
  );
});
