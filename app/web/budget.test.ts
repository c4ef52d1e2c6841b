import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildWeb } from './build.ts';

const DIST = join(import.meta.dirname, 'dist');
const packed = (path: string): number => readFileSync(join(DIST, `${path}.gz`)).length;

/** Bytes of script and style, packed with gzip, that a reader of any public course waits for: the pages of courses ask for nothing else. */
const READER_SCRIPT_MAX = 100_000;
const READER_STYLE_MAX = 12_000;

beforeAll(async () => {
  await buildWeb();
}, 120_000);

it('gives a reader no more script and style than a telephone on a bad line takes', () => {
  const page = readFileSync(join(DIST, 'index.html'), 'utf8');
  const named = (pattern: RegExp) => [...page.matchAll(pattern)].map(([, path]) => path!.slice(1));
  const scripts = named(/(?:src|modulepreload" crossorigin href)="(\/assets\/[^"]+\.js)"/g);
  const styles = named(/href="(\/assets\/[^"]+\.css)"/g);
  expect([scripts.length, styles.length]).toEqual([1, 1]);
  expect(packed(scripts[0]!)).toBeLessThan(READER_SCRIPT_MAX);
  expect(packed(styles[0]!)).toBeLessThan(READER_STYLE_MAX);
});

it('has the pages that everybody reads in that script, and the parser of no language', () => {
  const page = readFileSync(join(DIST, 'index.html'), 'utf8');
  const script = readFileSync(join(DIST, /src="\/(assets\/[^"]+\.js)"/.exec(page)![1]!), 'utf8');
  for (const words of ['Sommaire', 'Tous les cours']) expect(script).toContain(words);
  expect(script).not.toMatch(/micromark|temml|shiki/);
});
