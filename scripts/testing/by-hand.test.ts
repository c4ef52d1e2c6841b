import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../help.ts';
import { ROOT } from '../lib/sites.ts';

const page = readFileSync(join(ROOT, 'docs/by-hand.md'), 'utf8');

it.each([
  ['certs', /openssl|certificate of the database/],
  ['secrets', /kubectl \S*.*create secret|from-file/],
])('docs/by-hand.md no longer says how to do what `npm run %s` does', (command, act) => {
  expect(Object.values(COMMANDS).flatMap((each) => Object.keys(each))).toContain(command);
  expect(page).not.toMatch(act);
});

it('names no command that there is not', () => {
  const known = new Set(Object.values(COMMANDS).flatMap((each) => Object.keys(each)));
  for (const [, command] of page.matchAll(/npm run ([\w:]+)/g)) expect(known).toContain(command);
});
