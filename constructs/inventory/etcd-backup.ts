import { dirname } from 'node:path/posix';
import type { TextFile } from '#constructs/text-file.ts';
import { TEXTFILES } from '../hosts/node-exporter.ts';
import { HARDENED, sections, unit } from '../hosts/systemd.ts';

/** The bucket of the object store that takes etcd snapshots. */
export const ETCD_BUCKET = 'etcd';
/** How rclone reaches that bucket: one remote named `backup`, without its keys. */
const ETCD_BACKUP_REMOTE = '/etc/fredu/etcd-backup.rclone.conf';
/** AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the user `backup`, put on the host at deploy time. */
export const ETCD_BACKUP_CREDENTIALS = '/etc/fredu/etcd-backup.env';
/** Snapshots on the host itself: `<host>-<time>.db`, the newest a week of them. */
export const ETCD_SNAPSHOTS = '/var/backups/etcd';
/** When the newest snapshot was made and, where there is an object store, copied there. */
const ETCD_BACKUP_SERIES = 'fredu_etcd_backup_success_seconds';

/** The object store that takes writes. */
interface Store {
  /** `https://s3.…`, without a slash at its end. */
  endpoint: string;
  realm: string;
}
export interface EtcdBackupProps {
  /** Of the site, under which its snapshots are kept. */
  code: string;
  /** Which of the hosts of the control plane it is, from 0. */
  turn: number;
  /** Where snapshots are copied. @default nowhere: they stay on their hosts */
  store?: Store;
}

/**
 * A snapshot of etcd every six hours on each control-plane host, kept for a week there and copied to the object store that takes
 * writes, whose zones copy it to every other site. Without an object store snapshots stay on their hosts: a site that loses
 * all of them has none.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/recovery/ (snapshot, status, restore)
 */
export function etcdBackup({ code, turn, store }: EtcdBackupProps): TextFile[] {
  return [
    ['usr/local/sbin/fredu-etcd-backup', script(code, store !== undefined)],
    ['etc/tmpfiles.d/fredu-etcd-backup.conf', folders()],
    ['etc/systemd/system/fredu-etcd-backup.service', service(store !== undefined)],
    ['etc/systemd/system/fredu-etcd-backup.timer', timer(turn)],
    ...(store ? [[ETCD_BACKUP_REMOTE.slice(1), remote(store)] satisfies TextFile] : []),
  ];
}

/**
 * Old snapshots are removed before the copy is made, for a store that does not answer must not fill the disk under etcd; and after
 * the new one is there, so that a silent etcd leaves the last ones.
 */
const script = (code: string, copied: boolean): string => `#!/bin/sh
# Takes a snapshot, proves that it can be read, forgets what is older than a week${copied ? ', copies it away' : ''}.
set -eu
umask 077
directory=${ETCD_SNAPSHOTS}
series=${TEXTFILES}
rm -f "$directory"/*.part
file="$directory/$(hostname)-$(date -u +%Y%m%dT%H%M%SZ).db"
# Kubespray's own file says where etcd is and who may ask: ETCDCTL_ENDPOINTS, _CACERT, _CERT, _KEY. An option that stands there
# and on the command line ends etcdctl.
set -a
. /etc/etcd.env
set +a
# A silent etcd is known at once; a snapshot would be waited for.
etcdctl endpoint health
etcdctl snapshot save "$file.part"
etcdutl snapshot status "$file.part" >/dev/null
mv "$file.part" "$file"
find "$directory" -name '*.db' -mtime +6 -delete
${
  copied
    ? `rclone --config ${ETCD_BACKUP_REMOTE} --contimeout 10s --low-level-retries 3 copyto "$file" "backup:${ETCD_BUCKET}/${code}/$(basename "$file")"\n`
    : ''
}echo "${ETCD_BACKUP_SERIES} $(date +%s)" >"$series/etcd-backup.prom.new"
chmod 0644 "$series/etcd-backup.prom.new"
mv "$series/etcd-backup.prom.new" "$series/etcd-backup.prom"
`;

const service = (copied: boolean): string =>
  unit('A snapshot of etcd.', {
    Unit: {
      Description: 'Snapshot of etcd',
      After: 'etcd.service network-online.target',
      Wants: 'network-online.target',
      ConditionPathExists: '/etc/etcd.env',
    },
    Service: {
      Type: 'oneshot',
      ExecStart: '/usr/local/sbin/fredu-etcd-backup',
      // No key is to be had from the machine below either.
      ...(copied
        ? {
            EnvironmentFile: `-${ETCD_BACKUP_CREDENTIALS}`,
            Environment: 'AWS_EC2_METADATA_DISABLED=true',
          }
        : {}),
      Nice: 10,
      IOSchedulingClass: 'idle',
      TimeoutStartSec: '15min',
      ...HARDENED,
      // The certificates are etcd's: root reads them as a file's owner would, and may do nothing else.
      CapabilityBoundingSet: 'CAP_DAC_READ_SEARCH',
      PrivateUsers: 'no',
      ReadWritePaths: `${ETCD_SNAPSHOTS} ${TEXTFILES}`,
      RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX',
    },
  });

/** The exporter of the cluster runs as nobody and must get as far as the series. */
const folders =
  (): string => `# Snapshots of etcd, which hold every secret of the cluster, and the series that says when the last one was made.
d ${ETCD_SNAPSHOTS} 0700 root root -
d ${dirname(TEXTFILES)} 0755 root root -
d ${TEXTFILES} 0755 root root -
`;

const timer = (turn: number): string =>
  unit('A snapshot every six hours, each host at a time of its own.', {
    Unit: { Description: 'Snapshot of etcd every six hours' },
    Timer: { OnCalendar: `*-*-* 00/6:${String(turn * 10).padStart(2, '0')}:00`, Persistent: 'true' },
    Install: { WantedBy: 'timers.target' },
  });

/**
 * Ceph has no regions, and answers to whatever is said. The bucket is made with the store: who may write to it need not make any.
 * @see https://rclone.org/s3/#ceph
 */
const remote = ({ endpoint, realm }: Store): string =>
  `# Where snapshots of etcd go. The keys come from the environment: ${ETCD_BACKUP_CREDENTIALS}.\n${sections({
    backup: {
      type: 's3',
      provider: 'Ceph',
      env_auth: 'true',
      endpoint,
      region: realm,
      no_check_bucket: 'true',
    },
  })}`;
