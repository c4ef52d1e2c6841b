import { beforeEach, expect, it, vi } from 'vitest';
import { rememberReturn, takeReturn } from './return.ts';

const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
  removeItem: (key: string) => kept.delete(key),
});
beforeEach(() => kept.clear());
const page = `/invitation#${'x'.repeat(43)}`;

it('leads back to an invitation, once', () => {
  rememberReturn(page);
  expect(takeReturn()).toBe(page);
  expect(takeReturn()).toBe('/');
});

it('leads where the page before asked, and forgets the other', () => {
  rememberReturn(page);
  expect(takeReturn('/cours/1')).toBe('/cours/1');
  expect(takeReturn()).toBe('/');
});

it.each([undefined, '/compte', '//evil.test/', `https://evil.test${page}`, `${page}/..`])(
  'keeps nothing of %j',
  (from) => {
    rememberReturn(from);
    expect(kept.size).toBe(0);
  },
);

it.each([
  '',
  '{}',
  'null',
  JSON.stringify({ from: '//evil.test', until: 9e15 }),
  JSON.stringify({ from: page, until: 0 }),
])('leads to the first page where %j is kept', (value) => {
  kept.set('return', value);
  expect(takeReturn()).toBe('/');
});
