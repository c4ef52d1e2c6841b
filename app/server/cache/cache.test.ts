import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ReadyJson } from '../reply.ts';
import { type Cache, cached, invalidate, keyIn } from './cache.ts';
import { memcached } from './memcached.ts';
import { processCache } from './process-cache.ts';

const of = (text: string) => Buffer.from(text);
const text = ({ bytes }: ReadyJson) => bytes.toString();
const life = { freshSeconds: 60, staleSeconds: 60 };
afterEach(() => void vi.useRealTimers());
/** As if that time had passed. */
const later = (milliseconds: number) => {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: now + milliseconds });
};
function maker(until: Promise<unknown> = nextTurn()) {
  const made = { count: 0 };
  const make = async () => {
    await until;
    made.count += 1;
    return `value ${made.count}\nin two lines`;
  };
  return { made, make };
}

describe('a value that is cached', () => {
  it('is made once for all who ask at once, and then kept', async () => {
    const cache = processCache();
    const { made, make } = maker();
    const values = await Promise.all(Array.from({ length: 50 }, () => cached(cache, 'k', life, make)));
    expect(new Set(values.map(text))).toEqual(new Set(['value 1\nin two lines']));
    expect(text(await cached(cache, 'k', life, make))).toBe('value 1\nin two lines');
    expect(made.count).toBe(1);
  });

  it('is served stale while one process makes it again', async () => {
    const shared = processCache();
    // Two processes have a memory of their own of what is under way, and one cache.
    const [one, other]: Cache[] = [{ ...shared }, { ...shared }];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { made, make } = maker();
    await cached(one!, 'k', { freshSeconds: 1, staleSeconds: 60 }, make);
    later(1001);
    const making = cached(one!, 'k', life, () => gate.then(make));
    await vi.waitFor(async () => expect(await shared.get('k:making')).toBeDefined());
    expect(text(await cached(other!, 'k', life, make))).toContain('value 1');
    open();
    expect(text(await making)).toContain('value 2');
    expect(text(await cached(other!, 'k', life, make))).toContain('value 2');
    expect(made.count).toBe(2);
  });

  it('that could not be made is not kept, and made by the next who asks', async () => {
    const cache = processCache();
    await expect(cached(cache, 'k', life, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(text(await cached(cache, 'k', life, async () => 'yes'))).toBe('yes');
  });

  it('that is not worth a place takes none, nor stays as it was', async () => {
    const cache = processCache();
    const worth = { ...life, isKept: (made: string) => made !== 'nothing' };
    expect(text(await cached(cache, 'k', { ...worth, freshSeconds: 0 }, async () => 'yes'))).toBe('yes');
    expect(text(await cached(cache, 'k', worth, async () => 'nothing'))).toBe('nothing');
    expect(await cache.get('k')).toBeUndefined();
    expect(text(await cached(cache, 'k', worth, async () => 'yes'))).toBe('yes');
  });

  it('is new at once for the one who changed its group', async () => {
    const cache = processCache();
    const read = async () =>
      text(
        await cached(cache, await keyIn(cache, 'courses', 'first page'), life, async () => String(++count)),
      );
    let count = 0;
    expect([await read(), await read()]).toEqual(['1', '1']);
    await invalidate(cache, 'courses');
    expect([await read(), await read()]).toEqual(['2', '2']);
  });
});

describe('the cache of a process', () => {
  it('forgets what was used longest ago when it is full', async () => {
    const cache = processCache(1000);
    await cache.set('a', of('xxxxx'), 60);
    await cache.set('b', of('xxxxx'), 60);
    await cache.get('a');
    await cache.set('c', of('xxxxx'), 60);
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual([
      of('xxxxx'),
      undefined,
      of('xxxxx'),
    ]);
  });

  it('keeps what is new, though all that is there was used', async () => {
    const cache = processCache(1000);
    for (const key of ['a', 'b']) await cache.set(key, of('xxxxx'), 60);
    for (const key of ['a', 'b']) await cache.get(key);
    await cache.set('c', of('xxxxx'), 60);
    expect(await cache.get('c')).toEqual(of('xxxxx'));
    const others = await Promise.all(['a', 'b'].map((key) => cache.get(key)));
    expect(others.filter((value) => value !== undefined)).toHaveLength(1);
  });

  it('counts what it takes to keep a thing, and not only the thing', async () => {
    const cache = processCache(100_000);
    const keys = Array.from({ length: 1000 }, (_, at) => `${'x'.repeat(50)}${at}`);
    for (const key of keys) await cache.set(key, of(''), 60);
    const kept = (await Promise.all(keys.map((key) => cache.get(key)))).filter(
      (value) => value !== undefined,
    );
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThan(200);
    for (const key of keys) await cache.delete(key);
    await cache.set('whole', Buffer.alloc(99_000), 60);
    expect(await cache.get('whole')).toHaveLength(99_000);
    await cache.set('k'.repeat(50_000), of(''), 60);
    expect(await cache.get('k'.repeat(50_000))).toBeUndefined();
  });

  it('forgets after its time, and adds only where nothing is', async () => {
    const cache = processCache();
    expect([await cache.add('a', of('1'), 1), await cache.add('a', of('2'), 60)]).toEqual([true, false]);
    later(1001);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.add('a', of('2'), 60)).toBe(true);
  });
});

it('without its memcached everything is made, and it is told once in a while', async () => {
  const failures: Error[] = [];
  const cache = memcached('127.0.0.1:1', { onAway: (error) => failures.push(error) });
  const { made, make } = maker();
  for (let times = 0; times < 3; times++) await cached(cache, 'k', life, make);
  expect(made.count).toBe(3);
  expect(failures).toHaveLength(1);
  await cache.close();
});
