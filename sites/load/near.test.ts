import { expect, it } from 'vitest';
import { distance, nearest } from './near.ts';

it('counts one for a letter too many, too few, wrong or swapped', () => {
  expect([
    distance('role', 'roles'),
    distance('rol', 'role'),
    distance('rule', 'role'),
    distance('roel', 'role'),
  ]).toEqual([1, 1, 1, 1]);
});

it('finds what was meant, and nothing where nothing is near', () => {
  expect(nearest('sbx', ['sxb', 'dc', 'do'])).toBe('sxb');
  expect(nearest('kuberntes', ['kubernetes', 'database'])).toBe('kubernetes');
  expect(nearest('zebra', ['sxb', 'dc', 'do'])).toBeUndefined();
});
