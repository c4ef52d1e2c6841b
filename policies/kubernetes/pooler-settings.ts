import type { Finding, Policy } from '../law.ts';
import { ofKind } from '../reading/objects.ts';

export const poolerSettings: Policy = {
  id: 'pooler-settings',
  title:
    'the pooler lends connections by transaction, keeps prepared statements, finds dead servers and lets none of its waits outlive a request',
  why: 'Avoid: a pool by session, a socket on a disk that cannot be written, a wait without an end, a word with a slip in it. Prefer: pool_mode transaction, keepalives of half a minute, a client limit above what the app opens. Rationale: pgbouncer ends at its start over a word that it does not know, and with a pool by session thirty pupils hold what a thousand need.',
  check: (_model, tree) =>
    ofKind(tree, 'ConfigMap').flatMap(({ path, site, name, object }): Finding[] => {
      const text: unknown = object.data?.['pgbouncer.ini'];
      return typeof text === 'string' ? judge(path, `${name} of ${site}`, text) : [];
    }),
};

/** @see https://www.pgbouncer.org/config.html */
const SAID: [key: string, value: RegExp, why: string][] = [
  ['listen_addr', /^\*$/, 'its service finds it nowhere'],
  ['listen_port', /^\d{4,5}$/, 'its service finds it nowhere'],
  ['unix_socket_dir', /^$/, 'it does not start: its root is read-only'],
  ['auth_type', /^cert$/, 'something else than a certificate signs in'],
  ['auth_file', /^\/etc\/pgbouncer\/config\/users\.txt$/, 'it knows no user'],
  ['stats_users', /^monitoring$/, 'its exporter sees nothing'],
  ['ignore_startup_parameters', /extra_float_digits/, 'clients that say how they print numbers are refused'],
  ['client_tls_protocols', /^secure$/, 'old TLS is spoken'],
  ['server_tls_protocols', /^secure$/, 'old TLS is spoken'],
  ['pool_mode', /^transaction$/, 'a session holds its connection for as long as it lasts'],
  ['max_prepared_statements', /^[1-9]\d{1,3}$/, 'a prepared statement is unknown on the next connection'],
  ['default_pool_size', /^[1-9]\d{0,2}$/, 'it opens twenty connections, whatever the database bears'],
  ['max_db_connections', /^[1-9]\d{0,2}$/, 'it opens as many as it likes'],
  ['min_pool_size', /^[1-9]\d?$/, 'the first request waits for TLS'],
  ['max_client_conn', /^[1-9]\d{2,4}$/, 'a hundred clients fill it'],
  ['server_lifetime', /^[1-9]\d{1,3}$/, 'a draining node is kept'],
  ['server_idle_timeout', /^[1-9]\d{1,3}$/, 'a draining node is kept'],
  ['server_connect_timeout', /^([1-9]|1\d)$/, 'a request waits for a node that is gone'],
  ['server_login_retry', /^[1-5]$/, 'it comes back late'],
  ['query_wait_timeout', /^([1-9]|[12]\d|30)$/, 'a request waits without an end'],
  ['tcp_keepalive', /^1$/, 'a dead connection is lent'],
  ['tcp_keepidle', /^([5-9]|[1-5]\d|60)$/, 'a dead connection is lent'],
  ['tcp_keepintvl', /^([1-9]|1\d|20)$/, 'a dead connection is lent'],
  ['tcp_keepcnt', /^[1-9]$/, 'a dead connection is lent'],
  ['log_connections', /^0$/, 'each connection is a line of the log'],
  ['log_disconnections', /^0$/, 'each connection is a line of the log'],
  ['stats_period', /^\d{2,3}$/, 'its averages are over another time than the panels say'],
];
const FILES = /^(client|server)_tls_(sslmode|ca_file|cert_file|key_file)$/;

function judge(path: string, who: string, text: string): Finding[] {
  const said = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (/^\[\w+\]$/.test(line)) section = line.slice(1, -1);
    else if (section === 'pgbouncer' && line !== '' && !line.startsWith(';'))
      said.set(line.split('=')[0]!.trim(), line.slice(line.indexOf('=') + 1).trim());
  }
  const known = new Set(SAID.map(([key]) => key));
  const wrong = (key: string, message: string, fix: string): Finding => ({
    path,
    ...(said.has(key) ? { text: key } : {}),
    message: `${who}: ${message}`,
    fix,
  });
  return [
    ...SAID.filter(
      ([key, value]) =>
        !value.test(said.get(key) ?? (key === 'unix_socket_dir' ? '/tmp' : '')) || !said.has(key),
    ).map(([key, value, why]) =>
      wrong(key, `${key} is ${said.get(key) ?? 'not said'}: ${why}`, `write what ${value.source} takes`),
    ),
    ...[...said.keys()]
      .filter((key) => !known.has(key) && !FILES.test(key))
      .map((key) => wrong(key, `pgbouncer is told ${key}, which it does not know or need`, 'remove it')),
  ];
}
