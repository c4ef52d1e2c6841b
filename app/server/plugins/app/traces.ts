import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Served, Tracing } from '#server/tracing/tracing.ts';
import { API } from '#shared/contract.ts';
import { routeName } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    served: Served | undefined;
  }
}

/** Who looks after us asks every few seconds; that tells nothing of how people are served. */
const UNTOLD: readonly string[] = [API.livePath, API.readyPath];

/**
 * A span for each request, by the route's template: neither the address as it was asked nor who asks. The lines of the
 * log that have the request's id say which trace it is, and the span which request.
 */
export const traces = fp<{ tracing: Tracing | undefined }>(
  async (app, { tracing }) => {
    if (!tracing) return;
    app.decorateRequest('served', undefined);
    app.addHook('onRequest', (request, _reply, done) => {
      const route = routeName(request);
      if (route && UNTOLD.includes(route)) return done();
      const served = tracing.serve(request.method, request.headers);
      request.served = served;
      // What goes on as a WebSocket has no answer; it ends with its connection.
      if (request.ws) request.raw.socket.once('close', () => end(request, 101));
      served.within(done);
    });
    // A body is read by events of the connection, which know nothing of the request.
    app.addHook('preValidation', (request, _reply, done) =>
      request.served ? request.served.within(done) : done(),
    );
    const failures = new WeakMap<FastifyRequest, string>();
    app.addHook('onError', (request, _reply, error, done) => {
      failures.set(request, error.code ?? error.name);
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      end(request, reply.statusCode);
      done();
    });

    function end(request: FastifyRequest, status: number): void {
      const route = routeName(request);
      request.served?.end({
        name: route ? `${request.method} ${route}` : request.method,
        attributes: {
          'http.request.method': request.method,
          'http.response.status_code': status,
          'http.response.header.x-request-id': [request.id],
          'url.scheme': request.protocol,
          'network.protocol.version': request.raw.httpVersion,
          ...(route ? { 'http.route': route } : {}),
        },
        // A refusal is an answer like others; only our own failures are failures.
        error: status >= 500 ? (failures.get(request) ?? String(status)) : undefined,
      });
    }
  },
  { name: 'traces', dependencies: ['route'] },
);
