import rateLimit from '@fastify/rate-limit';
import fp from 'fastify-plugin';
import { tooManyAttempts } from '../../problems/general.ts';
import { networkOf } from '../../security/address.ts';

/**
 * A ceiling on what changes something, told in RateLimit headers. Reading is limited where it is cheapest, at the
 * ingress; what invites guessing (passwords, letters) is counted in the database, which all servers share.
 */
export const rateLimits = fp(
  async (app) => {
    await app.register(rateLimit, {
      global: false,
      enableDraftSpec: true,
      max: app.settings.changesPerMinute,
      timeWindow: 60_000,
      cache: 20_000,
      keyGenerator: (request) => networkOf(request.ip),
      errorResponseBuilder: (_request, { ttl }) => {
        const seconds = Math.max(1, Math.ceil(ttl / 1000));
        return tooManyAttempts({ seconds }, { headers: { 'retry-after': String(seconds) } });
      },
    });
    app.addHook('onRoute', (route) => {
      const changes = [route.method].flat().some((method) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
      if (changes) route.config = { rateLimit: {}, ...route.config };
    });
  },
  { name: 'rate-limits' },
);
