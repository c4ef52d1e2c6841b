import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import memjs from 'memjs';
import type { Cache } from './cache.ts';

/** Seconds that an answer may take: a cache that is slower than the database helps nobody. */
const ANSWER_SECONDS = 0.3;
/** After a failure a server is left alone for this long, so that requests do not wait for it. */
const REST_MILLISECONDS = 2000;
/** @see https://docs.memcached.org/protocols/: keys hold 250 bytes at most, and no spaces */
const KEY = /^[\x21-\x7e]{1,200}$/;
/** What a server takes at most, by default 1 MiB with what it writes beside it; more than that is made each time. */
const VALUE_BYTES_MAX = 1_000_000;
/** Keys that are removed one by one once a server is back; where it missed more, it is emptied. */
const MISSED_MAX = 1000;

/** Called when a server goes away, and when it is back. */
export interface Watch {
  onAway?: (error: Error) => void;
  onBack?: () => void;
}

/** memcached, on several servers that share the keys; what one that is away would hold is made again each time. */
export function memcached(servers: string, watch: Watch = {}): Cache {
  const away = new Set<string>();
  const all = servers.split(',').map((address) =>
    oneServer(address.trim(), {
      onAway(error) {
        if (!away.has(address)) watch.onAway?.(error);
        away.add(address);
      },
      onBack() {
        away.delete(address);
        if (away.size === 0) watch.onBack?.();
      },
    }),
  );
  const of = (key: string) => all[crc32(key) % all.length]!;
  return {
    get: (key) => of(key).get(key),
    set: (key, value, seconds) => of(key).set(key, value, seconds),
    add: (key, value, seconds) => of(key).add(key, value, seconds),
    delete: (key) => of(key).delete(key),
    close: async () => void (await Promise.all(all.map((each) => each.close()))),
  };
}

function oneServer(address: string, { onAway, onBack }: Watch): Cache {
  const connected = () =>
    memjs.Client.create(address, {
      timeout: ANSWER_SECONDS,
      conntimeout: ANSWER_SECONDS,
      retries: 0,
      failover: false,
      keepAlive: true,
      logger: { log() {} },
    } as never);
  let client = connected();
  let restUntil = 0;
  /** What was changed here and not there: it may still hold what was before, for it may only have been out of reach. */
  const missed = new Set<string>();
  let returning: Promise<void> | undefined;

  const short = (key: string) => (KEY.test(key) ? key : createHash('sha256').update(key).digest('base64url'));

  async function catchUp(): Promise<void> {
    const keys = [...missed];
    if (keys.length > MISSED_MAX) await client.flush();
    else await Promise.all(keys.map((key) => client.delete(key)));
    for (const key of keys) missed.delete(key);
  }

  async function trying<Result>(
    { otherwise, changes }: { otherwise: Result; changes?: string },
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (Date.now() >= restUntil) {
      try {
        if (missed.size > 0) {
          returning ??= catchUp().finally(() => {
            returning = undefined;
          });
          await returning;
        }
        const result = await work();
        if (restUntil > 0 && Date.now() >= restUntil) {
          restUntil = 0;
          onBack?.();
        }
        return result;
      } catch (error) {
        if (Date.now() >= restUntil) {
          // Half an answer may lie in the old one.
          client.close();
          client = connected();
        }
        restUntil = Date.now() + REST_MILLISECONDS;
        onAway?.(error as Error);
      }
    }
    if (changes !== undefined) missed.add(changes);
    return otherwise;
  }

  const remove = async (name: string) =>
    trying({ otherwise: undefined, changes: name }, async () => void (await client.delete(name)));
  return {
    get: (key) =>
      trying({ otherwise: undefined }, async () => (await client.get(short(key))).value ?? undefined),
    async set(key, value, seconds) {
      const name = short(key);
      if (value.length > VALUE_BYTES_MAX) return remove(name);
      await trying(
        { otherwise: undefined, changes: name },
        async () => void (await client.set(name, value, { expires: Math.ceil(seconds) })),
      );
    },
    // Where there is nobody to ask, everyone makes it for themselves.
    add: (key, value, seconds) =>
      trying({ otherwise: true }, () => client.add(short(key), value, { expires: Math.ceil(seconds) })),
    delete: (key) => remove(short(key)),
    close: async () => client.close(),
  };
}
