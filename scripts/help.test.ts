import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS, page } from './help.ts';
import { ROOT } from './lib/sites.ts';

it('lists every command of package.json once, and no other', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const listed = Object.values(COMMANDS).flatMap((commands) => Object.keys(commands));
  expect(listed.toSorted()).toEqual(
    Object.keys(scripts)
      .filter((name) => name !== 'help')
      .toSorted(),
  );
});

it('fits a terminal of 120 columns', () => {
  for (const line of page().split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
});
