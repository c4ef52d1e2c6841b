import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  POOLER_FILES,
  pgbouncerIni,
  pgbouncerUsers,
} from '../../../../constructs/kubernetes/education/pgbouncer-config.ts';
import { daemon } from '../../../../scripts/lib/run.ts';
import { threeSites } from '../../../../scripts/testing/three-sites.ts';
import { asAccount, freePort, must, until } from './programs.ts';

/** A pooler in front of the database. */
export interface Pooler {
  port: number;
  /** Whether it follows prepared statements from one connection to another: since 1.21. */
  followsPrepared: boolean;
  stop(): Promise<void>;
}

/**
 * pgbouncer in transaction mode with the platform's own configuration: both sides show certificates and verify names, and there is no password.
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
  writeFileSync(join(folder, 'users.txt'), pgbouncerUsers('education'));
  // As a site has it, but for the addresses and folders of this machine, and what an older release does not know.
  const model = threeSites();
  const site = model.sites.find((each) => each.database)!;
  const ini = pgbouncerIni({ site, database: model.database.name, user: 'education' })
    .replace(/host=\S+ port=\d+/, `host=127.0.0.1 port=${databasePort}`)
    .replace('listen_addr = *', 'listen_addr = 127.0.0.1')
    .replace(/listen_port = \d+/, `listen_port = ${port}`)
    .replace(/(default_pool_size|max_db_connections) = \d+/g, `$1 = ${connections}`)
    // How long a request waits for a database that is away.
    .replace(/query_wait_timeout = \d+/, 'query_wait_timeout = 2')
    .replace(POOLER_FILES.config, folder)
    .replaceAll(/\S+\/(server|client)\/ca\.crt/g, join(folder, 'ca.crt'))
    .replaceAll(`${POOLER_FILES.server}/tls`, join(folder, 'pgbouncer'))
    .replaceAll(`${POOLER_FILES.client}/tls`, join(folder, 'education'))
    .replace(/^max_prepared_statements.*\n/m, followsPrepared ? '$&' : '');
  writeFileSync(join(folder, 'pgbouncer.ini'), ini);
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
