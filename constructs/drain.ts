import { DATABASE } from '#shared/contract.ts';

/**
 * The seconds in which a database node leaves service, named once: cluster settings, grace periods, health checks of every
 * balancer and lifetimes in the poolers follow from these, so that no part gives up before the one it waits for.
 * @see https://www.cockroachlabs.com/docs/v26.2/node-shutdown
 */

/** How a balancer asks a database node whether it takes clients: TLS, and exactly 200, for a draining node says 503. */
export const HEALTH_CHECK = {
  path: '/health?ready=1',
  status: 200,
  intervalSeconds: 2,
  /** No longer than the interval, or Octavia refuses it. */
  timeoutSeconds: 1,
  /** Failures in a row until no new client is sent; three, so that one lost packet empties no pool. */
  fall: 3,
  rise: 2,
} as const;

/** The longest time between a node saying "draining" and the last balancer believing it: 7 s. */
export const balancerSeconds = HEALTH_CHECK.intervalSeconds * HEALTH_CHECK.fall + HEALTH_CHECK.timeoutSeconds;

/** The phases of a drain, as cluster settings. */
export const DRAIN = {
  /** `server.shutdown.initial_wait`: still serving, while the balancers look away; at least `balancerSeconds`. */
  initialWaitSeconds: 10,
  /** `server.shutdown.connections.timeout`: clients leave by themselves; more than `POOL.serverLifetimeSeconds`. */
  connectionsSeconds: 75,
  /** `server.shutdown.transactions.timeout`: what is running may end; more than the longest statement of the app. */
  transactionsSeconds: 15,
  /** `server.shutdown.lease_transfer_iteration.timeout`: below 5 s leases can fail to move. */
  leaseIterationSeconds: 5,
  /** `server.shutdown.jobs.timeout`: backups and schema changes notice and hand over. */
  jobsSeconds: 10,
  /** Moving all leases takes several iterations, and no setting bounds them. */
  marginSeconds: 20,
} as const;

/** What the app's connections may last. */
export const POOL = {
  /** A pooled server connection is closed when idle and older than this. */
  serverLifetimeSeconds: 60,
  /** The app's own pool gives a connection back for good after this; pgbouncer waits for it before it ends. */
  clientLifetimeSeconds: DATABASE.connectionLifetimeSeconds,
  /** `statement_timeout` and `idle_in_transaction_session_timeout` of the app's user. */
  statementSeconds: 10,
} as const;

/** From SIGTERM to SIGKILL: terminationGracePeriodSeconds and TimeoutStopSec. The transactions wait twice: SQL, then DistSQL. */
export const gracePeriodSeconds =
  DRAIN.initialWaitSeconds +
  DRAIN.connectionsSeconds +
  2 * DRAIN.transactionsSeconds +
  DRAIN.leaseIterationSeconds +
  DRAIN.jobsSeconds +
  DRAIN.marginSeconds;

/**
 * How a node of a cluster goes down when its host does: ordinary pods first, then those without which no pod runs. No pod of
 * ours may take longer than the database.
 * @see https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#graceful-node-shutdown
 */
export const NODE_SHUTDOWN = {
  /** `shutdownGracePeriodCriticalPods`: DNS, the network, the proxy; their own grace is 30 s or less. */
  criticalSeconds: 30,
  /** The kubelet hears of the shutdown, and tells the runtime. */
  marginSeconds: 20,
} as const;

/** `shutdownGracePeriod` of the kubelet, and what the host's shutdown waits for it. */
export const nodeShutdownSeconds =
  gracePeriodSeconds + NODE_SHUTDOWN.marginSeconds + NODE_SHUTDOWN.criticalSeconds;
