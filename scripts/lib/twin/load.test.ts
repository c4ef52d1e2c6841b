import { expect, it } from 'vitest';
import { type Loaded, loadText, verdict } from './load.ts';
import type { Done } from './load-kinds.ts';

const done = (who: Done['who'], what: string, rest: Partial<Done> = {}): Done => ({
  who,
  what,
  at: 0,
  milliseconds: 10,
  ...rest,
});
const loaded = (more: Done[] = []): Loaded => ({
  seconds: 10,
  people: 2,
  connectionsPer10s: 2,
  done: [
    done('school', 'sign-in', { status: 201, milliseconds: 30 }),
    done('school', 'sign-in', { status: 201, milliseconds: 50 }),
    done('flood', 'connection'),
    done('flood', 'connection', { at: 11_000 }),
    done('flood', 'connection', { at: 12_000, error: 'ECONNRESET' }),
    done('guesses', 'password', { status: 401 }),
    done('guesses', 'password', { status: 429 }),
    ...more,
  ],
});

it('is content where the school passes and the attacker does not', () => {
  expect(verdict(loaded()).differs).toEqual([]);
  expect(loadText(loaded())).toContain('the flood: 2 of 3 connections were taken, 1 at most in ten seconds');
  expect(loadText(loaded())).toMatch(/^school +sign-in +2 +0\.2 +0 +0 +30 +30 +30$/m);
});

it.each([
  ['a pupil was refused', done('school', 'page', { status: 429 }), /1 were refused and 0 failed/],
  [
    'a pupil was not answered',
    done('school', 'page', { error: 'ECONNRESET' }),
    /0 were refused and 1 failed/,
  ],
  ['a pupil signed in twice', done('school', 'sign-in', { status: 201 }), /3 of 2 signed in/],
  [
    'the flood got more than is allowed',
    [13_000, 14_000].map((at) => done('flood', 'connection', { at })),
    /3 at most in ten seconds; 2 are allowed/,
  ],
  [
    'guesses were looked at again and again',
    Array.from({ length: 10 }, () => done('guesses', 'password', { status: 401 })),
    /11 of 12 passwords/,
  ],
] as const)('says that %s', (_, more, said) => {
  const { differs } = verdict(loaded([more].flat() as Done[]));
  expect(differs).toHaveLength(1);
  expect(differs[0]).toMatch(said);
});
