/**
 * Where the commands of the runbooks are tried, by their first word; SQL by `SQL`, whatever its verb. A test finds every command
 * of every page and asks for it here, and the pages say which were not tried, and why.
 */
export const TRIED: Record<string, { where: string } | { not: string }> = {
  kubectl: {
    where:
      'a real API server for `apply` of a larger disk; else its objects are held against the tree, and nothing was run',
  },
  'SHOW POOLS': { where: 'a real pgbouncer' },
  haproxy: { where: 'the edges in network namespaces' },
  curl: { where: 'the edges in network namespaces, for their own health' },
  'fredu-drain': { where: 'the edges in network namespaces' },
  'fredu-undrain': { where: 'the edges in network namespaces' },
  'radosgw-admin': { where: 'two real Ceph clusters: `period get`, `sync status`' },
  npm: {
    where:
      'PostgreSQL, pgbouncer, HAProxy and the app, through a rotation of their certificates; `put`: kubectl was played; `failover`: two real Ceph clusters',
  },
  resize2fs: { where: 'a real file system that was made larger, not mounted' },
  SQL: { not: 'there is no CockroachDB to be had; read in its documentation' },
  cockroach: { not: 'there is no CockroachDB to be had; read in its documentation' },
  ceph: { not: 'read in its documentation' },
  etcdctl: { not: 'read in its documentation' },
  openstack: { not: 'there is no OpenStack to be had' },
  tofu: { not: 'against a stand-in of OpenStack’s provider only' },
  ...Object.fromEntries(
    'birdc chronyc conntrack crictl dig dmesg du echo ethtool iotop ip journalctl kubeadm ls lsof mtr named-checkconf nc ps smartctl systemctl tcpdump'
      .split(' ')
      .map((program) => [program, { not: 'looks at a host or a network as its manual says' }]),
  ),
};

const VERBS = /^(ALTER|CANCEL|SELECT|SET|SHOW)\b/;
/** Through which hosts a command is run: what counts is what runs there. */
const PREFIX = /^ssh (-F ssh_config )?(\{\{\s*\$?[\w.]+\s*\}\}|<\w+>)\s+/;

/** The key of a command in {@link TRIED}; undefined for words in backquotes that are no command. */
export function programOf(command: string): string | undefined {
  // A query of Prometheus, or the beginning of a command only.
  if (/^\w+\{/.test(command) || command === 'ssh -F ssh_config') return undefined;
  const bare = command.replace(PREFIX, '');
  if (bare.startsWith('SHOW POOLS') || bare.startsWith('SHOW SERVERS')) return 'SHOW POOLS';
  if (VERBS.test(bare)) return 'SQL';
  const [first = '', second] = bare.split(' ');
  // A program is named alone where any use of it is meant; a word alone is a setting, a file or a flow.
  return second === undefined && !['fredu-drain', 'fredu-undrain'].includes(first) ? undefined : first;
}

/** Commands in the steps of an alert. */
export const commandsOf = (steps: string[]): string[] =>
  steps
    .flatMap((step) => [...step.matchAll(/`([^`]+)`/g)].map(([, command]) => command!))
    .filter((command) => programOf(command) !== undefined);

/** What a page says of its commands. */
export function triedOf(steps: string[]): string[] {
  const programs = [...new Set(commandsOf(steps).map((command) => programOf(command)!))].sort();
  const line = (program: string): string => {
    const tried = TRIED[program];
    if (!tried) return '';
    return 'where' in tried
      ? `- \`${program}\`: ${tried.where}.`
      : `- \`${program}\`: not tried; ${tried.not}.`;
  };
  const lines = programs.map(line).filter(Boolean);
  return lines.length > 0 ? ['## What of this was tried', '', ...lines, ''] : [];
}
