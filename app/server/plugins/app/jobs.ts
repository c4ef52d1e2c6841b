import { randomUUID } from 'node:crypto';
import fp from 'fastify-plugin';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Repeats a piece of work, in one of all processes at a time. */
    every(seconds: number, name: string, work: () => Promise<unknown>): void;
    /** Begins with repeated work, within a minute; before that nothing is done, so that tests and measurements are alone. */
    beginJobs(): void;
    /** Does all repeated work once, now; for tests and the administrator. */
    runJobs(): Promise<void>;
  }
}

/** Within how long a server's first turn comes, at a moment of its own: many may be started at once. */
const FIRST_SECONDS_MAX = 60;

const ACQUIRE_LEASE = sql`insert into job_leases as j (name, owner, until_at) values ($1, $2, now() + $3::int8 * interval '1 second')
  on conflict (name) do update set owner = excluded.owner, until_at = excluded.until_at
  where j.until_at < now() or j.owner = excluded.owner
  returning name`;
const RELEASE_LEASE = sql`update job_leases set until_at = now() - interval '1 second' where name = $1 and owner = $2`;

/**
 * Work that is repeated: the server that holds the lease of a name does it, the others leave it. A lease lasts until the next turn, so that
 * servers that are restarted do not do again what was just done; work that failed, or was left because the app ends, is anyone's
 * at their next turn.
 */
export const jobs = fp(
  async (app) => {
    const owner = randomUUID();
    const timers: NodeJS.Timeout[] = [];
    const all: { seconds: number; name: string; turn: () => Promise<void> }[] = [];
    app.decorate('every', (seconds, name, work) => {
      let isUnderWay = false;
      const turn = async () => {
        if (app.draining) return;
        const [mine] = await query(app.db, ACQUIRE_LEASE, [name, owner, seconds]);
        // What takes longer than until its next turn keeps its lease, and is not begun a second time.
        if (!mine || isUnderWay) return;
        isUnderWay = true;
        let isDone = false;
        try {
          await work();
          isDone = !app.draining;
        } finally {
          isUnderWay = false;
          if (!isDone) await query(app.db, RELEASE_LEASE, [name, owner]).catch(() => undefined);
        }
      };
      all.push({ seconds, name, turn });
    });
    app.decorate('runJobs', async () => {
      for (const { turn } of all) await turn();
    });
    app.decorate('beginJobs', () => {
      for (const { seconds, name, turn } of all) {
        const begin = () => app.later(`do ${name}`, turn);
        const first = setTimeout(
          () => {
            begin();
            timers.push(setInterval(begin, seconds * 1000).unref());
          },
          Math.random() * FIRST_SECONDS_MAX * 1000,
        );
        timers.push(first.unref());
      }
    });
    app.addHook('preClose', async () => {
      for (const timer of timers) clearInterval(timer);
    });
  },
  { name: 'jobs', dependencies: ['background'] },
);
