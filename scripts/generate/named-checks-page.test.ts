import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DECLINED, SAME } from '#policies/named/declined.ts';
import { NAMED } from '#policies/named/packs.ts';
import { ROOT } from '../lib/sites.ts';
import { namedChecksPage } from './named-checks-page.ts';

const names = NAMED.flatMap(({ checks }) => checks.map(({ id }) => id));

it('is the page in docs/', () => {
  expect(readFileSync(join(ROOT, 'docs/named-checks.md'), 'utf8')).toBe(namedChecksPage());
});

it.each([
  ['kube-linter', 63],
  ['kube-score', 39],
])('says of every check of %s whether it is asked', (source, all) => {
  const known = [...names, ...DECLINED.map(({ check }) => check), ...Object.keys(SAME)];
  expect(new Set(known).size).toBe(known.length);
  expect(known.filter((id) => id.startsWith(`${source}/`))).toHaveLength(all);
});

it('names in place of a declined check what there is', () => {
  const other = Object.values(SAME).filter((id) => !names.includes(id));
  expect(other).toEqual([]);
});
