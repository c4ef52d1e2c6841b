import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { judge, read } from './load.ts';
import { print } from './problem.ts';
import { starred } from './secrets.ts';

const own = [...read(THREE_SITES)];
const ROUNDS = Number(process.env.FREDU_FUZZ ?? 150);

/** Numbers that are the same in every run (Lehmer's generator). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

const SIGNS = '{}[]:,-"\'#&*!|> \t01az/.';

/** What a tired person does to a text: a line lost, doubled, moved, a sign too many or too few. */
function typo(text: string, roll: ReturnType<typeof dice>): string {
  const lines = text.split('\n');
  const line = roll(lines.length);
  const at = roll(text.length);
  const sign = SIGNS[roll(SIGNS.length)]!;
  return [
    () => lines.toSpliced(line, 1).join('\n'),
    () => lines.toSpliced(line, 0, lines[line]!).join('\n'),
    () => lines.toSpliced(line, 1, ` ${lines[line]}`).join('\n'),
    () => lines.toSpliced(line, 0, lines[roll(lines.length)]!).join('\n'),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + sign + text.slice(at),
    () => text.slice(0, at),
  ][roll(7)]!();
}

const ODD = [
  null,
  true,
  0,
  -1,
  1.5,
  '',
  'x',
  '0.0.0.0/0',
  '::',
  '::/0',
  '10.10.0.1',
  '255.255.255.255/32',
  [],
  {},
  ['10.10.0.1', '10.10.0.1'],
  '1Mi',
];
/** A value lost, or an odd one in its place: what no parser stops. */
function slip(text: string, roll: ReturnType<typeof dice>): string {
  const data = parse(text);
  let node = data;
  for (;;) {
    const keys = Object.keys(node);
    const key = keys[roll(keys.length)]!;
    const value = node[key];
    const deeper = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
    if (deeper && roll(4) > 0) {
      node = value;
      continue;
    }
    if (roll(3) === 0) delete node[key];
    else node[key] = ODD[roll(ODD.length)];
    return stringify(data);
  }
}

it.each([
  ['typos', typo],
  ['slips', slip],
] as const)('tells every one of many %s in words, and never falls over one', (_, change) => {
  const roll = dice(20_26);
  for (let round = 0; round < ROUNDS; round += 1) {
    const files = new Map(own);
    for (let count = roll(3); count >= 0; count -= 1) {
      const [name, text] = own[roll(own.length)]!;
      files.set(name, change(text, roll));
    }
    const { model, problems } = judge(files);
    const printed = print(problems);
    expect(!!model, printed).toBe(problems.length === 0);
    expect(printed.match(/^.*(undefined|NaN|Infinity|\[object |function ).*$/gm) ?? []).toEqual([]);
    for (const { file, line, column, source, fix, why } of problems) {
      const text = files.get(file.replace('sites/', ''))!;
      expect(source).toBe(starred(text).split('\n')[line - 1] ?? '');
      expect(column - 1).toBeLessThanOrEqual(source.length);
      expect(fix.length * why.length).toBeGreaterThan(0);
    }
  }
});
