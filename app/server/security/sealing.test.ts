import { describe, expect, it } from 'vitest';
import { sealingBy } from './sealing.ts';

describe('what is kept under a key', () => {
  const [hers, again, others, anothers, elsewhere] = [
    sealingBy('a', 'one', 'letters'),
    sealingBy('a', 'one', 'letters'),
    sealingBy('b', 'one', 'letters'),
    sealingBy('a', 'two', 'letters'),
    sealingBy('a', 'one', 'figures'),
  ];

  it('is found, recognised and read by anyone who brings the key', () => {
    expect(again.name).toBe(hers.name);
    expect(again.digest(['/x', null])).toBe(hers.digest(['/x', null]));
    expect(again.open(hers.seal('Éric 🙂'))).toBe('Éric 🙂');
    expect(again.open(hers.seal(''))).toBe('');
  });

  it('is neither found nor read by another key, by the same one of somebody else, or for another purpose', () => {
    for (const other of [others, anothers, elsewhere]) {
      expect(other.name).not.toBe(hers.name);
      expect(other.digest(['/x'])).not.toBe(hers.digest(['/x']));
      expect(() => other.open(hers.seal('x'))).toThrow();
    }
  });

  it('never looks the same twice, and is not read once it was changed', () => {
    const [sealed, second] = [hers.seal('x'), hers.seal('x')];
    expect(sealed).not.toBe(second);
    const bytes = Buffer.from(sealed, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(() => hers.open(changed.toString('base64url'))).toThrow();
    }
  });

  it('keeps apart what stands beside each other', () => {
    expect(hers.digest(['a', 'b'])).not.toBe(hers.digest(['ab', '']));
    expect(hers.digest(['a', undefined])).not.toBe(hers.digest(['a', '']));
  });
});
