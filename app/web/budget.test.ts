import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildWeb, PACKAGES } from './build.ts';
import type { Bundled } from './licences.ts';

const DIST = join(import.meta.dirname, 'dist');
const packed = (path: string): number => readFileSync(join(DIST, `${path}.gz`)).length;

/** Bytes of script and style, packed with gzip, that a reader of any public course waits for: the pages of courses ask for nothing else. */
const READER_SCRIPT_MAX = 100_000;
const READER_STYLE_MAX = 12_000;
/** Bytes that a browser fetches after the first page, once, to show pages without a network; the reader's script is had already. */
const OFFLINE_MAX = 60_000;
/** And an author who opens the workshop, in all. */
const AUTHOR_SCRIPT_MAX = 250_000;

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

it('keeps in the browser what readers need without a network, and little more', () => {
  const program = readFileSync(join(DIST, 'service-worker.js'), 'utf8');
  // A classic script: it runs in every browser that knows service workers.
  expect(program).not.toMatch(/^\s*(import|export)\b/m);
  const kept = [...program.matchAll(/url:\s*[`'"](\/[^`'"]+)[`'"]/g)].map(([, url]) => url!.slice(1));
  expect(kept).toEqual(expect.arrayContaining(['index.html', 'icon.svg', 'manifest.json']));
  const page = readFileSync(join(DIST, 'index.html'), 'utf8');
  const read = [...page.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(kept).toEqual(expect.arrayContaining(read));
  const bytes = [...kept.filter((path) => !read.includes(path)), 'service-worker.js'].map(packed);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(OFFLINE_MAX);
});

it('gives an author the editor of texts when they write, and nobody else', () => {
  const asked = new Set<string>();
  const follow = (file: string) => {
    if (asked.has(file)) return;
    asked.add(file);
    const script = readFileSync(join(DIST, 'assets', file), 'utf8');
    for (const [, next] of script.matchAll(/(?:from|import) ?["'`]\.\/([\w.-]+\.js)["'`]/g)) follow(next!);
  };
  const names = readdirSync(join(DIST, 'assets'));
  const workshop = names.filter((name) => /^(together-page|uploads)-.*\.js$/.test(name));
  expect(workshop).toHaveLength(2);
  for (const name of workshop) follow(name);
  expect([...asked].some((name) => name.startsWith('reading-'))).toBe(true);
  const bytes = [...asked].reduce((sum, name) => sum + packed(join('assets', name)), 0);
  expect(bytes).toBeLessThan(AUTHOR_SCRIPT_MAX);
  const withEditor = names.filter(
    (name) => /\.js$/.test(name) && readFileSync(join(DIST, 'assets', name), 'utf8').includes('cm-content'),
  );
  expect(withEditor).toEqual([workshop.find((name) => name.startsWith('together'))]);
});

it('brings the licence of all that is in the pages, fonts too', () => {
  const licences = readFileSync(join(DIST, 'licences.txt'), 'utf8');
  const packages = JSON.parse(readFileSync(join(DIST, PACKAGES), 'utf8')) as Bundled[];
  for (const each of packages) {
    expect(each.identifier, each.name).toMatch(/^[\w.-]+$/);
    expect(licences).toContain(`${each.name} ${each.version} (${each.identifier})`);
    expect(each.text?.length ?? 0, each.name).toBeGreaterThan(500);
  }
  const names = packages.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['preact', 'workbox-routing', '@fontsource/stix-two-math']));
});
