import { isDeepStrictEqual } from 'node:util';
import type { Data } from '../reading/objects.ts';

/** Longer lists are paired by place: the table of the comparison grows with the product of both lengths. */
const PAIRS_MAX = 4_000_000;

/**
 * Elements of two lists that belong together, as few changes as can be: what is gone, what has come, and its place. Between
 * two unchanged ones the gone and the come are paired by what they have in common.
 */
export function aligned(before: readonly Data[], after: readonly Data[]): [Data, Data, number][] {
  const pairs: [Data, Data, number][] = [];
  let [gone, come]: [number[], number[]] = [[], []];
  const close = () => {
    const rest = new Set(come);
    for (const index of gone) {
      const near = [...rest]
        .map((other) => ({ other, alike: likeness(before[index], after[other]) }))
        .sort((a, b) => b.alike - a.alike)[0];
      const taken = near && near.alike >= 0.5 ? near.other : undefined;
      if (taken !== undefined) rest.delete(taken);
      pairs.push([before[index], taken === undefined ? undefined : after[taken], taken ?? index]);
    }
    for (const index of rest) pairs.push([undefined, after[index], index]);
    [gone, come] = [[], []];
  };
  for (const [old, fresh] of steps(before, after)) {
    if (old !== undefined && fresh !== undefined) close();
    else if (old !== undefined) gone.push(old);
    else if (fresh !== undefined) come.push(fresh);
  }
  close();
  return pairs;
}

/** The longest common subsequence as steps through both lists, by index. */
export function steps(
  before: readonly Data[],
  after: readonly Data[],
): [number | undefined, number | undefined][] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && same(before[start], after[start])) start += 1;
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - start &&
    same(before.at(-1 - tail), after.at(-1 - tail))
  )
    tail += 1;
  const [rows, columns] = [before.length - start - tail, after.length - start - tail];
  const found: [number | undefined, number | undefined][] = Array.from({ length: start }, (_, each) => [
    each,
    each,
  ]);
  let [row, column] = [0, 0];
  if (rows * columns <= PAIRS_MAX) {
    const width = columns + 1;
    const longest = new Uint32Array((rows + 1) * width);
    for (let i = rows - 1; i >= 0; i -= 1)
      for (let j = columns - 1; j >= 0; j -= 1)
        longest[i * width + j] = same(before[start + i], after[start + j])
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    while (row < rows && column < columns) {
      if (same(before[start + row], after[start + column])) found.push([start + row++, start + column++]);
      else if (longest[(row + 1) * width + column]! >= longest[row * width + column + 1]!)
        found.push([start + row++, undefined]);
      else found.push([undefined, start + column++]);
    }
  }
  for (; row < rows; row += 1) found.push([start + row, undefined]);
  for (; column < columns; column += 1) found.push([undefined, start + column]);
  for (let each = tail; each > 0; each -= 1) found.push([before.length - each, after.length - each]);
  return found;
}
const same = (a: Data, b: Data): boolean => a === b || (typeof a === 'object' && isDeepStrictEqual(a, b));

/** From 0, nothing in common, to 1, the same: of the words or leaves of both, how many are in both. */
function likeness(a: Data, b: Data): number {
  const [left, right] = [leaves(a), leaves(b)];
  if (left.size === 0 && right.size === 0) return 1;
  let common = 0;
  for (const each of left) if (right.has(each)) common += 1;
  return common / (left.size + right.size - common);
}

/** Words of a text, `field=word` of a structure. */
export function leaves(value: Data, prefix = '', found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) leaves(each, prefix, found);
  else if (value !== null && typeof value === 'object')
    for (const [name, each] of Object.entries(value)) leaves(each, `${prefix}.${name}`, found);
  else for (const word of String(value).split(/[\s,{}]+/)) if (word !== '') found.add(`${prefix}=${word}`);
  return found;
}
