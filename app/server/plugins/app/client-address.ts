import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request came from. Unlike `ip` it is known to the end, also when the client has closed its connection meanwhile. */
    clientAddress: string;
  }
}

export const clientAddress = fp(
  async (app) => {
    app.decorateRequest('clientAddress', '');
    app.addHook('onRequest', (request, _reply, done) => {
      request.clientAddress = request.ip;
      done();
    });
  },
  { name: 'client-address' },
);
