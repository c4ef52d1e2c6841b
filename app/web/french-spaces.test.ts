import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildWeb } from './build.ts';
import { withFrenchSpaces } from './french-spaces.ts';

const DIST = join(import.meta.dirname, 'dist');
let script: string;

beforeAll(async () => {
  await buildWeb();
  const page = readFileSync(join(DIST, 'index.html'), 'utf8');
  script = readFileSync(join(DIST, /src="\/(assets\/[^"]+\.js)"/.exec(page)![1]!), 'utf8');
}, 120_000);

it.each([
  ['Ne plus suivre ce cours ?', 'Ne plus suivre ce cours\u00a0?'],
  ['Copié : ', 'Copié\u00a0: '],
  ['Il est nommé dans « ', 'Il est nommé dans «\u00a0'],
  [' » ; (oui !)', '\u00a0»\u00a0; (oui\u00a0!)'],
])('keeps a sign on the line of the words that it belongs to: %s', (typed, set) => {
  expect(withFrenchSpaces(typed)).toBe(set);
});

it.each(['a:b', 'https://fredu.fr/?q=a', '.toast :focus-visible', 'main > p ::before'])(
  'leaves what is no sentence: %s',
  (text) => {
    expect(withFrenchSpaces(text)).toBe(text);
  },
);

it('has done so in the pages that people get', () => {
  expect(/Ne plus suivre ce cours(\u00a0|\\xa0)\?/i.test(script)).toBe(true);
  expect(script.match(/[a-zé] [?!»]["'`]/)).toBeNull();
});
