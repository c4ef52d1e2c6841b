import fp from 'fastify-plugin';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { VERSION } from '#server/version.ts';
import { API } from '#shared/contract.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether this process is leaving: it answers what comes, but wants no more. */
    draining: boolean;
    /** Says from now on that requests are better sent elsewhere. */
    drain(): void;
  }
}

/** How long a database may take to say that it is there. */
const ANSWER_MILLISECONDS = 2000;

/** Whether the process lives, and whether requests are welcome. */
export const health = fp(
  async (app) => {
    app.decorate('draining', false);
    app.decorate('drain', () => {
      app.draining = true;
    });
    app.addHook('onSend', (_request, reply, payload, done) => {
      if (app.draining) reply.header('connection', 'close');
      done(null, payload);
    });

    const options = { schema: { hide: true }, logLevel: 'warn', config: { access: 'open' } } as const;
    app.get(API.livePath, options, async () => ({ status: 'ok', version: VERSION }));
    app.get(API.readyPath, options, async (_request, reply) => {
      const status = app.draining ? 'draining' : (await databaseAnswers()) ? 'ok' : 'no database';
      return (
        reply
          .code(status === 'ok' ? 200 : 503)
          .header('cache-control', 'no-store')
          // What is away besides does not keep requests away: the app answers without it.
          .send({ status, ...(app.away.size > 0 ? { away: [...app.away] } : {}) })
      );
    });

    function databaseAnswers(): Promise<boolean> {
      return new Promise((resolve) => {
        const late = setTimeout(() => resolve(false), ANSWER_MILLISECONDS);
        query(app.db, sql`select 1`)
          .then(() => resolve(true))
          .catch(() => resolve(false))
          .finally(() => clearTimeout(late));
      });
    }
  },
  { name: 'health', dependencies: ['parts'] },
);
