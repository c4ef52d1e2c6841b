import { expect, it } from 'vitest';
import { type Problem, print } from './problem.ts';

const quorum: Problem = {
  code: 'quorum',
  severity: 'error',
  message: 'without sxb, 2 of 5 voters are left; 3 are needed',
  file: 'sites/sxb.yaml',
  line: 6,
  column: 11,
  source: '  voters: 3',
  fix: 'give sxb at most 2 of the 5 voters',
  why: 'npm run check -- --explain database-survival',
};

it('says fact, place, source and caret, fix and reason', () => {
  expect(print([quorum])).toBe(`error[quorum]: without sxb, 2 of 5 voters are left; 3 are needed
 --> sites/sxb.yaml:6:11
  |
6 |   voters: 3
  |           ^
  = fix: give sxb at most 2 of the 5 voters
  = why: npm run check -- --explain database-survival
`);
});

it('shows the second place, what was found and what is allowed, in one column', () => {
  const other = { file: 'sites/dc.yaml', line: 120, column: 3, source: '  voters: 1' };
  expect(
    print([{ ...quorum, severity: 'note', other, found: '3', allowed: ['1', '2'] }]),
  ).toBe(`note[quorum]: without sxb, 2 of 5 voters are left; 3 are needed
   --> sites/sxb.yaml:6:11
    |
  6 |   voters: 3
    |           ^
   ::: sites/dc.yaml:120:3
    |
120 |   voters: 1
    |   ^
    = found: 3
    = allowed: 1, 2
    = fix: give sxb at most 2 of the 5 voters
    = why: npm run check -- --explain database-survival
`);
});

it('sorts by file and line, with an empty line between two', () => {
  const at = (file: string, line: number, code = 'x') => ({ ...quorum, file, line, code });
  const printed = print([at('b', 1), at('a', 10), at('a', 9), at('a', 9, 'w')]);
  expect(
    [...printed.matchAll(/error\[(.)\].*\n.*--> (.*):11/g)].map(([, code, place]) => `${code} ${place}`),
  ).toEqual(['w a:9', 'x a:9', 'x a:10', 'x b:1']);
  expect(printed.split('\n\n')).toHaveLength(4);
  expect(print([])).toBe('');
});

it('keeps the caret under its sign behind tabs and signs of two code units', () => {
  const [, , , source, caret] = print([{ ...quorum, source: '\t😀é: x', column: 7 }]).split('\n');
  expect([source, caret]).toEqual(['6 |  😀é: x', '  |      ^']);
});

it('lets nothing of a file steer the terminal', () => {
  const printed = print([
    { ...quorum, message: 'a\u001b[31mb', source: 'x\u001b]0;title\u0007', found: '\u202e' },
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
});

it('shows the part of a long line that matters', () => {
  const source = `${'a'.repeat(5000)}!${'b'.repeat(5000)}`;
  const [, , , shown, caret] = print([{ ...quorum, source, column: 5001 }]).split('\n');
  expect(shown!.length).toBeLessThan(160);
  expect(shown![caret!.indexOf('^')]).toBe('!');
});
