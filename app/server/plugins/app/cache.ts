import fp from 'fastify-plugin';
import { Counter } from 'prom-client';
import type { Cache } from '#server/cache/cache.ts';
import { memcached } from '#server/cache/memcached.ts';
import { processCache } from '#server/cache/process-cache.ts';
import { tracedCache } from '#server/tracing/traced.ts';

declare module 'fastify' {
  interface FastifyInstance {
    cache: Cache;
  }
}

/** The cache: memcached where its servers are named, else a part of this process. */
export const cache = fp(
  async (app) => {
    const { memcachedServers } = app.settings;
    const remote = (cache: Cache) => (app.tracing ? tracedCache(cache, app.tracing) : cache);
    const chosen = memcachedServers
      ? remote(
          memcached(memcachedServers, {
            onAway: (error) => app.tellAway('cache', error),
            onBack: () => app.tellBack('cache'),
          }),
        )
      : processCache();
    const found = { hit: 0, miss: 0 };
    new Counter({
      name: 'cache_lookups_total',
      help: 'Values that were looked for in the cache',
      labelNames: ['result'] as const,
      registers: [app.metrics],
      // Called when it is asked for: a list is looked up more often than a label is put together.
      collect() {
        this.reset();
        for (const [result, count] of Object.entries(found)) this.inc({ result }, count);
      },
    });
    app.decorate('cache', {
      ...chosen,
      async get(key) {
        const value = await chosen.get(key);
        found[value ? 'hit' : 'miss'] += 1;
        return value;
      },
    });
    app.addHook('onClose', () => chosen.close());
  },
  { name: 'cache', dependencies: ['metrics', 'parts'] },
);
