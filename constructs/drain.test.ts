import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { balancerSeconds, DRAIN, gracePeriodSeconds, HEALTH_CHECK, POOL } from './drain.ts';

it('gives every balancer time to look away before clients are asked to leave', () => {
  expect(balancerSeconds).toBe(7);
  expect(DRAIN.initialWaitSeconds).toBeGreaterThan(balancerSeconds);
});

it('lets pooled connections end by age before the node hangs up', () => {
  expect(DRAIN.connectionsSeconds).toBeGreaterThan(POOL.serverLifetimeSeconds);
});

it('waits longer for transactions than a statement of the app may run', () => {
  expect(DRAIN.transactionsSeconds).toBeGreaterThan(POOL.statementSeconds);
});

it('kills no sooner than every phase has ended', () => {
  expect(gracePeriodSeconds).toBe(10 + 75 + 2 * 15 + 5 + 10 + 20);
});

it('asks no more often than an answer may take, which Octavia demands', () => {
  expect(HEALTH_CHECK.timeoutSeconds).toBeLessThanOrEqual(HEALTH_CHECK.intervalSeconds);
});

it('stands in the manual with the same seconds', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/database.md'), 'utf8');
  const rows = [...page.matchAll(/^\| [^|]+ \| (?:(\d+) × )?(\d+) \|/gm)].map(
    ([, times = '1', seconds = '']) => Number(times) * Number(seconds),
  );
  const sum = rows.pop();
  expect(sum).toBe(gracePeriodSeconds);
  expect(rows.reduce((total, seconds) => total + seconds, 0)).toBe(sum);
  expect(rows.slice(0, 2)).toEqual([DRAIN.initialWaitSeconds, DRAIN.connectionsSeconds]);
});
