import rateLimit from '@fastify/rate-limit';
import fp from 'fastify-plugin';
import { tooManyAttempts } from '#server/problems/general.ts';
import { networkOf } from '#server/security/address.ts';

/** What a route says where it is not counted: `config: { countsAsChange: false }`. */
declare module 'fastify' {
  interface FastifyContextConfig {
    countsAsChange?: false;
  }
}

/** How long the ceiling counts, in milliseconds. */
const WINDOW = 60_000;
/** People and networks that are remembered at once. */
const REMEMBERED_MAX = 20_000;
/** Changes that each visitor may make in a minute: they sign in, and mistype once. */
const VISITOR_CHANGES = 2;
/** Methods that change nothing. */
export const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * One ceiling on all that a person changes, and on all that the visitors of a network do, announced in RateLimit headers; each process
 * counts for itself. Reading is limited where it is cheapest, at the ingress; what invites guessing (passwords, letters) is
 * counted in the database, which all servers share.
 */
export const rateLimits = fp(
  async (app) => {
    const { changesPerMinute, peoplePerNetwork } = app.settings;
    const visitorsMax = Math.max(changesPerMinute, VISITOR_CHANGES * peoplePerNetwork);
    await app.register(rateLimit, {
      global: false,
      enableDraftSpec: true,
      max: ({ person }) => (person ? changesPerMinute : visitorsMax),
      timeWindow: WINDOW,
      cache: REMEMBERED_MAX,
      keyGenerator: ({ person, clientAddress }) => person?.id ?? networkOf(clientAddress),
      errorResponseBuilder: (_request, { ttl }) => {
        const seconds = Math.max(1, Math.ceil(ttl / 1000));
        return tooManyAttempts({ seconds }, { headers: { 'retry-after': String(seconds) } });
      },
    });
    const limit = app.rateLimit();
    app.addHook('onRoute', (route) => {
      const changes = [route.method].flat().some((method) => !SAFE.has(method));
      // A route's own hooks come after those of `access`, which knows who asks.
      if (changes && route.config?.countsAsChange !== false)
        route.onRequest = [...[route.onRequest ?? []].flat(), limit];
    });
  },
  { name: 'rate-limits' },
);
