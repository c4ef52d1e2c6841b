import { HOST_CERTIFICATES, nodeFlags } from '#constructs/cockroachdb-node.ts';
import { gracePeriodSeconds } from '#constructs/drain.ts';
import { unitArgument, unitOfPath, unitValue } from '#constructs/quote.ts';
import type { TextFile } from '#constructs/text-file.ts';
import type { Host } from '#sites/model.ts';
import type { DatabaseSite } from '#sites/site-kinds.ts';
import { HARDENED, restarted, unit } from '../systemd.ts';
import { databaseBalancer } from './database-balancer.ts';

/** Where the release puts the program; its version is the one of the image `cockroachdb`. */
export const COCKROACH_PROGRAM = '/usr/local/bin/cockroach';
const DATA = '/var/lib/cockroachdb';
const USER = 'cockroach';

export interface DatabaseHostProps {
  site: DatabaseSite;
  host: Host;
  /** Whom the node dials first, as `joinList` has it. */
  join: readonly string[];
  /** Whether there is an object store for backups, whose keys the node needs. */
  hasBackups: boolean;
}

/** A database node on a host without Kubernetes: its unit, its disk, and the balancer before its site. */
export function databaseHostFiles(props: DatabaseHostProps): TextFile[] {
  const { site } = props;
  const { device } = site.database.volume;
  return [
    ['etc/systemd/system/cockroachdb.service', service(props)],
    ['etc/systemd/system/cockroachdb-format.service', format(device)],
    ['etc/systemd/system/var-lib-cockroachdb.mount', mount(device)],
    ['etc/sysusers.d/cockroachdb.conf', sysusers()],
    ['etc/tmpfiles.d/cockroachdb.conf', tmpfiles()],
    ...kernelFiles(),
    ['etc/haproxy/haproxy.cfg', databaseBalancer({ site })],
    restarted('haproxy'),
  ];
}

/**
 * What a node asks of the kernel of its host, a worker included.
 * @see https://www.cockroachlabs.com/docs/v26.2/recommended-production-settings
 */
export const kernelFiles = (): TextFile[] => [
  [
    'etc/tmpfiles.d/huge-pages.conf',
    '# Huge pages only where a program asks for them: otherwise memory is used up in pieces of 2 MiB.\nw /sys/kernel/mm/transparent_hugepage/enabled - - - - madvise\n',
  ],
  [
    'etc/sysctl.d/60-cockroachdb.conf',
    '# A node that waits for swap misses its heartbeats and loses its leases.\nvm.swappiness = 0\n',
  ],
];

/** @see https://www.cockroachlabs.com/docs/v26.2/deploy-cockroachdb-on-premises */
function service({ site, host, join, hasBackups }: DatabaseHostProps): string {
  const flags = nodeFlags({ site, host, join, store: DATA, certificates: HOST_CERTIFICATES });
  return unit(`The database node ${host.name}.`, {
    Unit: {
      Description: 'CockroachDB node',
      Documentation: 'https://www.cockroachlabs.com/docs/',
      // A node that starts before its clock is right stops itself.
      Wants: 'network-online.target time-sync.target',
      After: 'network-online.target time-sync.target',
      // Without its disk it would fill the system's.
      RequiresMountsFor: DATA,
      StartLimitIntervalSec: 0,
    },
    Service: {
      Type: 'notify',
      User: USER,
      Group: USER,
      ExecStart: [COCKROACH_PROGRAM, 'start', ...flags].join(' \\\n  '),
      // Reads new certificates without a restart.
      ExecReload: '/bin/kill -HUP $MAINPID',
      // Keys of the backup bucket, where the deploy put them.
      ...(hasBackups ? { EnvironmentFile: '-/etc/cockroachdb/backup.env' } : {}),
      WorkingDirectory: DATA,
      StateDirectory: 'cockroachdb',
      StateDirectoryMode: '0700',
      Restart: 'always',
      RestartSec: 10,
      TimeoutStartSec: 600,
      // The whole drain: settings.sql says how long each step may take.
      TimeoutStopSec: gracePeriodSeconds,
      KillMode: 'mixed',
      // At least 15,000 are asked for; running out stops the node.
      LimitNOFILE: 524288,
      MemorySwapMax: 0,
      OOMScoreAdjust: -500,
      ...HARDENED,
      // Netlink lists the host's own addresses.
      RestrictAddressFamilies: 'AF_INET AF_INET6 AF_NETLINK AF_UNIX',
    },
    Install: { WantedBy: 'multi-user.target' },
  });
}

/** Makes the file system on an empty disk, once: the program refuses a disk that holds anything. */
function format(device: string): string {
  return unit('Makes the file system of the database on an empty disk, and leaves any other as it is.', {
    Unit: {
      Description: 'File system of CockroachDB',
      DefaultDependencies: 'no',
      BindsTo: `${unitOfPath(device)}.device`,
      After: `${unitOfPath(device)}.device`,
      Before: 'var-lib-cockroachdb.mount',
    },
    Service: {
      Type: 'oneshot',
      RemainAfterExit: 'yes',
      ExecStart: `/lib/systemd/systemd-makefs ext4 ${unitArgument(device)}`,
      TimeoutSec: 0,
      ...HARDENED,
      PrivateDevices: 'no',
      // A user of its own map could not open the disk, and a place for temporary files comes after all file systems.
      PrivateUsers: 'no',
      PrivateTmp: 'no',
      PrivateNetwork: 'yes',
      RestrictAddressFamilies: 'AF_UNIX AF_NETLINK',
    },
  });
}

function mount(device: string): string {
  return unit('The disk of the database.', {
    Unit: {
      Description: 'Data of CockroachDB',
      Requires: 'cockroachdb-format.service',
      After: 'cockroachdb-format.service',
    },
    Mount: {
      What: unitValue(device),
      Where: DATA,
      Type: 'ext4',
      Options: 'noatime,nodev,nosuid,noexec',
    },
    Install: { WantedBy: 'multi-user.target' },
  });
}

const sysusers = (): string =>
  `# Owner of the database's data; nobody signs in as it.\nu ${USER} - "CockroachDB" ${DATA}\n`;

const tmpfiles = (): string =>
  [
    '# Certificates of the node: read by it alone.',
    'd /etc/cockroachdb 0755 root root -',
    `d ${HOST_CERTIFICATES} 0700 ${USER} ${USER} -`,
    '',
  ].join('\n');
