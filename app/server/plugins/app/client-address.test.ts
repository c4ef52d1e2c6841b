import { once } from 'node:events';
import { connect } from 'node:net';
import Fastify, { type FastifyRequest } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { clientAddress } from './client-address.ts';

/** What a route knows of a client that has closed its connection. */
async function known(of: (request: FastifyRequest) => string, plugins: (typeof clientAddress)[]) {
  const found = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const app = Fastify();
  onTestFinished(() => app.close());
  for (const plugin of plugins) await app.register(plugin);
  app.get('/slow', async (request) => {
    const closed = once(request.raw.socket, 'close');
    begun.resolve();
    await closed;
    found.resolve(of(request));
    return {};
  });
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await begun.promise;
  socket.destroy();
  return found.promise;
}

it('is known to the end; the address of the socket goes with its line', async () => {
  expect(await known((request) => request.ip, [])).toBeUndefined();
  expect(await known((request) => request.clientAddress, [clientAddress])).toBe('127.0.0.1');
});
