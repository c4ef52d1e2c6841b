import type { Cache } from '../cache/cache.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Tracing } from './tracing.ts';

/** A cache whose requests are traced; never the keys, in which searches stand. */
export function tracedCache(cache: Cache, tracing: Tracing): Cache {
  const ask = <Answer>(operation: string, work: () => Promise<Answer>): Promise<Answer> =>
    tracing.ask(
      `memcached ${operation}`,
      { 'db.system.name': 'memcached', 'db.operation.name': operation },
      work,
    );
  return {
    get: (key) => ask('get', () => cache.get(key)),
    set: (key, value, seconds) => ask('set', () => cache.set(key, value, seconds)),
    add: (key, value, seconds) => ask('add', () => cache.add(key, value, seconds)),
    delete: (key) => ask('delete', () => cache.delete(key)),
    close: () => cache.close(),
  };
}

/** A mailer whose letters are traced, but neither to whom nor about what. */
export const tracedMailer = (mailer: Mailer, tracing: Tracing): Mailer => ({
  ...mailer,
  send: (letter, how) => tracing.ask('smtp send', { 'rpc.system': 'smtp' }, () => mailer.send(letter, how)),
});
