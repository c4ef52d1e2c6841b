import fp from 'fastify-plugin';

/** Who may call a route. */
export type Access = 'anyone';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** Every route says who may call it; one that forgets keeps the app from starting. */
export const access = fp(
  async (app) => {
    app.addHook('onRoute', ({ method, url, config }) => {
      if (!config?.access && !FOREIGN.test(url))
        throw new Error(`${method} ${url} does not say who may call it: config.access`);
    });
  },
  { name: 'access' },
);
/** Routes that libraries make for us: files that were built for everyone. */
const FOREIGN = /^\/(assets\/.*|[\w.-]+\.\w+)?$/;
