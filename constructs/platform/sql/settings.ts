import { DRAIN, POOL } from '#constructs/drain.ts';
import type { Database } from '#sites/model.ts';
import { because, file, seconds } from './statement.ts';

const set = (name: string, value: string): string => `SET CLUSTER SETTING ${name} = ${value}`;

/**
 * How the cluster behaves: `settings.sql`. The licence itself is a secret, so the setup job sets it from the Secret
 * `cockroachdb-licence`; here stands what a licence of that kind asks for.
 * @see https://www.cockroachlabs.com/docs/v26.2/cluster-settings
 */
export function settings({ licence }: Pick<Database, 'licence'>): string {
  return file(
    'How the cluster behaves.',
    because(
      `A stopping node leaves in four steps: balancers look away, clients leave (poolers close a connection after ${POOL.serverLifetimeSeconds} s), statements end, leases move. The grace periods of pods and units are the sum.`,
      set('server.shutdown.initial_wait', seconds(DRAIN.initialWaitSeconds)),
      set('server.shutdown.connections.timeout', seconds(DRAIN.connectionsSeconds)),
      set('server.shutdown.transactions.timeout', seconds(DRAIN.transactionsSeconds)),
      set('server.shutdown.lease_transfer_iteration.timeout', seconds(DRAIN.leaseIterationSeconds)),
      set('server.shutdown.jobs.timeout', seconds(DRAIN.jobsSeconds)),
    ),
    because(
      'A node that is gone this long is replaced within its site; a reboot is shorter.',
      set('server.time_until_store_dead', seconds(300)),
    ),
    licence === 'free'
      ? because(
          'A free licence holds only while usage is reported: after 7 days without, the cluster runs 5 transactions at a time.',
          set('diagnostics.reporting.enabled', 'true'),
        )
      : because(
          'An enterprise licence asks for no report of usage.',
          set('diagnostics.reporting.enabled', 'false'),
        ),
    because(
      'A new major release can be taken back until somebody makes it final; left alone, the cluster does so by itself as soon as the last node runs it.',
      set('cluster.auto_upgrade.enabled', 'false'),
    ),
    because(
      'Time is counted by statement as well: the app has some hundreds of them.',
      set('sql.stats.detailed_latency_metrics.enabled', 'true'),
    ),
    because(
      'Who signed in, and who was refused, stands in the log.',
      set('server.auth_log.sql_sessions.enabled', 'true'),
    ),
  );
}
