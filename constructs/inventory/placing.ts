/** What a host needs to have, do and be asked when one of its files is put there. */
export interface Placing {
  /** Paths below the root of the host. */
  matches: RegExp;
  /** Debian packages without which the file means nothing. */
  packages?: string[];
  /** The program that must accept the new file before it replaces the old one; `%s` is the new file. */
  validate?: string;
  /** Handlers, by name; they run in the order of `handlers.ts`. */
  notify?: Handler[];
  /** Units that are started now and at every start of the host. */
  units?: string[];
  /** Put there before everything else, for it makes users and folders that others need. */
  first?: boolean;
  program?: boolean;
}

/** Handlers in the order in which they run. A drain stands before what might interrupt somebody. */
export const HANDLERS = [
  'Make the users',
  'Make the folders',
  'Load the modules',
  'Set the kernel',
  'Read the units',
  'Reload the networks',
  'See that the other edges serve',
  'Drain the edge',
  'Reload nftables',
  'Reload sshd',
  'Restart chrony',
  'Restart the journal',
  'Reload logind',
  'Restart the timer of updates',
  'Restart the node exporter',
  'Reload bird',
  'Restart the timer of announcements',
  'Restart the timer of time sources',
  'Reload HAProxy',
  'Reload keepalived',
  'Restart the timer of etcd snapshots',
  'Reload the certificates of the database',
  'Restart the database',
] as const;
export type Handler = (typeof HANDLERS)[number];

/** Before anything that somebody may feel: nobody drains the last edge. */
export const DRAINED: Handler[] = ['See that the other edges serve', 'Drain the edge'];

/**
 * Every file that is generated for a host matches exactly one of these.
 * @see https://docs.ansible.com/ansible/2.14/collections/ansible/builtin/copy_module.html#parameter-validate
 */
export const PLACINGS: readonly Placing[] = [
  { matches: /^etc\/sysusers\.d\//, notify: ['Make the users'], first: true },
  { matches: /^etc\/tmpfiles\.d\//, notify: ['Make the folders'], first: true },
  { matches: /^usr\/local\/(sbin|bin|libexec)\//, validate: 'sh -n %s', program: true },
  { matches: /^etc\/modules-load\.d\//, notify: ['Load the modules'], first: true },
  { matches: /^etc\/sysctl\.d\//, packages: ['procps'], notify: ['Set the kernel'] },
  {
    matches: /^etc\/systemd\/network\//,
    notify: ['Reload the networks'],
    units: ['systemd-networkd.service'],
  },
  {
    matches: /^etc\/nftables\.conf$/,
    packages: ['nftables'],
    validate: 'nft -c -f %s',
    // In one transaction; connections that are open stay so.
    notify: ['Reload nftables'],
    units: ['nftables.service'],
  },
  { matches: /^etc\/nftables\//, packages: ['nftables'], notify: ['Reload nftables'] },
  // The drop-in names keys that must be there before sshd reads it.
  { matches: /^etc\/ssh\/authorized_keys\.d\//, packages: ['openssh-server'] },
  {
    matches: /^etc\/ssh\/sshd_config\.d\//,
    packages: ['openssh-server'],
    validate: 'sshd -t -f %s',
    notify: ['Reload sshd'],
    units: ['ssh.service'],
  },
  {
    matches: /^etc\/chrony\/chrony\.conf$/,
    packages: ['chrony'],
    validate: 'chronyd -p -f %s',
    // chrony reads its settings at the start only; the kernel keeps the clock meanwhile.
    notify: ['Restart chrony'],
    // A database node waits for time-sync.target, which means nothing without the second.
    units: ['chrony.service', 'chrony-wait.service'],
  },
  { matches: /^etc\/chrony\/sources\.d\//, packages: ['chrony'], notify: ['Restart chrony'] },
  { matches: /^etc\/systemd\/journald\.conf\.d\//, notify: ['Restart the journal'] },
  { matches: /^etc\/systemd\/logind\.conf\.d\//, notify: ['Reload logind'] },
  {
    matches: /^etc\/apt\/apt\.conf\.d\//,
    packages: ['unattended-upgrades'],
    validate: 'apt-config -c %s dump',
  },
  {
    matches: /^etc\/systemd\/system\/apt-daily-upgrade\.timer\.d\//,
    notify: ['Read the units', 'Restart the timer of updates'],
    units: ['apt-daily.timer', 'apt-daily-upgrade.timer'],
  },
  { matches: /^etc\/systemd\/system\/apt-daily-upgrade\.service\.d\//, notify: ['Read the units'] },
  {
    matches: /^etc\/default\/prometheus-node-exporter$/,
    packages: ['prometheus-node-exporter'],
    notify: ['Restart the node exporter'],
    units: ['prometheus-node-exporter.service'],
  },
  {
    matches: /^etc\/systemd\/system\/prometheus-node-exporter\.service\.d\//,
    notify: ['Read the units', 'Restart the node exporter'],
  },
  {
    matches: /^etc\/bird\/bird\.conf$/,
    packages: ['bird2'],
    validate: 'bird -p -c %s',
    notify: [...DRAINED, 'Reload bird'],
    units: ['bird.service'],
  },
  {
    matches: /^etc\/systemd\/system\/(bird|chrony|haproxy|keepalived)\.service\.d\//,
    notify: ['Read the units'],
  },
  { matches: /^etc\/systemd\/system\/fredu-announcements\.service$/, notify: ['Read the units'] },
  {
    matches: /^etc\/systemd\/system\/fredu-announcements\.timer$/,
    notify: ['Read the units', 'Restart the timer of announcements'],
    units: ['fredu-announcements.timer'],
  },
  { matches: /^etc\/systemd\/system\/fredu-time-sources\.service$/, notify: ['Read the units'] },
  {
    matches: /^etc\/systemd\/system\/fredu-time-sources\.timer$/,
    notify: ['Read the units', 'Restart the timer of time sources'],
    units: ['fredu-time-sources.timer'],
  },
  {
    matches: /^etc\/haproxy\/haproxy\.cfg$/,
    packages: ['haproxy'],
    // Without -dW a warning, such as a missing time-out, would pass.
    validate: 'haproxy -c -dW -f %s',
    notify: [...DRAINED, 'Reload HAProxy'],
    units: ['haproxy.service'],
  },
  {
    matches: /^etc\/keepalived\/keepalived\.conf$/,
    packages: ['keepalived', 'curl'],
    // Where scripts run as a user of their own, release 2.2.7 takes its parent for dead after the test and ends itself by a
    // signal; as the first process of its own it has no parent that it could miss.
    validate: 'unshare --pid --fork keepalived -t -f %s',
    notify: [...DRAINED, 'Reload keepalived'],
    units: ['keepalived.service'],
  },
  { matches: /^etc\/fredu\/etcd-backup\.rclone\.conf$/, packages: ['rclone', 'ca-certificates'] },
  { matches: /^etc\/systemd\/system\/fredu-etcd-backup\.service$/, notify: ['Read the units'] },
  {
    matches: /^etc\/systemd\/system\/fredu-etcd-backup\.timer$/,
    notify: ['Read the units', 'Restart the timer of etcd snapshots'],
    units: ['fredu-etcd-backup.timer'],
  },
  { matches: /^etc\/systemd\/system\/cockroachdb-format\.service$/, notify: ['Read the units'] },
  {
    matches: /^etc\/systemd\/system\/var-lib-cockroachdb\.mount$/,
    notify: ['Read the units'],
    units: ['var-lib-cockroachdb.mount'],
  },
  {
    matches: /^etc\/systemd\/system\/cockroachdb\.service$/,
    // A node reads its flags at the start only; stopping it is a drain.
    notify: ['Read the units', 'Restart the database'],
    units: ['cockroachdb.service'],
  },
];

/** The rows that are about a file; a test holds every file of ours to exactly one. */
export const rowsFor = (path: string): Placing[] => PLACINGS.filter((row) => row.matches.test(path));

/** How a file is put on its host: what no row is about is put there as it is. */
export const placing = (path: string): Placing => rowsFor(path)[0] ?? { matches: /^/ };
