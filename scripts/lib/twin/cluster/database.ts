import type { Artefacts } from '#charts/artefacts.ts';
import type { Site } from '#sites/model.ts';
import type { Keys, TwinHost } from '../parts.ts';

/** The SQL of the tree as far as PostgreSQL reads it, for a cluster that is new. */
export function sqlOf(tree: Artefacts): string {
  const text = ['users', 'grants'].map((name) => tree.get(`platform/sql/${name}.sql`) ?? '').join('\n');
  return text
    .replace(/^--.*$/gm, '')
    .split(/;\s*\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '' && !COCKROACH.test(statement))
    .map((statement) =>
      statement
        .replace(/^CREATE (USER|DATABASE) IF NOT EXISTS/, 'CREATE $1')
        .replace(/^USE (\w+)$/, '\\c $1 owner'),
    )
    .map((statement) => (statement.startsWith('\\') ? statement : `${statement};`))
    .join('\n');
}
/** Rights and connections that PostgreSQL has not. */
const COCKROACH = /^GRANT (SYSTEM|USAGE ON EXTERNAL CONNECTION)\b|\bEXTERNAL CONNECTION\b|CLUSTER SETTING/;

/** One PostgreSQL that stands for all nodes of the database. Its data is in memory, and is new after each start of the host. */
export function database(
  own: TwinHost,
  { tree, keys, programs }: { tree: Artefacts; keys: Keys; programs: string },
): TwinHost {
  return {
    ...own,
    files: [
      ...own.files,
      ['etc/twin/ca.crt', keys.authorities.database],
      ['etc/twin/node.crt', keys.played.database.certificate],
      ['etc/twin/node.key', keys.played.database.key],
      ['etc/twin/pg_hba.conf', 'local all owner trust\nhostssl all all all cert\n'],
      ['etc/twin/users.sql', sqlOf(tree)],
      [
        'etc/twin/start',
        `#!/bin/bash
set -e
cd /run/database
as() { setpriv --reuid nobody --regid nogroup --clear-groups "$@"; }
as bin/initdb -D data --auth=trust --no-sync --no-locale --encoding=UTF8 --username=owner
cp /etc/twin/pg_hba.conf data/pg_hba.conf
(
  until psql --host /run/database --user owner --port 26257 postgres -c 'select 1'; do sleep 0.2; done
  psql --set ON_ERROR_STOP=1 --host /run/database --user owner --port 26257 postgres --file /etc/twin/users.sql && touch ready
) &
exec setpriv --reuid nobody --regid nogroup --clear-groups bin/postgres -D data -c listen_addresses='*' -c port=26257 -c unix_socket_directories=/run/database -c fsync=off \\
  -c ssl=on -c ssl_ca_file=/run/database/ca.crt -c ssl_cert_file=/run/database/node.crt -c ssl_key_file=/run/database/node.key
`,
      ],
    ],
    settings: [
      ...own.settings,
      `mkdir -p /run/database; mount -t tmpfs tmpfs /run/database; mkdir /run/database/native; mount --bind ${programs} /run/database/native; mount -o remount,bind,ro /run/database/native
ln -s native/bin /run/database/bin; cp /etc/twin/ca.crt /etc/twin/node.crt /etc/twin/node.key /run/database/
chown nobody:nogroup /run/database /run/database/*.crt /run/database/*.key; chmod 600 /run/database/node.key`,
    ],
    programs: [{ name: 'postgres', command: 'bash /etc/twin/start' }],
    played:
      'CockroachDB: one PostgreSQL under the generated users, rights and certificates, with no second copy',
  };
}

const way = (port: number, to: string) => ({
  name: `socat-${port}`,
  process: 'socat',
  command: `socat TCP6-LISTEN:${port},ipv6only=0,fork,reuseaddr TCP:${to},connect-timeout=1`,
});

/** What a worker has in place of its node of the database: the way to the one that there is, and a page that says it is well. */
export function databaseNode(
  host: TwinHost,
  site: Site,
  { keys, address, ways }: { keys: Keys; address: string; ways: { port: number; to: string }[] },
): TwinHost {
  return {
    ...host,
    files: [
      ...host.files,
      ['etc/twin/node.pem', `${keys.played.database.certificate}${keys.played.database.key}`],
      [
        'etc/twin/nginx.conf',
        `pid /run/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 256; }
http { access_log off; server { listen 8080 ssl; listen [::]:8080 ssl; ssl_certificate /etc/twin/node.pem; ssl_certificate_key /etc/twin/node.pem; location /health { return 200 "{}"; } } }
`,
      ],
    ],
    programs: [
      ...host.programs,
      { name: 'nginx', command: "nginx -c /etc/twin/nginx.conf -g 'daemon off;'" },
      { name: 'socat', command: `socat TCP6-LISTEN:26257,ipv6only=0,fork,reuseaddr TCP:${address}:26257` },
      ...(ways.length > 0 ? [way(26258, `${address}:26258`)] : []),
      ...ways.map(({ port, to }) => way(port, `${to}:26258`)),
    ],
    played: `${host.played}; its node of the database (${site.code} has one for all workers)`,
  };
}
