import { expect, it } from 'vitest';
import { Size } from './size.ts';

it('reads every unit of Kubernetes, and tells those of 1000 from those of 1024', () => {
  const bytes = ['1024', '1k', '1Ki', '1.5M', '512Mi', '2G', '2Gi', '1T', '1Ti'].map(
    (text) => Size.parse(text).bytes,
  );
  expect(bytes).toEqual([1024, 1e3, 1024, 1.5e6, 2 ** 29, 2e9, 2 ** 31, 1e12, 2 ** 40]);
});

it.each(['', 'Gi', '1GiB', '1gi', '-1Gi', '1 Gi'])(
  'takes no unit for bytes that it does not know: "%s"',
  (text) => {
    expect(() => Size.parse(text)).toThrow(RangeError);
  },
);

it('loses nothing by itself, and rounds the way that it is asked to', () => {
  const size = Size.bytes(1.5 * 2 ** 30);
  expect(size.toMebibytes()).toBe(1536);
  expect(() => size.toGibibytes()).toThrow('1610612736 bytes are no whole number of Gi');
  expect([size.toGibibytes('floor'), size.toGibibytes('ceil')]).toEqual([1, 2]);
});

it('writes what it reads, in the largest unit in which it is whole', () => {
  for (const text of ['1700Mi', '64Gi', '2Ti', '1023Gi']) expect(String(Size.parse(text))).toBe(text);
  expect(String(Size.gibibytes(1024))).toBe('1Ti');
  expect(() => String(Size.bytes(1000))).toThrow(RangeError);
});
