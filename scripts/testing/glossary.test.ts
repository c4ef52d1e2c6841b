import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ROOT } from '../lib/sites.ts';
import { trackedFiles } from './tracked.ts';

/** What is held to the glossary: a page, or all pages below a folder. Add what has been gone through. */
const HELD = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'app/README.md', 'docs/'];
/** Made from the reasons of the laws, which stand in the code. */
const NOT_YET = ['docs/laws.md', 'docs/named-checks.md'];
/** Pages about Terraform, to which alone the word "plan" belongs, and the glossary itself. */
const PLANS = /^docs\/(openstack|glossary|architecture)\.md$|^docs\/decisions\/003[0-2]-/;

const GLOSSARY = 'docs/glossary.md';
const glossary = readFileSync(join(ROOT, GLOSSARY), 'utf8');
const [terms = '', unused = ''] = glossary.split('## Words that are not used');

let pages: { path: string; prose: string }[] = [];
let everything = '';
beforeAll(async () => {
  const paths = await trackedFiles();
  pages = paths
    .filter((path) => path.endsWith('.md') && HELD.some((held) => path.startsWith(held)))
    .filter((path) => path !== GLOSSARY && !NOT_YET.includes(path))
    .map((path) => ({ path, prose: proseOf(readFileSync(join(ROOT, path), 'utf8')) }));
  everything = paths
    .filter((path) => path !== GLOSSARY && /\.(md|tsx?)$/.test(path))
    .map((path) => readFileSync(join(ROOT, path), 'utf8').toLowerCase())
    .join('\n');
});

/** Without what is code or the name of a file, line by line as it was. */
const proseOf = (text: string): string =>
  text
    .replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/^ {4}.*$/gm, '')
    .replaceAll(/`[^`\n]*`|\]\([^)\n]*\)|https?:\S+/g, ' ');

const places = (pattern: RegExp) =>
  pages.flatMap(({ path, prose }) =>
    prose.split('\n').flatMap((line, index) => {
      const found = pattern.exec(line)?.[0];
      return found ? [`${path}:${index + 1} ${found}`] : [];
    }),
  );

it.each([...unused.matchAll(/^\| (?!not \||---)(.+?) \| (.+?) \|$/gm)].map(([, not, but]) => [not!, but!]))(
  'says not "%s" but "%s"',
  (not) => {
    expect(places(new RegExp(`\\b(${not.split(', ').join('|')})\\b`, 'i'))).toEqual([]);
  },
);

it('calls nothing a plan but what Terraform would do, and what a database does for a statement', () => {
  expect(places(/(?<!query )\bplans?\b/i).filter((place) => !PLANS.test(place.split(':')[0]!))).toEqual([]);
});

it('explains words that are in use', () => {
  const explained = [...terms.matchAll(/^\| (\*\*.+?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/\*\*(.+?)\*\*/g)].map(([, term]) => term!),
  );
  expect(explained.length).toBeGreaterThan(40);
  expect(explained.filter((term) => !everything.includes(term.toLowerCase()))).toEqual([]);
});
