import { expect, it } from 'vitest';
import { openDoors } from './doors.ts';

it('asks a flow or a rule about every door once, however many ends share it', () => {
  const asked: string[] = [];
  const rules = [{ ports: [80] }, { ports: [443, 80] }];
  const doorsOf = openDoors([443, 22, 80], (rule: (typeof rules)[number], door) => {
    asked.push(`${rules.indexOf(rule)} ${door}`);
    return rule.ports.includes(door);
  });
  expect(doorsOf(rules)).toEqual([443, 80]);
  expect(doorsOf(rules.slice(0, 1))).toEqual([80]);
  for (let end = 0; end < 100; end += 1) doorsOf(rules);
  expect(asked).toHaveLength(6);
});
