import fp from 'fastify-plugin';
import type { Cache } from '../../cache/cache.ts';
import { memcached } from '../../cache/memcached.ts';
import { processCache } from '../../cache/process-cache.ts';
import { tracedCache } from '../../tracing/traced.ts';

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
    app.decorate('cache', {
      ...chosen,
      async get(key) {
        const value = await chosen.get(key);
        app.counts.cache.inc({ result: value ? 'hit' : 'miss' });
        return value;
      },
    });
    app.addHook('onClose', () => chosen.close());
  },
  { name: 'cache', dependencies: ['metrics', 'parts'] },
);
