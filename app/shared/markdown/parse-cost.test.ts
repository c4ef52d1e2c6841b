import { runInNewContext } from 'node:vm';
import { visit } from 'unist-util-visit';
import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { remarkBareUrls } from './bare-urls.ts';
import { CodeFences } from './code-fences.ts';
import { markdownHtml } from './html.ts';
import { excessiveCost } from './parse-cost.ts';
import { ENTANGLED } from './parse-cost-corpus.ts';
import { referencesIn } from './references.ts';
import { treeOf } from './syntax.ts';
import { hideFormulaBars } from './table-formulas.ts';

/** As long as a section may be. */
const LENGTH_MAX = 200_000;
/** What takes a second at most is given many; what it is to hold off takes from minutes to days. */
const given = <Result>(work: () => Result): Result =>
  runInNewContext('work()', { work }, { timeout: 30_000 }) as Result;

describe.each(Object.entries(ENTANGLED))('%s', (_, made) => {
  it('are not read when they are long', () => {
    expect(excessiveCost(made(LENGTH_MAX))).toBeDefined();
    expect(referencesIn(`${made(LENGTH_MAX)}\n\n[a](a.zip)`)).toEqual([]);
  });

  it('are read as far as they are let', () => {
    let length = LENGTH_MAX;
    while (excessiveCost(made(length))) length = Math.floor(length / 1.5);
    expect(length).toBeGreaterThan(20);
    expect(() => given(() => referencesIn(made(length)))).not.toThrow();
  });
});

describe('what people write', () => {
  it.each([
    [
      'the courses of the seed',
      DEMO_COURSES.flatMap(({ sections }) => sections.map(([, body]) => body)).join('\n\n'),
    ],
    ['a long text', 'Un **mot**, _un autre_ et [un lien](a.pdf), `code` et $x^2$.\n\n'.repeat(3000)],
    ['long lines', 'Un **mot** et [un lien](a.pdf) dans un long paragraphe. '.repeat(100)],
    ['a list of a thousand things', '- un [lien](a.pdf)\n  qui va à la ligne\n'.repeat(1000)],
    [
      'a table of a thousand rows',
      `| a | b |\n|---|---|\n${'| **un** mot | [lien](a.pdf) |\n'.repeat(1000)}`,
    ],
    ['a program of 3,000 lines', `Voici :\n\`\`\`c\n${'*p = a[i_1] * b[j_2];\n'.repeat(3000)}\`\`\`\n\nFin.`],
    ['formulas of 500 lines', `$$\n${'\\frac{a_{1}}{b_{2}}\\\\\n'.repeat(500)}$$\n`],
    ['a comment before a program', `<!-- a -->\n\n~~~\n${'*a_'.repeat(2000)}\n~~~`],
    ['a rule of many dashes', '- '.repeat(60)],
  ])('is read: %s', (_, text) => expect(excessiveCost(text)).toBeUndefined());
});

it.each([
  ['*a_'.repeat(10_000), 'marks', 1],
  ['>'.repeat(15_000), 'nesting', 1],
  [`Un.\n\n${'[a]('.repeat(1000)}`, 'marks', 3],
])('what is not read is drawn as it was written: %.20s', async (text, kind, line) => {
  expect(excessiveCost(text)).toMatchObject({ kind, line });
  const html = `<p class="plain">${text.replaceAll('>', '>')}</p>`;
  expect(await markdownHtml(text, { courseId: 'c', files: [], isAuthor: false })).toBe(html);
  expect(await markdownHtml(text, { courseId: 'c', files: [], isAuthor: true })).toMatch(
    /^<strong class="file-note">Ce texte est montré tel quel/,
  );
});

it.each(['$', '`', '|', '|$', '$|', '`$', '$`|', '\\$', '$$', '$a', '$a |', '$$a|', '»', ')»', ')'])(
  'has its formulas and addresses found in time that goes with the length: %j',
  (part) => {
    const row = part.repeat(400_000 / part.length);
    for (const text of [`|a|\n|-|\n|${row}|`, `|a|\n|-|\n|$|${row}`, `|${row}|$|\n|-|\n`])
      expect(() => given(() => hideFormulaBars(text))).not.toThrow();
    const address = {
      type: 'link',
      url: `https://a/${row}…`,
      children: [{ type: 'text', value: `https://a/${row}…` }],
    };
    const tree = { type: 'root', children: [{ type: 'paragraph', children: [address] }] };
    expect(() => given(() => remarkBareUrls()(tree as never, ''))).not.toThrow();
  },
);

it.each([
  'a',
  ' ',
  '\t',
  '-',
  '- ',
  '|',
  '| ',
  '>',
  '> ',
  '`',
  '$',
  '<',
  '<!--',
  ':',
  '[^',
  '[^\\',
  '1',
  '1.',
  '\\',
  '*',
  '* ',
  '=',
  '~~~ ',
])('is found in time that goes with the length: %j', (part) => {
  const line = part.repeat(2_000_000 / part.length);
  for (const text of [
    line,
    `${line}x`,
    `x${line}`,
    `|a|\n|-|\n|${line}`,
    `${part.slice(0, 1)}\n`.repeat(500_000),
  ])
    expect(() => given(() => excessiveCost(text))).not.toThrow();
});

/** Lines that begin, end or hide fences. */
const LINES =
  `\`\`\`|\`\`\`\`|~~~|$$|$$$|\`\`\` x|\`\`\`a\`|~~~ \`|$$ a$| \`\`\`|    \`\`\`|\t\`\`\`|> \`\`\`|- \`\`\`|  \`\`\`|1. \`\`\`|[^a]: \`\`\`|:::|:::a|::a|<div>
</div>|<!--|-->|<!--a-->|<!-->|<!--->|<!--a--> b|<pre>|<?|?>|||||a|b *c*|> a|- a|  a|    a|# a|---|===|a;b|-;-|[a]: b|[a]:|'t|*a_|\`\`\` |\`\`\`\t|   $$|    $$|- $$|> $$
<span>| <b|+ x|***|- - -|2. a|\\|::a[|[^b]: c|\u00a0|\u000c\`\`\`|\`\`\`\u00a0`
    .split(/[|\n]/)
    .map((line) => line.replaceAll(';', '|'));

it('takes nothing for code that the parser does not', () => {
  let seed = 1;
  const below = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor(seed / 256) % limit;
  };
  let count = 0;
  for (let times = 0; times < 2000; times += 1) {
    const lines = Array.from({ length: 3 + below(9) }, () => LINES[below(LINES.length)]!);
    const text = lines.join(['\n', '\r\n', '\r'][below(3)]);
    const code = new Set<number>();
    visit(treeOf(text), ({ type, position }) => {
      if (!['code', 'math', 'html'].includes(type) || !position) return;
      for (let line = position.start.line; line <= position.end.line; line += 1) code.add(line);
    });
    const fences = new CodeFences();
    for (const [at, line] of lines.entries()) {
      if (!fences.has(line)) continue;
      count += 1;
      expect([code.has(at + 1), at + 1, text]).toEqual([true, at + 1, text]);
    }
  }
  expect(count).toBeGreaterThan(1000);
});
