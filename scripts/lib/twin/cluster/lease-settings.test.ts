import { expect, it } from 'vitest';
import { LEASE_SECONDS, Vote } from './lease-settings.ts';

it('gives its vote to one, until that one no longer asks', () => {
  const vote = new Vote();
  expect(vote.holder(0)).toBe('');
  expect(vote.give('a', 0)).toBe('a');
  expect(vote.give('b', LEASE_SECONDS - 0.1)).toBe('a');
  expect(vote.give('a', LEASE_SECONDS - 0.1)).toBe('a');
  expect(vote.give('b', LEASE_SECONDS + 1)).toBe('a');
  expect(vote.holder(LEASE_SECONDS + 1)).toBe('a');
  expect(vote.holder(2 * LEASE_SECONDS)).toBe('');
  expect(vote.give('b', 2 * LEASE_SECONDS)).toBe('b');
});

it('never gives one vote to two at once, whoever asks when', () => {
  const vote = new Vote();
  const until = new Map<string, number>();
  for (let step = 0; step < 500; step += 1) {
    const now = step * 0.37;
    // One of three is away for a while, in turn.
    const present = ['a', 'b', 'c'].filter((_, index) => index !== Math.floor(step / 40) % 3);
    const candidate = present[step % 2]!;
    if (vote.give(candidate, now) !== candidate) continue;
    for (const [other, end] of until) if (other !== candidate) expect(end).toBeLessThanOrEqual(now);
    until.set(candidate, now + LEASE_SECONDS);
  }
  expect(until.size).toBe(3);
});
