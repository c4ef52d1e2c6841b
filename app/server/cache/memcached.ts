import { createHash } from 'node:crypto';
import memjs from 'memjs';
import type { Cache } from './cache.ts';

/** Seconds that an answer may take: a cache that is slower than the database helps nobody. */
const ANSWER_SECONDS = 0.3;
/** After a failure the servers are left alone for this long, so that requests do not wait for them. */
const REST_MILLISECONDS = 2000;
/** @see https://docs.memcached.org/protocols/: keys hold 250 bytes at most, and no spaces */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** memcached, on several servers that share the keys; without them everything is made anew and goes on. */
export function memcached(
  servers: string,
  { onFailure }: { onFailure?: (error: Error) => void } = {},
): Cache {
  const client = memjs.Client.create(servers, {
    timeout: ANSWER_SECONDS,
    conntimeout: ANSWER_SECONDS,
    retries: 0,
    failover: false,
    keepAlive: true,
    logger: { log() {} },
  } as never);
  let restUntil = 0;
  async function trying<Result>(otherwise: Result, work: () => Promise<Result>): Promise<Result> {
    if (Date.now() < restUntil) return otherwise;
    try {
      return await work();
    } catch (error) {
      restUntil = Date.now() + REST_MILLISECONDS;
      onFailure?.(error as Error);
      return otherwise;
    }
  }
  const short = (key: string) => (KEY.test(key) ? key : createHash('sha256').update(key).digest('base64url'));
  return {
    get: (key) => trying(undefined, async () => (await client.get(short(key))).value ?? undefined),
    set: (key, value, seconds) =>
      trying(
        undefined,
        async () => void (await client.set(short(key), value, { expires: Math.ceil(seconds) })),
      ),
    // Where there is nobody to ask, everyone makes it for himself.
    add: (key, value, seconds) =>
      trying(true, () => client.add(short(key), value, { expires: Math.ceil(seconds) })),
    delete: (key) => trying(undefined, async () => void (await client.delete(short(key)))),
    close: async () => client.close(),
  };
}
