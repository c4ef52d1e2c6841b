import { describe, expect, it } from 'vitest';
import { compareReleases, isOf, type Program, SUPPORT, unsupportedPairs } from './support.ts';

it('every row has an address, a range that is none too narrow, and stands once', () => {
  for (const { source, least, below, series } of SUPPORT) {
    expect(source).toMatch(/^https:\/\/\S+$/);
    expect(series).toMatch(/^\d+\.\d+$/);
    if (below !== undefined) expect(compareReleases(least, below)).toBeLessThan(0);
  }
  const keys = SUPPORT.map(({ program, series, needs }) => `${program} ${series} ${needs}`);
  expect(new Set(keys).size).toBe(keys.length);
});

describe.each(SUPPORT.map((row) => [`${row.program} ${row.series} with ${row.needs}`, row] as const))(
  '%s',
  (_, { program, series, needs, least, below }) => {
    const pair = (other: string) =>
      unsupportedPairs(
        new Map<Program, string>([
          [program, `${series}.1`],
          [needs, other],
        ]),
      ).map((row) => `${row.program} ${row.needs}`);
    it('fires below its least release and at the first that is too new, and between them not', () => {
      expect(pair('0.9.9')).toContain(`${program} ${needs}`);
      expect(pair(least)).not.toContain(`${program} ${needs}`);
      if (below !== undefined) expect(pair(below)).toContain(`${program} ${needs}`);
    });
  },
);

it.each([
  ['1.20.6', '1.20', true],
  ['1.20', '1.20', true],
  ['1.2.6', '1.20', false],
  ['1.20.6', '1.2', false],
])('%s is of %s: %s', (release, series, is) => {
  expect(isOf(release, series)).toBe(is);
});
