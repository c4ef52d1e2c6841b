import fp from 'fastify-plugin';
import { routeName } from './route.ts';

/**
 * One line for each answer, with the route's template: neither the address as it was asked (searches, invitations) nor
 * headers or bodies (cookies, passwords) come into a log. The answer carries the request's id, to be quoted to us.
 */
export const requestLog = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id);
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const { method, person, served } = request;
      request.log.info(
        {
          method,
          route: routeName(request) ?? 'unknown',
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime),
          personId: person?.id,
          traceId: served?.traceId,
        },
        'answered',
      );
      done();
    });
  },
  { name: 'request-log', dependencies: ['route'] },
);
