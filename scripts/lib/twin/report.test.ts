import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Probed, withoutService } from './probes.ts';
import { effects, reportText } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-twin-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A page that is asked every second, and not served from the third to the fifth. */
const asked = (at: number): Probed => ({
  at: at * 1000,
  probe: 'page',
  family: 'ipv4',
  milliseconds: 10,
  ...(at >= 3 && at <= 5 ? { error: 'ECONNREFUSED' } : { status: 200, by: 'worker1' }),
});

it('counts the time between what was served before and after', () => {
  const results = [0, 1, 2, 3, 4, 5, 6, 7].map(asked);
  expect(withoutService(results, 0, 7000)).toBe(4);
  expect(withoutService(results.slice(0, 5), 0, 4000)).toBe(2);
  expect(withoutService([], 0, 4000)).toBe(4);
});

it('tells of each event what it did until the next one', () => {
  writeFileSync(
    join(folder, 'events.jsonl'),
    '{"at":2500,"what":"lose edge1"}\n{"at":6500,"what":"heal"}\n{"at":7000,"wh',
  );
  writeFileSync(
    join(folder, 'probes.jsonl'),
    [4, 0, 1, 2, 3, 5, 6, 7].map((at) => `${JSON.stringify(asked(at))}\n`).join(''),
  );
  expect(effects(folder, 8000)).toMatchObject([
    { event: 'lose edge1', secondsWithout: 3.5, asked: 4, errors: { ECONNREFUSED: 3 }, by: ['worker1'] },
    { event: 'heal', secondsWithout: 0.5, asked: 1, errors: {} },
  ]);
  expect(reportText(effects(folder, 8000))).toContain('lose edge1  page   ipv4    3.50             3/4');
  expect(reportText([])).toMatch(/nothing has happened/);
});
