import { createServer, type Server } from 'node:http';
import fp from 'fastify-plugin';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OpenDatabase } from '#server/database/database.ts';
import { API, DURATION_BUCKETS } from '#shared/contract.ts';
import { routeName } from './route.ts';

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry;
    /** What parts of the app count by themselves. */
    counts: {
      /** Bytes of files that were kept. */
      uploaded: Counter;
    };
  }
}

interface Options {
  connections: OpenDatabase['connections'];
}

/**
 * How long answers take, by the template of the route: never by the address, of which there are endless many. And what the app holds:
 * connections to the database and to browsers, hits of the cache, bytes sent to it.
 */
export const metrics = fp<Options>(
  async (app, { connections }) => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    app.decorate('metrics', registry);
    const seconds = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to the end of its answer',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [...DURATION_BUCKETS],
      registers: [registry],
    });
    app.addHook('onResponse', (request, reply, done) => {
      const route = routeName(request) ?? 'unknown';
      seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
      done();
    });
    const registers = [registry];
    app.decorate('counts', {
      uploaded: new Counter({ name: 'upload_bytes_total', help: 'Bytes of files that were kept', registers }),
    });
    new Gauge({
      name: 'websockets_open',
      help: 'Windows in which people write together',
      registers,
      collect() {
        this.set(app.websocketServer.clients.size);
      },
    });
    new Gauge({
      name: 'draining',
      help: 'Whether this process is leaving',
      registers,
      collect() {
        this.set(app.draining ? 1 : 0);
      },
    });
    if (connections) {
      new Gauge({
        name: 'database_connections',
        help: 'Connections to the database that stand, those of them that nobody uses, and how many wait for one',
        labelNames: ['state'] as const,
        registers,
        collect() {
          for (const [state, count] of Object.entries(connections())) this.set({ state }, count);
        },
      });
    }
    app.addHook('onClose', async () => registry.clear());
  },
  { name: 'metrics', dependencies: ['route', 'websockets'] },
);

/** Answers Prometheus on a port of its own, so that no ingress leads there. @throws what `listen` throws */
export async function serveMetrics(
  registry: Registry,
  { host, port }: { host: string; port: number },
): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== API.metricsPath) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
