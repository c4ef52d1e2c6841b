import websocket from '@fastify/websocket';
import fp from 'fastify-plugin';
import { MESSAGE_BYTES_MAX } from '#shared/schemas/together.ts';

/** WebSockets, for what several people do at once. A message that is too large ends its connection before it is read. */
export const websockets = fp(
  async (app) => {
    await app.register(websocket, {
      options: { maxPayload: MESSAGE_BYTES_MAX },
      // At the end nobody is let in any more; the route closes the sockets, once what people typed is kept.
      preClose(done) {
        app.websocketServer.close();
        done();
      },
    });
  },
  { name: 'websockets' },
);
