import { expect, it } from 'vitest';
import { quotaOf, quotaWords } from './words.ts';

it('reads a quota as people type it, and nothing as that of all', () => {
  expect(['', ' 2 ', '1,5', '0.25', 'deux', '-1', '1e9'].map(quotaOf)).toEqual([
    null,
    2e9,
    1.5e9,
    2.5e8,
    undefined,
    undefined,
    undefined,
  ]);
});

it('writes it so that it is read again', () => {
  for (const bytes of [0, 2.5e8, 1.5e9, 50e9]) expect(quotaOf(quotaWords(bytes))).toBe(bytes);
});
