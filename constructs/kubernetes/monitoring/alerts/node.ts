import { among, between, growing, type Rules } from '../rule.ts';

/** Every host: what fills, what fails, what drifts. */
export const node: Rules = ({ site }) => {
  const host = site.hosts[0]!.name;
  const on = `job="node",instance="${host}",site="${site.code}"`;
  const root = `${on},mountpoint="/",fstype="ext4"`;
  return {
    component: 'node',
    alerts: [
      {
        alert: 'NodeDown',
        expr: 'up{job="node"} == 0',
        for: '3m',
        severity: 'ticket',
        summary: 'Host {{ $labels.instance }} does not answer',
        impact: 'One host may be away; the next one of the same role may not.',
        steps: [
          'Is it alive? `ssh -F ssh_config {{host}} uptime`; its console otherwise.',
          'Was it its machine? Hosts that share one in sites/*.yaml go together.',
        ],
        ...between(`up{${on}}`, 0, 1, '5m'),
      },
      {
        alert: 'NodeDiskFilling',
        expr: 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes < 0.15 and predict_linear(node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}[6h], 24 * 3600) < 0',
        for: '30m',
        severity: 'ticket',
        summary: '{{ $labels.mountpoint }} of {{ $labels.instance }} will be full within a day',
        impact: 'Pods are evicted, logs stop, a database node ends itself.',
        steps: [
          'What grows? `du -xh --max-depth=2 / | sort -h | tail`',
          'Images: `crictl rmi --prune`. Logs: `journalctl --vacuum-size=500M`.',
        ],
        ...among(
          {
            [`node_filesystem_avail_bytes{${root}}`]: ['12000-10x600', '12000x600'],
            [`node_filesystem_size_bytes{${root}}`]: ['100000x600', '100000x600'],
          },
          '450m',
        ),
      },
      {
        alert: 'NodeDiskFull',
        expr: 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes < 0.05',
        for: '5m',
        severity: 'page',
        summary:
          '{{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} left',
        impact: 'Whatever writes there fails next.',
        steps: ['As NodeDiskFilling, now.'],
        ...among({
          [`node_filesystem_avail_bytes{${root}}`]: [3000, 30000],
          [`node_filesystem_size_bytes{${root}}`]: [100000, 100000],
        }),
      },
      {
        alert: 'NodeFilesystemReadOnly',
        expr: 'node_filesystem_readonly{fstype=~"ext4|xfs",mountpoint!~"/(boot|snap).*"} == 1',
        for: '2m',
        severity: 'page',
        summary: '{{ $labels.mountpoint }} of {{ $labels.instance }} cannot be written any more',
        impact: 'The kernel stopped trusting the disk; what runs there fails slowly.',
        steps: [
          'What happened? `dmesg --level=err,warn | tail -50`',
          'Drain the host, replace the disk, let it join again.',
        ],
        ...between(`node_filesystem_readonly{${root}}`, 1, 0, '5m'),
      },
      {
        alert: 'NodeMemoryLow',
        expr: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.05',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} has {{ $value | humanizePercentage }} of its memory left',
        impact: 'The kernel will end something, and it may choose the database.',
        steps: [
          'Who holds it? `ps --sort=-rss -eo rss,comm | head`',
          'A pod without a limit? The law workload-resources should have refused it.',
        ],
        ...among({
          [`node_memory_MemAvailable_bytes{${on}}`]: [3, 30],
          [`node_memory_MemTotal_bytes{${on}}`]: [100, 100],
        }),
      },
      {
        alert: 'NodeOutOfMemory',
        expr: 'increase(node_vmstat_oom_kill[10m]) > 0',
        severity: 'ticket',
        summary: 'The kernel of {{ $labels.instance }} ended a process for want of memory',
        impact: 'A service restarted in the middle of its work.',
        steps: [
          'Which? `dmesg | grep -i "killed process"`',
          'A pod at its own limit is its own affair (KubeContainerOutOfMemory); a whole host is too full.',
        ],
        fires: { series: [[`node_vmstat_oom_kill{${on}}`, '0x5 2x30']], at: '12m' },
        quiet: { series: [[`node_vmstat_oom_kill{${on}}`, '2x40']], at: '12m' },
      },
      {
        alert: 'NodeClockUnsynchronized',
        expr: 'min_over_time(node_timex_sync_status[10m]) == 0 and node_timex_maxerror_seconds >= 16',
        for: '10m',
        severity: 'ticket',
        summary: 'Nobody tells {{ $labels.instance }} what time it is',
        impact: 'A drifting clock stops a database node and breaks certificates and logs.',
        steps: [
          '`ssh {{host}} chronyc tracking` and `chronyc sources -v`',
          'Is NTP let out (flow `time`)? Are the servers of sites/platform.yaml alive?',
        ],
        ...among(
          { [`node_timex_sync_status{${on}}`]: [0, 1], [`node_timex_maxerror_seconds{${on}}`]: [16, 0.01] },
          '40m',
        ),
      },
      {
        alert: 'TimeSourceDown',
        expr: 'max by (source) (time_source_answers) == 0',
        for: '15m',
        severity: 'ticket',
        summary: 'The time server {{ $labels.source }} answers no host that is seen from here',
        impact:
          'The others keep the clocks. When one is left nobody can tell that it is wrong; when none is, clocks drift until the database stops.',
        steps: [
          'What does chrony say? `ssh -F ssh_config {{host}} chronyc -N sources -a`',
          'Does its name still lead somewhere, and is NTP let out (flow `time`)? Another server that answers: fewer, or another name under `time` in sites/platform.yaml.',
          'No news of any host: `systemctl status fredu-time-sources.timer`',
        ],
        ...between(`time_source_answers{${on},source="ntp.example"}`, 0, 1, '30m'),
        more: {
          fires: [],
          // One host that is cut off from a server is that host's trouble.
          quiet: [
            {
              series: [
                [`time_source_answers{${on},source="ntp.example"}`, '0x60'],
                ['time_source_answers{job="node",instance="another",source="ntp.example"}', '1x60'],
              ],
              at: '30m',
            },
          ],
        },
      },
      {
        alert: 'NodeClockOff',
        expr: 'abs(node_timex_offset_seconds) > 0.05',
        for: '10m',
        severity: 'ticket',
        summary: 'Clock of {{ $labels.instance }} is {{ $value }} s off',
        impact: 'The database tolerates 0.25 s and stops at 0.2 s.',
        steps: [
          '`chronyc sourcestats -v`: which server disagrees?',
          'A virtual machine that was moved: `chronyc makestep`.',
        ],
        ...between(`node_timex_offset_seconds{${on}}`, -0.1, 0.001),
      },
      {
        alert: 'NodeNetworkErrors',
        expr: 'rate(node_network_receive_errs_total{device!~"lo|cali.*|veth.*"}[5m]) > 10 or rate(node_network_transmit_errs_total{device!~"lo|cali.*|veth.*"}[5m]) > 10',
        for: '15m',
        severity: 'ticket',
        summary:
          '{{ $labels.device }} of {{ $labels.instance }} drops {{ $value | humanize }} packets a second',
        impact: 'Slow, then broken, connections.',
        steps: [
          'Cable, port or driver? `ethtool -S {{ $labels.device }} | grep -i err`',
          'Move the host to another port of the switch.',
        ],
        ...growing(`node_network_receive_errs_total{${on},device="eth0"}`, 6000, 6, '40m'),
      },
      {
        alert: 'NodeConnectionsTracked',
        expr: 'node_nf_conntrack_entries / node_nf_conntrack_entries_limit > 0.8',
        for: '5m',
        severity: 'page',
        summary:
          '{{ $labels.instance }} tracks {{ $value | humanizePercentage }} of the connections that it can',
        impact: 'At the limit the firewall drops new connections at random.',
        steps: [
          'A flood? `conntrack -S` and EdgeRefusingClients.',
          'Raise `net.netfilter.nf_conntrack_max` for the day; find who opens them: `conntrack -L | awk ...`',
        ],
        ...among({
          [`node_nf_conntrack_entries{${on}}`]: [90, 20],
          [`node_nf_conntrack_entries_limit{${on}}`]: [100, 100],
        }),
      },
      {
        alert: 'NodeFilesOpen',
        expr: 'node_filefd_allocated / node_filefd_maximum > 0.8',
        for: '15m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} has {{ $value | humanizePercentage }} of all file handles open',
        impact: 'At the limit nothing can open a file or a connection.',
        steps: ['Who holds them? `lsof -n | awk "{print \\$1}" | sort | uniq -c | sort -rn | head`'],
        ...among(
          { [`node_filefd_allocated{${on}}`]: [90, 20], [`node_filefd_maximum{${on}}`]: [100, 100] },
          '30m',
        ),
      },
      {
        alert: 'NodeHot',
        expr: 'node_hwmon_temp_celsius > 80',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} is {{ $value }} °C hot',
        impact: 'A Raspberry Pi slows itself from 80 °C; connections wait.',
        steps: ['Fan, dust, sun? Until mended, let the other edge carry: `fredu-drain`'],
        ...between(`node_hwmon_temp_celsius{${on},chip="cpu_thermal"}`, 85, 55, '30m'),
      },
      {
        alert: 'NodeUnitDown',
        expr: 'node_systemd_unit_state{state="active"} == 0',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.name }} does not run on {{ $labels.instance }}',
        impact:
          'Of an edge: its address, its announcement or its guard is missing; of the arbiter: a database node.',
        steps: [
          'Why did it stop? `ssh -F ssh_config {{host}} journalctl -u {{ $labels.name }} -n 100`',
          'Stopped on purpose? Then start it when the work is done: `systemctl start {{ $labels.name }}`',
        ],
        ...between(`node_systemd_unit_state{${on},name="bird.service",state="active"}`, 0, 1),
      },
      {
        alert: 'EtcdBackupOld',
        // The series begins with the first snapshot: without one it is the age of the cluster that counts.
        expr: `time() - max by (site) (fredu_etcd_backup_success_seconds) > 13 * 3600 or absent(fredu_etcd_backup_success_seconds{site="${site.code}"}) * on () group_left () (time() - min(kube_node_created)) > 13 * 3600`,
        for: '15m',
        severity: 'ticket',
        summary: 'No snapshot of etcd at {{ $labels.site }} for {{ $value | humanizeDuration }}',
        impact: 'A lost control plane would be rebuilt from that time, or from nothing.',
        steps: [
          '`ssh {{host}} systemctl status fredu-etcd-backup` and `journalctl -u fredu-etcd-backup -n 50`',
          'Is it the copy? Does the object store that takes writes answer, and are the keys in `/etc/fredu/etcd-backup.env` those of the user `backup`?',
          'Snapshots of a week are in `/var/backups/etcd` of each control-plane host all the same.',
        ],
        ...among({ [`fredu_etcd_backup_success_seconds{${on}}`]: ['-50000x60', '-1000x60'] }, '30m'),
        more: {
          fires: [{ series: [[`kube_node_created{node="${host}"}`, '-50000x60']], at: '30m' }],
          quiet: [{ series: [[`kube_node_created{node="${host}"}`, '-1000x60']], at: '30m' }],
        },
      },
    ],
  };
};
