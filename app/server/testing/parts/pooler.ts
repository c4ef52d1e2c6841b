import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { daemon } from '../../../../scripts/run.ts';
import { asAccount, freePort, must, until } from './programs.ts';

/** A pooler in front of the database. */
export interface Pooler {
  port: number;
  /** Whether it follows prepared statements from one connection to another: since 1.21. */
  followsPrepared: boolean;
  stop(): Promise<void>;
}

/**
 * pgbouncer in transaction mode as the platform configures it: both sides show certificates and verify names, and there is no password.
 * The folder has `ca.crt`, and certificates of `pgbouncer` and of the app's user.
 * @see https://www.pgbouncer.org/config.html
 */
export async function startPooler({
  folder,
  databasePort,
  connections,
  port: wanted,
}: {
  folder: string;
  databasePort: number;
  /** Connections to the database, shared by however many clients come. */
  connections: number;
  /** Where it listened before. */
  port?: number;
}): Promise<Pooler> {
  const version = /(\d+)\.(\d+)/.exec(await must(['pgbouncer', '--version']))!;
  const followsPrepared = Number(version[1]) > 1 || Number(version[2]) >= 21;
  const port = wanted ?? (await freePort());
  writeFileSync(join(folder, 'users.txt'), '"education" ""\n');
  const sides = [
    ['client', 'pgbouncer'],
    ['server', 'education'],
  ].map(
    ([side, name]) => `${side}_tls_sslmode = verify-full
${side}_tls_protocols = secure
${side}_tls_ca_file = ${folder}/ca.crt
${side}_tls_cert_file = ${folder}/${name}.crt
${side}_tls_key_file = ${folder}/${name}.key
`,
  );
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
fredu = host=127.0.0.1 port=${databasePort} dbname=fredu user=education

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = cert
auth_file = ${folder}/users.txt
ignore_startup_parameters = extra_float_digits,options
${sides.join('')}pool_mode = transaction
${followsPrepared ? 'max_prepared_statements = 200\n' : ''}default_pool_size = ${connections}
max_db_connections = ${connections}
max_client_conn = 1000
server_connect_timeout = 5
server_login_retry = 1
query_wait_timeout = 30
`,
  );
  const log = join(folder, 'pgbouncer.log');
  const running = daemon(asAccount('pgbouncer', join(folder, 'pgbouncer.ini')), { log });
  await until(
    'pgbouncer listens',
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      }),
  );
  return { port, followsPrepared, stop: () => running.stop() };
}
