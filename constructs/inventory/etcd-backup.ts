/** The bucket of a site's object store that takes etcd snapshots. */
export const ETCD_BUCKET = 'etcd';
/** Credentials for it, put on the host at deploy time: an rclone configuration with one remote named `backup`. */
export const ETCD_BACKUP_CREDENTIALS = '/etc/fredu/etcd-backup.rclone.conf';

/**
 * A snapshot of etcd every six hours on each control-plane host, kept for a week locally and copied to the object store
 * of another site, so that it outlives the site it describes.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/recovery/ (snapshot, status, restore)
 */
export function etcdBackup({ site, index }: { site: string; index: number }): [path: string, text: string][] {
  const script = `#!/bin/sh
# Takes a snapshot, proves that it can be read, copies it away, forgets what is older than a week.
set -eu
umask 077
directory=/var/backups/etcd
mkdir -p "$directory"
file="$directory/$(hostname)-$(date -u +%Y%m%dT%H%M%SZ).db"
set -a
. /etc/etcd.env
set +a
export ETCDCTL_CACERT="$ETCD_TRUSTED_CA_FILE" ETCDCTL_CERT="$ETCD_CERT_FILE" ETCDCTL_KEY="$ETCD_KEY_FILE"
etcdctl --endpoints=https://127.0.0.1:2379 snapshot save "$file.part"
etcdutl snapshot status "$file.part" >/dev/null
mv "$file.part" "$file"
rclone --config ${ETCD_BACKUP_CREDENTIALS} copyto "$file" "backup:${ETCD_BUCKET}/${site}/$(basename "$file")"
find "$directory" -name '*.db' -mtime +7 -delete
series=/var/lib/prometheus/node-exporter
mkdir -p "$series"
chmod 0755 "$series"
echo "fredu_etcd_backup_success_seconds $(date +%s)" >"$series/etcd-backup.prom.new"
chmod 0644 "$series/etcd-backup.prom.new"
mv "$series/etcd-backup.prom.new" "$series/etcd-backup.prom"
`;
  const service = `[Unit]
Description=Snapshot of etcd to the object store
After=etcd.service network-online.target
Wants=network-online.target
ConditionPathExists=/etc/etcd.env

[Service]
Type=oneshot
ExecStartPre=+/bin/mkdir -p /var/lib/prometheus/node-exporter
ExecStart=/usr/local/sbin/fredu-etcd-backup
Nice=10
IOSchedulingClass=idle
TimeoutStartSec=15min
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=yes
ReadWritePaths=/var/backups -/var/lib/prometheus
NoNewPrivileges=yes
`;
  const timer = `[Unit]
Description=Snapshot of etcd every six hours

[Timer]
OnCalendar=*-*-* 00/6:${String(index * 10).padStart(2, '0')}:00
Persistent=true

[Install]
WantedBy=timers.target
`;
  return [
    ['usr/local/sbin/fredu-etcd-backup', script],
    ['etc/systemd/system/fredu-etcd-backup.service', service],
    ['etc/systemd/system/fredu-etcd-backup.timer', timer],
  ];
}
