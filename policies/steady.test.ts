import { expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { POLICIES } from './index.ts';
import { steady } from './steady.ts';

/**
 * A law that throws takes all other findings with it, so none does, whatever the tree looks like: files that are missing, cut
 * off or garbled, objects without their fields, lists where texts should be. What it finds then is its own business.
 */
const model = example();
const whole = [...artefacts(model)];
const ROUNDS = Number(process.env.FREDU_FUZZ_LAWS ?? 6);

/** Numbers that are the same in every run (Lehmer's generator). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}
type Roll = ReturnType<typeof dice>;

const ODD: unknown[] = [
  null,
  '',
  'x',
  0,
  -1,
  true,
  [],
  {},
  [null],
  ['x'],
  { x: null },
  '{',
  '::/x',
  '999.1.1.1',
  'a b',
];

/** Another value in the place of some that a YAML or JSON file has. */
function misshapen(text: string, roll: Roll): string {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  for (let count = 1 + roll(3); count > 0; count -= 1) {
    const index = roll(documents.length);
    let node = documents[index] as Record<string, unknown>;
    for (;;) {
      const keys = typeof node === 'object' && node !== null ? Object.keys(node) : [];
      if (keys.length === 0) break;
      const key = keys[roll(keys.length)]!;
      const value = node[key];
      if (typeof value === 'object' && value !== null && Object.keys(value).length > 0 && roll(4) > 0) {
        node = value as Record<string, unknown>;
        continue;
      }
      if (roll(3) === 0) delete node[key];
      else node[key] = ODD[roll(ODD.length)];
      break;
    }
  }
  return documents.map((each) => stringify(each)).join('---\n');
}

/** A word lost, another one in its place, a line lost, or doubled. */
function garbled(text: string, roll: Roll): string {
  const lines = text.split('\n');
  for (let count = 1 + roll(4); count > 0; count -= 1) {
    const line = roll(lines.length);
    const words = lines[line]!.split(/(\s+)/);
    words[roll(words.length)] = ['', 'x', '{', '}', '::', '0', ';'][roll(7)]!;
    lines[line] = [() => words.join(''), () => '', () => `${lines[line]}\n${lines[line]}`][roll(3)]!();
  }
  return lines.join('\n');
}

const isData = (path: string): boolean => /\.(ya?ml|json)$/.test(path);
function broken(path: string, text: string, roll: Roll): string | undefined {
  return [
    () => undefined,
    () => '',
    () => text.slice(0, roll(text.length)),
    () => ': [',
    () => garbled(text, roll),
    () => (isData(path) ? misshapen(text, roll) : garbled(text, roll)),
    () => (isData(path) ? misshapen(text, roll) : garbled(text, roll)),
    () => (isData(path) ? misshapen(text, roll) : garbled(text, roll)),
  ][roll(8)]!();
}

function crashes(tree: ReadonlyMap<string, string>): string[] {
  return POLICIES.flatMap((law) => {
    try {
      for (const { path, message, fix, bug } of law.check(model, tree)) {
        if (bug) throw new Error(message);

        expect([law.id, `${path}${message}${fix}`.length > 0]).toEqual([law.id, true]);
      }
      return [];
    } catch (error) {
      const { message, stack = '' } = error as Error;
      const at = stack.split('\n').find((line) => /\/(policies|constructs|sites)\//.test(line)) ?? '';
      return [`${law.id}: ${message} ${at.trim()}`];
    }
  });
}

it('reports a law that fails all the same, beside what the others find', () => {
  const law = {
    id: 'some-law',
    title: '',
    why: '',
    check: () => {
      throw new TypeError('no such thing');
    },
  };
  expect(steady(law).check(model, new Map())).toEqual([
    expect.objectContaining({
      bug: true,
      message: expect.stringContaining('this law failed and judged nothing: no such thing'),
    }),
  ]);
});

it('no law throws, whatever is broken', () => {
  const roll = dice(20_26);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Of one file in forty, so that what stands beside it can still be found; in the last rounds of one in five.
    const one = round < ROUNDS / 2 ? 40 : 5;
    const tree = new Map(
      whole.flatMap(([path, text]): [string, string][] => {
        if (roll(one) > 0) return [[path, text]];
        const other = broken(path, text, roll);
        return other === undefined ? [] : [[path, other]];
      }),
    );
    expect(crashes(tree)).toEqual([]);
  }
}, 300_000);

it('no law throws where nothing is left, or nothing can be read', () => {
  expect(crashes(new Map())).toEqual([]);
  for (const text of ['', ': [', '{}', 'null', '[]', 'x'])
    expect(crashes(new Map(whole.map(([path]) => [path, text])))).toEqual([]);
}, 120_000);
