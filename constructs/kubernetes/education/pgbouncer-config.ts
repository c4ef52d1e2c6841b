import { nodeSize } from '#constructs/cockroachdb-node.ts';
import { POOL } from '#constructs/drain.ts';
import type { User } from '#constructs/platform/sql/users.ts';
import { pgbouncerName, pgbouncerValue } from '#constructs/quote.ts';
import { preferred } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { databaseAddress, databaseNodes } from '#sites/questions.ts';
import { PORTS } from '#sites/traffic/ports.ts';

/** Poolers of a site: two, so that one may go, and one more while they are replaced. */
export const POOLERS = { replicas: 2, surge: 1 } as const;
/**
 * Running statements that a virtual processor of the database serves best.
 * @see https://www.cockroachlabs.com/docs/v26.2/connection-pooling#size-connection-pools
 */
const CONNECTIONS_PER_CPU = 4;
/** Where the certificates are mounted: towards the app, and towards the database. */
export const POOLER_FILES = {
  server: '/etc/pgbouncer/server',
  client: '/etc/pgbouncer/client',
  config: '/etc/pgbouncer/config',
};

/** Connections of one pooler to the database, so that all of a site, the surplus one included, stay within its processors. */
export function poolSize(site: Site): number {
  const cpus = databaseNodes(site).reduce((sum, host) => sum + nodeSize(site, host).cpus, 0);
  return Math.max(1, Math.floor((CONNECTIONS_PER_CPU * cpus) / (POOLERS.replicas + POOLERS.surge)));
}

/** What one pooler is between. */
export interface PoolerProps {
  site: Site;
  /** Name of the app's database. */
  database: string;
  /** The SQL user whom it signs in. */
  user: User;
}

/**
 * A pooler for one SQL user, for the certificate towards the database is one for the whole process: `pgbouncer.ini`.
 * Both sides verify each other's certificate and name; nowhere is there a password.
 * @see https://www.pgbouncer.org/config.html
 */
export function pgbouncerIni({ site, database, user }: PoolerProps): string {
  const host = preferred(databaseAddress(site));
  const { server, client, config } = POOLER_FILES;
  return `; The pooler of the SQL user ${user}.
[databases]
${pgbouncerName(database)} = host=${host} port=${PORTS.sql} dbname=${pgbouncerValue(database)} user=${user}

[pgbouncer]
listen_addr = *
listen_port = ${PORTS.pgbouncer}
; The root file system cannot be written.
unix_socket_dir =
auth_type = cert
auth_file = ${config}/users.txt
stats_users = monitoring
ignore_startup_parameters = extra_float_digits,options

client_tls_sslmode = verify-full
client_tls_protocols = secure
client_tls_ca_file = ${server}/ca.crt
client_tls_cert_file = ${server}/tls.crt
client_tls_key_file = ${server}/tls.key
server_tls_sslmode = verify-full
server_tls_protocols = secure
server_tls_ca_file = ${client}/ca.crt
server_tls_cert_file = ${client}/tls.crt
server_tls_key_file = ${client}/tls.key

pool_mode = transaction
; Prepared statements are prepared again on whichever connection a transaction gets.
max_prepared_statements = 200
; ${CONNECTIONS_PER_CPU} for each virtual processor of the site's nodes, over ${POOLERS.replicas + POOLERS.surge} poolers.
default_pool_size = ${poolSize(site)}
max_db_connections = ${poolSize(site)}
min_pool_size = 2
max_client_conn = 1000
; Below server.shutdown.connections.timeout, so that a draining node is left before it hangs up.
server_lifetime = ${POOL.serverLifetimeSeconds}
server_idle_timeout = ${POOL.serverLifetimeSeconds}
server_connect_timeout = 5
server_login_retry = 1
; A request waits for a connection no longer than a statement may run.
query_wait_timeout = ${POOL.statementSeconds}
tcp_keepalive = 1
tcp_keepidle = 15
tcp_keepintvl = 5
tcp_keepcnt = 3
log_connections = 0
log_disconnections = 0
stats_period = 60
`;
}

/** Who may come in: the user itself, and the exporter, to the statistics only. The certificate proves the name. */
export const pgbouncerUsers = (user: User): string => `"${user}" ""\n"monitoring" ""\n`;

/** What the pooler reads its certificates from: any of them may be renewed while it runs. */
export const POOLER_CERTIFICATES = [POOLER_FILES.server, POOLER_FILES.client].flatMap((folder) =>
  ['ca.crt', 'tls.crt', 'tls.key'].map((file) => `${folder}/${file}`),
);

/**
 * Starts the pooler and watches over its certificates: `run.sh pgbouncer.ini FILE…`. The kubelet replaces the files of a
 * renewed Secret and tells nobody; pgbouncer reads them again on SIGHUP, and goes on with the connections that it has.
 * SIGTERM is passed on, and the end of the pooler is the end of the pod's container, with its code.
 * @see https://www.pgbouncer.org/usage.html#signals
 */
export const POOLER_SCRIPT = `ini=$1
shift
pgbouncer "$ini" &
pooler=$!
ended=
trap 'ended=1; kill -TERM "$pooler"' TERM INT
seen=$(cat "$@" | cksum)
while [ -z "$ended" ] && kill -0 "$pooler" 2>/dev/null; do
  # In the background: a trap ends a wait, and not a sleep.
  sleep 10 &
  wait $!
  now=$(cat "$@" | cksum)
  if [ -z "$ended" ] && [ "$now" != "$seen" ]; then
    echo 'certificates were renewed' >&2
    seen=$now
    kill -HUP "$pooler"
  fi
done
wait "$pooler"
`;
