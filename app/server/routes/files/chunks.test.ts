import { expect, it } from 'vitest';
import { pieceAt, pieceKey, wholeOf } from './chunks.ts';

const of = (...pieces: [from: number, bytes: number][]) =>
  pieces.map(([from, bytes]) => pieceAt(pieceKey('id', from, bytes)));
const found = (size: number, ...pieces: [number, number][]) =>
  wholeOf(of(...pieces), size).map(({ from, bytes }) => [from, bytes]);

it.each([
  [0, [], []],
  [10, [[0, 10]], [[0, 10]]],
  // A piece that nobody counted, which leads nowhere, before and after one that was.
  [
    10,
    [
      [0, 6],
      [0, 4],
      [4, 6],
    ],
    [
      [0, 4],
      [4, 6],
    ],
  ],
  [
    12,
    [
      [0, 4],
      [4, 3],
      [4, 4],
      [7, 2],
      [8, 4],
    ],
    [
      [0, 4],
      [4, 4],
      [8, 4],
    ],
  ],
] as [number, [number, number][], [number, number][]][])('%i bytes of %j', (size, pieces, whole) => {
  expect(found(size, ...pieces)).toEqual(whole);
});

it('does without no byte', () => {
  expect(() => found(10, [0, 4], [5, 5])).toThrow('the pieces of an upload of 10 bytes do not make a whole');
  expect(() => found(10, [0, 11])).toThrow('do not make a whole');
});
