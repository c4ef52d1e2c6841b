import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../lib/sites.ts';

const folder = join(ROOT, 'docs/decisions');
const names = readdirSync(folder)
  .filter((name) => /^\d{4}-/.test(name))
  .sort();
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

it('numbers decisions without a gap', () => {
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
});

it.each(names)('%s has its number, status, context, decision and consequences', (name) => {
  const page = text(name);
  expect(page).toMatch(
    new RegExp(`^# ${name.slice(0, 4)}\\. .+\n\nStatus: (accepted|replaced by \\[record )`),
  );
  expect([...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
    'Context',
    'Decision',
    'Consequences',
  ]);
});

it('lists each decision by its title', () => {
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  const listed = [...index.matchAll(/^\| \[(\d{4})\]\(([\w-]+\.md)\) \| (.+?) \|/gm)].map(
    ([, number, name, title]) => [name, `# ${number}. ${title}`],
  );
  expect(listed).toEqual(names.map((name) => [name, text(name).split('\n')[0]]));
});

it('is linked to from the page that it names', () => {
  for (const name of names) {
    const pages = [...text(name).matchAll(/\]\((\.\.[\w/.-]+\.md)(?:#[\w-]+)?\)/g)].map(([, path]) => path!);
    expect(pages.length, name).toBeGreaterThan(0);
    const linking = pages.map((path) => readFileSync(join(folder, path), 'utf8'));
    expect(
      linking.some((page) => page.includes(name)),
      name,
    ).toBe(true);
  }
});
