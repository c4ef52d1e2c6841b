import { findsEach } from '#scripts/testing/broken-trees.ts';
import { unitWords } from './unit-words.ts';

const node = 'do/hosts/do-node1/etc/systemd/system/cockroachdb.service';
const edge = 'sxb/hosts/sxb-edge1/etc/systemd';

findsEach(unitWords, [
  [node, '[Service]', '[Servicex]', /systemd knows no section \[Servicex\] in a service file/],
  [
    node,
    'TimeoutStopSec=150',
    'TimeoutStopsec=150',
    'cockroachdb.service: [Service] has TimeoutStopsec, which systemd passes over',
  ],
  [node, 'KillMode=mixed', 'KillMode=mixd', /KillMode is `mixd`, which is no value of it/],
  [
    node,
    'After=network-online.target',
    'After=network-onlinex.target',
    /names network-onlinex\.target, which is on no host/,
  ],
  [
    node,
    'ExecStart=/usr/local/bin/cockroach',
    'ExecStart=/usr/local/bin/cockroachx',
    /runs \/usr\/local\/bin\/cockroachx, which nothing installs/,
  ],
  [node, 'User=cockroach', 'User=roach', /User is roach, whom nothing makes/],
  [node, 'SystemCallFilter=@system-service', 'SystemCallFilter=@systemservice', /SystemCallFilter/],
  [
    `${edge}/system/fredu-announcements.timer`,
    'WantedBy=timers.target',
    'WantedBy=multi-user.target',
    /never starts/,
  ],
  [`${edge}/system/fredu-announcements.service`, /it starts a service that is not there/],
  [
    `${edge}/system/apt-daily-upgrade.service.d/fredu.conf`,
    'fredu-drain updates',
    'fredu-drian updates',
    /runs \/usr\/local\/sbin\/fredu-drian/,
  ],
  [`${edge}/network/10-eth0.network`, 'DHCP=no', 'DHPC=no', /\[Network\] has DHPC/],
  [
    `${edge}/journald.conf.d/10-fredu.conf`,
    'SystemMaxUse=256M',
    'SystemMaxUse=much',
    /SystemMaxUse is `much`/,
  ],
  [
    'sxb/hosts/sxb-cp1/etc/systemd/system/fredu-etcd-backup.service',
    'ReadWritePaths=/var/backups/etcd',
    'ReadWritePaths=/var/backup/etcd',
    /nothing makes it: the unit does not start/,
  ],
]);
