import fp from 'fastify-plugin';

/** What the app can do without for a while; what happens meanwhile stands in `app/README.md`, "When a part fails". */
export type Part = 'cache' | 'files' | 'letters';

declare module 'fastify' {
  interface FastifyInstance {
    /** Parts that did not answer when they were last asked. */
    away: Set<Part>;
    /** Says that a part does not answer, or that it does again; logged once each time. */
    tellAway(part: Part, error: Error): void;
    tellBack(part: Part): void;
  }
}

const MEANS: Record<Part, string> = {
  cache: 'memcached does not answer; lists come from the database',
  files: 'the store of files does not answer; files can be neither sent nor read',
  letters: 'no relay takes letters; they are tried again',
};

/** Which parts are away, as those who asked them found. */
export const parts = fp(
  async (app) => {
    const away = new Set<Part>();
    app.decorate('away', away);
    app.decorate('tellAway', (part, error) => {
      if (away.has(part)) return;
      away.add(part);
      app.log.warn({ err: error }, MEANS[part]);
    });
    app.decorate('tellBack', (part) => {
      if (away.delete(part)) app.log.warn(`${part}: back`);
    });
  },
  { name: 'parts' },
);
