/** Programs by the files that they read, and what makes one read them again. */
export const READERS: { file: RegExp; felt: RegExp; judged?: RegExp }[] = [
  { file: /^\/etc\/nftables\.conf$/, felt: /^nftables\.service /, judged: /^nft -c / },
  { file: /^\/etc\/ssh\/sshd_config\.d\//, felt: /^ssh\.service /, judged: /^sshd -t / },
  { file: /^\/etc\/haproxy\/haproxy\.cfg$/, felt: /^haproxy\.service /, judged: /^haproxy .*-c/ },
  { file: /^\/etc\/keepalived\/keepalived\.conf$/, felt: /^keepalived\.service / },
  { file: /^\/etc\/bird\//, felt: /^bird\.service /, judged: /^bird -p / },
  { file: /^\/etc\/chrony\//, felt: /^chrony\.service / },
  { file: /^\/etc\/systemd\/network\//, felt: /^systemd-networkd\.service / },
  { file: /^\/etc\/systemd\/journald/, felt: /^systemd-journald\.service / },
  { file: /^\/etc\/systemd\/logind/, felt: /systemd-logind\.service/ },
  { file: /^\/etc\/systemd\/system\//, felt: /^daemon_reload/ },
  { file: /^\/etc\/sysctl\.d\//, felt: /^sysctl / },
  { file: /^\/etc\/modules-load\.d\//, felt: /^systemd-modules-load\.service / },
  { file: /^\/etc\/sysusers\.d\//, felt: /^systemd-sysusers/ },
  { file: /^\/etc\/tmpfiles\.d\//, felt: /^systemd-tmpfiles / },
  { file: /^\/etc\/default\/prometheus-node-exporter$/, felt: /^prometheus-node-exporter\.service / },
  { file: /\/s?bin\/|\/libexec\//, felt: /(?:)/, judged: /^sh -n / },
];

/** Whatever may be started is: units of ours that say when, and daemons whose file is there. */
export const DAEMONS: [file: string, unit: string][] = [
  ['/etc/nftables.conf', 'nftables.service'],
  ['/etc/haproxy/haproxy.cfg', 'haproxy.service'],
  ['/etc/keepalived/keepalived.conf', 'keepalived.service'],
  ['/etc/bird/bird.conf', 'bird.service'],
  ['/etc/chrony/chrony.conf', 'chrony.service'],
  ['/etc/chrony/chrony.conf', 'chrony-wait.service'],
  ['/etc/systemd/network/', 'systemd-networkd.service'],
  ['/etc/default/prometheus-node-exporter', 'prometheus-node-exporter.service'],
];

/** Modules of Ansible that the tasks are written with. */
export const MODULES =
  /^ansible\.builtin\.(apt|assert|command|copy|fail|file|get_url|include_tasks|meta|set_fact|stat|systemd|unarchive|uri|wait_for|wait_for_connection|service_facts|shell|debug|import_tasks|slurp|user|group|pause|setup|reboot|find)$/;

/** Keys of a task beside its module. */
export const WORDS = new Set([
  'name',
  'notify',
  'when',
  'loop',
  'loop_control',
  'ignore_errors',
  'register',
  'until',
  'retries',
  'delay',
  'tags',
  'no_log',
  'diff',
  'vars',
  'changed_when',
  'failed_when',
  'check_mode',
  'become_user',
  'become',
  'block',
  'rescue',
  'always',
  'run_once',
  'delegate_to',
  'environment',
  'args',
  'listen',
]);

/** Folders that are there before us. @see the contents of Debian's packages */
export const GIVEN =
  /^\/(etc|etc\/(apt|chrony|default|haproxy|keepalived|bird|ssh|systemd)|usr\/local\/s?bin)$/;
