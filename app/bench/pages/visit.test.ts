import { expect, it } from 'vitest';
import { medianOf } from './visit.ts';

it('takes the median of each figure by itself', () => {
  const run = (requests: number, largestPaint: number) => ({
    requests,
    scriptBytes: 0,
    firstPaint: 0,
    largestPaint,
    shift: 0,
    quiet: 0,
    press: 0,
  });
  const median = medianOf([run(9, 700), run(12, 500), run(10, 900)]);
  expect([median.requests, median.largestPaint]).toEqual([10, 700]);
});
