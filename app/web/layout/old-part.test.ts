import { afterEach, expect, it, vi } from 'vitest';
import { isOldPart, mayReload } from './old-part.ts';

afterEach(() => vi.unstubAllGlobals());

it.each([
  'Failed to fetch dynamically imported module: http://localhost/assets/a.js',
  'error loading dynamically imported module: http://localhost/assets/a.js',
  'Importing a module script failed.',
  'Unable to preload CSS for /assets/a.css',
])('knows a part that did not come by what browsers say: %s', (words) => {
  expect(isOldPart(new TypeError(words))).toBe(true);
});

it('takes no other fault for one', () => {
  expect([isOldPart(new TypeError('x is undefined')), isOldPart('text'), isOldPart(undefined)]).toEqual([
    false,
    false,
    false,
  ]);
});

it('loads a page again once a build, and not without a network', () => {
  const kept = new Map<string, string>();
  const sessionStorage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  vi.stubGlobal('sessionStorage', sessionStorage);
  vi.stubGlobal('navigator', { onLine: false });
  expect(mayReload('/assets/a.js')).toBe(false);
  vi.stubGlobal('navigator', { onLine: true });
  expect([mayReload('/assets/a.js'), mayReload('/assets/a.js'), mayReload('/assets/b.js')]).toEqual([
    true,
    false,
    true,
  ]);
});
