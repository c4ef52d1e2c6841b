import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { POLICIES } from './index.ts';

it('knows every law that stands in this folder, each by one name', () => {
  const files = readdirSync(import.meta.dirname, { encoding: 'utf8', recursive: true }).filter(
    (name) => name.endsWith('.ts') && !name.includes('.test.'),
  );
  const laws = files.flatMap((name) => [
    ...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/^export const \w+: Policy\b/gm),
  ]);
  expect(POLICIES).toHaveLength(laws.length);
  expect(new Set(POLICIES.map(({ id }) => id)).size).toBe(POLICIES.length);
});

it('says of every law what holds and what would happen otherwise', () => {
  for (const { id, title, why } of POLICIES) {
    expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
    expect(title.length, id).toBeGreaterThan(10);
    expect(why.length, id).toBeGreaterThan(20);
  }
});
