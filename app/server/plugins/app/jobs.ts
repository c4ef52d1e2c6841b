import { randomUUID } from 'node:crypto';
import fp from 'fastify-plugin';
import { query } from '../../database/json.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Repeats a piece of work, in one of all processes at a time. */
    every(seconds: number, name: string, work: () => Promise<unknown>): void;
    /** Does all repeated work once, now; for tests and the administrator. */
    runJobs(): Promise<void>;
  }
}

const LEASE = `insert into job_leases as j (name, owner, until_at) values ($1, $2, now() + $3::int8 * interval '1 second')
  on conflict (name) do update set owner = excluded.owner, until_at = excluded.until_at
  where j.until_at < now() or j.owner = excluded.owner
  returning name`;

/** Work that is repeated: whoever has the lease of a name does it, the others leave it. */
export const jobs = fp(
  async (app) => {
    const owner = randomUUID();
    const timers: NodeJS.Timeout[] = [];
    const all: (() => Promise<void>)[] = [];
    app.decorate('every', (seconds, name, work) => {
      const turn = async () => {
        const [mine] = await query(app.db, LEASE, [name, owner, seconds]);
        if (mine) await work();
      };
      all.push(turn);
      timers.push(setInterval(() => app.later(`do ${name}`, turn), seconds * 1000).unref());
    });
    app.decorate('runJobs', async () => {
      for (const turn of all) await turn();
    });
    app.addHook('preClose', async () => {
      for (const timer of timers) clearInterval(timer);
    });
  },
  { name: 'jobs', dependencies: ['background'] },
);
