import type { Cache } from './cache.ts';

/** Bytes that it holds at most; what was not used for long goes first. */
const SIZE_MAX = 32 * 1024 * 1024;
/** What an entry takes beside its key and its value, as it was measured: without it, small ones would be held without end. */
const ENTRY_SIZE = 400;
/** A letter of a key has two bytes at most. */
const sizeOf = (key: string, value: Buffer): number => ENTRY_SIZE + 2 * key.length + value.length;

/** A cache inside this process. */
export function processCache(sizeMax = SIZE_MAX): Cache {
  const kept = new Map<string, { value: Buffer; until: number; used: boolean }>();
  let size = 0;
  const remove = (key: string) => {
    const found = kept.get(key);
    if (!found) return;
    size -= sizeOf(key, found.value);
    kept.delete(key);
  };
  const read = (key: string): Buffer | undefined => {
    const found = kept.get(key);
    if (!found) return undefined;
    if (found.until <= Date.now()) {
      remove(key);
      return undefined;
    }
    found.used = true;
    return found.value;
  };
  const write = (key: string, value: Buffer, seconds: number) => {
    remove(key);
    const needed = sizeOf(key, value);
    if (needed > sizeMax) return;
    makeRoom(needed);
    kept.set(key, { value, until: Date.now() + seconds * 1000, used: false });
    size += needed;
  };
  /** A Map keeps the order of insertion: the oldest goes, or stands behind the others once more when it was used since. */
  function makeRoom(needed: number): void {
    for (const [oldest, entry] of kept) {
      if (size + needed <= sizeMax) return;
      if (entry.used) {
        entry.used = false;
        kept.delete(oldest);
        kept.set(oldest, entry);
      } else remove(oldest);
    }
  }
  return {
    get: async (key) => read(key),
    set: async (key, value, seconds) => write(key, value, seconds),
    add: async (key, value, seconds) => {
      if (read(key) !== undefined) return false;
      write(key, value, seconds);
      return true;
    },
    delete: async (key) => remove(key),
    close: async () => kept.clear(),
  };
}
