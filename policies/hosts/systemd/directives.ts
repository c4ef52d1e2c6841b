/**
 * Words of systemd that files on hosts may use, by kind of file and section, each with the form of its values. systemd warns of a word that
 * it does not know and starts the unit without it, so that a setting with a slip in it is one that nobody made.
 * @see https://www.freedesktop.org/software/systemd/man/252/systemd.directives.html (Debian 12)
 */
export const DIRECTIVES: Record<string, Record<string, Record<string, RegExp>>> = {};

const YES = /^(yes|no|true|false|on|off|1|0)$/;
const SPAN = /^(infinity|(\d+ ?(us|ms|s|sec|m|min|h|d|w|month|months)?\s*)+)$/;
const COUNT = /^-?\d+$/;
const SIZE = /^\d+[KMGT]?$/;
const MODE = /^0?[0-7]{3,4}$/;
const TEXT = /\S/;
const UNITS =
  /^\S+\.(service|target|timer|mount|device|socket|path)( \S+\.(service|target|timer|mount|device|socket|path))*$/;
const FOLDERS = /^-?\/\S*( -?\/\S*)*$/;
const ACCOUNT = /^[a-z_][a-z0-9_-]*$/;
const COMMAND = /^[-@:+!]*\/\S+(\s.*)?$/;

const words = (names: string, form: RegExp): Record<string, RegExp> =>
  Object.fromEntries(names.split(' ').map((name) => [name, form]));

const UNIT = {
  ...words('Description', TEXT),
  ...words('Documentation', /^(https?|man|file|info):\S+/),
  ...words('Wants Requires Requisite BindsTo PartOf After Before Conflicts OnFailure', UNITS),
  ...words('RequiresMountsFor ConditionPathExists AssertPathExists', /^!?\/\S+$/),
  ...words('StartLimitIntervalSec', SPAN),
  ...words('StartLimitBurst', COUNT),
  ...words('DefaultDependencies', YES),
};
const INSTALL = words('WantedBy RequiredBy Also', UNITS);
const SERVICE = {
  ...words('Type', /^(simple|exec|forking|oneshot|dbus|notify|notify-reload|idle)$/),
  ...words('ExecStart ExecStartPre ExecStartPost ExecStop ExecStopPost ExecReload', COMMAND),
  ...words('User Group SupplementaryGroups', ACCOUNT),
  ...words('IPAddressAllow IPAddressDeny', /^(any|localhost|link-local|multicast|[\da-f.:]+(\/\d+)?)$/),
  ...words('WorkingDirectory', /^-?\/\S*$/),
  ...words('StateDirectory RuntimeDirectory LogsDirectory', /^[\w.-]+$/),
  ...words('StateDirectoryMode RuntimeDirectoryMode UMask', MODE),
  ...words('EnvironmentFile', /^-?\/\S+$/),
  ...words('Environment', /^[A-Z_][A-Z0-9_]*=\S*$/),
  ...words('Restart', /^(no|always|on-success|on-failure|on-abnormal|on-abort|on-watchdog)$/),
  ...words('RestartSec TimeoutSec TimeoutStartSec TimeoutStopSec WatchdogSec', SPAN),
  ...words('KillMode', /^(control-group|mixed|process|none)$/),
  ...words('Nice OOMScoreAdjust LimitNOFILE', COUNT),
  ...words('IOSchedulingClass', /^(none|realtime|best-effort|idle)$/),
  ...words('MemoryMax MemoryHigh MemorySwapMax', SIZE),
  ...words('ReadWritePaths ReadOnlyPaths InaccessiblePaths', FOLDERS),
  ...words('CapabilityBoundingSet AmbientCapabilities', /^~?(CAP_[A-Z_]+( CAP_[A-Z_]+)*)?$/),
  ...words(
    'RemainAfterExit DynamicUser NoNewPrivileges PrivateTmp PrivateDevices PrivateUsers PrivateMounts PrivateNetwork ProtectClock ProtectHostname ProtectControlGroups ProtectKernelLogs ProtectKernelModules ProtectKernelTunables RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality MemoryDenyWriteExecute RemoveIPC',
    YES,
  ),
  ...words('ProtectSystem', /^(yes|no|full|strict)$/),
  ...words('ProtectHome', /^(yes|no|read-only|tmpfs)$/),
  ...words('ProtectProc', /^(noaccess|invisible|ptraceable|default)$/),
  ...words('SystemCallArchitectures', /^native$/),
  ...words(
    'SystemCallFilter',
    /^~?(@(aio|basic-io|chown|clock|cpu-emulation|debug|file-system|io-event|ipc|keyring|memlock|module|mount|network-io|obsolete|pkey|privileged|process|raw-io|reboot|resources|sandbox|setuid|signal|swap|sync|system-service|timer|known)\s?|[a-z0-9_]+\s?)+$/,
  ),
  ...words('SystemCallErrorNumber', /^E[A-Z]+$/),
  ...words('RestrictAddressFamilies', /^~?(none|AF_[A-Z0-9]+( AF_[A-Z0-9]+)*)$/),
};

Object.assign(DIRECTIVES, {
  service: { Unit: UNIT, Service: SERVICE, Install: INSTALL },
  timer: {
    Unit: UNIT,
    Timer: {
      ...words('OnBootSec OnUnitActiveSec OnStartupSec OnActiveSec AccuracySec RandomizedDelaySec', SPAN),
      ...words(
        'OnCalendar',
        /^((\w{3}(,\w{3})*|\w{3}\.\.\w{3}) )?[\d*/,-]+-[\d*/,-]+-[\d*/,-]+ [\d*/,]+:[\d*/,]+(:[\d*/,]+)?$/,
      ),
      ...words('Persistent', YES),
      ...words('Unit', UNITS),
    },
    Install: INSTALL,
  },
  mount: {
    Unit: UNIT,
    Mount: {
      ...words('What Where', /^\/\S+$/),
      ...words('Type', /^(ext4|xfs)$/),
      ...words('Options', /^[a-z]+(,[a-z]+)*$/),
    },
    Install: INSTALL,
  },
  network: {
    Match: words('Name', /^[\w.-]+$/),
    Network: {
      ...words('DHCP IPv6AcceptRA LLMNR MulticastDNS', YES),
      ...words('LinkLocalAddressing', /^(ipv4|ipv6|yes|no)$/),
      ...words('KeepConfiguration', /^(yes|no|static|dhcp-on-stop|dhcp)$/),
      ...words('Address', /^[0-9a-f.:]+\/\d+$/),
      ...words('Gateway', /^[0-9a-f.:]+$/),
      ...words('VLAN', /^[\w.-]+$/),
    },
  },
  netdev: {
    NetDev: { ...words('Name', /^[\w.-]+$/), ...words('Kind', /^vlan$/) },
    VLAN: words('Id', /^\d{1,4}$/),
  },
  journald: {
    Journal: {
      ...words('Storage', /^(volatile|persistent|auto|none)$/),
      ...words('Compress ForwardToSyslog', YES),
      ...words('SystemMaxUse SystemKeepFree RuntimeMaxUse', SIZE),
      ...words('MaxRetentionSec', /^\d+(day|week|month|year)$/),
      ...words('RateLimitIntervalSec', SPAN),
      ...words('RateLimitBurst', COUNT),
    },
  },
  logind: { Login: words('InhibitDelayMaxSec', SPAN) },
});

/** Lists that begin again with an empty line, and that are empty where nothing is let in. */
export const MAY_BE_EMPTY =
  /^(OnCalendar|ExecStart|CapabilityBoundingSet|AmbientCapabilities|SystemCallFilter|ReadWritePaths)$/;

/** Units of Debian and of what is installed beside it that ours may wait for. @see `dpkg -L` of the packages, systemd.special(7) */
export const GIVEN_UNITS =
  /^((network-online|time-sync|multi-user|timers|sysinit|network|basic|local-fs|shutdown)\.target|(bird|chrony|conntrackd|etcd|haproxy|keepalived|nftables|ssh|kubelet|containerd|apt-daily-upgrade)\.service|apt-daily-upgrade\.timer|dev-\S+\.device)$/;
/** Users that packages make. */
export const GIVEN_USERS = new Set(['root', 'bird', 'prometheus', 'haproxy', '_chrony', 'nobody']);
/** Programs that packages, and the playbook of the database, put there. */
export const GIVEN_PROGRAMS =
  /^(\/usr\/local\/bin\/cockroach|\/bin\/(kill|mv)|\/usr\/bin\/install|\/usr\/bin\/kill|\/lib\/systemd\/systemd-makefs|\/usr\/lib\/systemd\/systemd-makefs)$/;
