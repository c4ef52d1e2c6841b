import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyInstance {
    /** Does what the answer need not wait for, such as sending a letter; the app ends only after it. */
    later(what: string, work: () => Promise<unknown>): void;
    /** Waits until all of that is done. */
    settled(): Promise<void>;
  }
}

export const background = fp(
  async (app) => {
    const underWay = new Set<Promise<unknown>>();
    app.decorate('later', (what, work) => {
      // Begun after the answer has left, so that its time says nothing of the work.
      const done = new Promise<void>((resolve) => setImmediate(resolve))
        .then(work)
        .catch((error) => app.log.error({ err: error }, `could not ${what}`))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    });
    app.decorate('settled', async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    });
    app.addHook('onClose', () => app.settled());
  },
  { name: 'background' },
);
