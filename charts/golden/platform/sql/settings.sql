-- How the cluster behaves.

-- Applied by root at every change of the tree; running it again changes nothing.

-- A stopping node leaves in four steps: balancers look away, clients leave (poolers close a connection after 60
-- s), statements end, leases move. The grace periods of pods and units are the sum.
SET CLUSTER SETTING server.shutdown.initial_wait = '10s';
SET CLUSTER SETTING server.shutdown.connections.timeout = '75s';
SET CLUSTER SETTING server.shutdown.transactions.timeout = '15s';
SET CLUSTER SETTING server.shutdown.lease_transfer_iteration.timeout = '5s';
SET CLUSTER SETTING server.shutdown.jobs.timeout = '10s';

-- A node that is gone this long is replaced within its site; a reboot is shorter.
SET CLUSTER SETTING server.time_until_store_dead = '300s';

-- A free licence holds only while usage is reported: after 7 days without, the cluster runs 5 transactions at a
-- time.
SET CLUSTER SETTING diagnostics.reporting.enabled = true;

-- A new major release can be taken back until somebody makes it final; left alone, the cluster does so by itself
-- as soon as the last node runs it.
SET CLUSTER SETTING cluster.auto_upgrade.enabled = false;

-- Time is counted by statement as well: the app has some hundreds of them.
SET CLUSTER SETTING sql.stats.detailed_latency_metrics.enabled = true;

-- Who signed in, and who was refused, stands in the log.
SET CLUSTER SETTING server.auth_log.sql_sessions.enabled = true;
