import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { POLICIES } from './index.ts';

const rows = [
  ...readFileSync(join(import.meta.dirname, '../docs/invariants.md'), 'utf8').matchAll(
    /^\| (\d+) \| (.+) \| (.+) \| (yes|in part) \| ?(.*)\|$/gm,
  ),
].map(([, number, what, laws, held, left]) => ({ number: Number(number), what, laws, held, left }));

it('numbers forty, each held by laws that there are', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  const known = new Set(POLICIES.map(({ id }) => id));
  for (const { number, laws } of rows) {
    const named = [...laws!.matchAll(/`([^`]+)`/g)].map(([, id]) => id!);
    expect([number, named.length > 0, named.filter((id) => !known.has(id))]).toEqual([number, true, []]);
  }
});

it('says what is left of those that are held in part', () => {
  for (const { held, left } of rows) if (held === 'in part') expect(left!.trim().length).toBeGreaterThan(10);
});
