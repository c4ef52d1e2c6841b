import { nodeSize } from '#constructs/cockroachdb-node.ts';
import { databaseNodes, siteOf } from '#sites/questions.ts';
import { type Alert, among, between, type Rules } from '../rule.ts';

/**
 * The one database over all sites, seen from each site with a Prometheus. Thresholds are those of the vendor's list
 * where it has one.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/essential-alerts-self-hosted
 */
export const cockroachdb: Rules = ({ model }) => {
  const never = model.sites.filter((site) => site.database && !model.database.leases.includes(site));
  const preferred = model.database.leases[0]?.code ?? '';
  const sample = model.database.nodes[0]!;
  const up = (name: string, site: string, values: string): [string, string] => [
    `up{job="cockroachdb",instance="${name}",site="${site}"}`,
    values,
  ];
  const allUp = (down: (site: string, index: number) => boolean) =>
    model.sites.flatMap((site) =>
      databaseNodes(site).map((host, index) =>
        up(host.name, site.code, down(site.code, index) ? '0x30' : '1x30'),
      ),
    );
  const alerts: Alert[] = [
    {
      alert: 'CockroachdbNodeDown',
      expr: 'up{job="cockroachdb"} == 0',
      for: '5m',
      severity: 'ticket',
      summary: 'Database node {{ $labels.instance }} at {{ $labels.site }} does not answer',
      impact:
        'The other nodes serve; after five minutes its replicas are rebuilt inside the site. A second loss counts.',
      steps: [
        'Is the host up? `ssh {{host}} uptime`',
        'Why did it stop? `kubectl -n cockroachdb logs {{pod}} --previous`, or on a host without Kubernetes `ssh {{host}} journalctl -u cockroachdb -n 200`',
        'Bring it back before any other maintenance: one more loss at another site can cost ranges their quorum.',
      ],
      fires: { series: allUp((site, index) => site === sample.site && index === 0), at: '6m' },
      quiet: { series: [up(sample.name, sample.site, '1x3 0 0 1x20')], at: '10m' },
    },
    {
      alert: 'CockroachdbSiteDown',
      expr: 'site:cockroachdb_up:sum == 0',
      for: '1m',
      severity: 'page',
      summary: 'No database node of {{ $labels.site }} answers',
      impact:
        'The database serves from the other sites with no replica to spare: one more node can stop writes for some ranges.',
      steps: [
        'Is the whole site away or only its database? Look at the alerts of the same site and at `ssh -F ssh_config` to its bastion.',
        'Touch no node of the other sites until this one is back: cancel drains and upgrades.',
        'Where the site is the first choice for leases, watch them move: `SELECT * FROM crdb_internal.ranges_no_leases LIMIT 5` must answer.',
      ],
      fires: { series: allUp((site) => site === preferred), at: '3m' },
      quiet: { series: allUp((site, index) => site === preferred && index > 0), at: '10m' },
    },
    {
      alert: 'CockroachdbRangesUnavailable',
      expr: 'sum(ranges_unavailable{job="cockroachdb"}) > 0',
      for: '2m',
      severity: 'page',
      summary: '{{ $value }} ranges have no quorum',
      impact: 'Reads and writes of these ranges hang: parts of the app stand still.',
      steps: [
        'Which nodes are missing? `cockroach node status --ranges` on any node',
        'Start missing nodes: quorum returns with them and nothing is lost.',
        'Only when their disks are gone for good: `cockroach debug recover`, which may lose the newest writes.',
      ],
      fires: {
        series: [[`ranges_unavailable{job="cockroachdb",instance="${sample.name}"}`, '4x20']],
        at: '3m',
      },
      quiet: {
        series: [[`ranges_unavailable{job="cockroachdb",instance="${sample.name}"}`, '0x5 3 0x20']],
        at: '10m',
      },
    },
    {
      alert: 'CockroachdbRangesUnderReplicated',
      expr: 'sum(ranges_underreplicated{job="cockroachdb"}) > 0',
      for: '1h',
      severity: 'ticket',
      summary: '{{ $value }} ranges have had too few replicas for an hour',
      impact: 'They survive one failure less than promised.',
      steps: [
        'Is a node down or full? `cockroach node status --ranges --stats`',
        'Are the constraints satisfiable? `SHOW ALL ZONE CONFIGURATIONS` names the sites, and each must have nodes enough.',
      ],
      fires: { series: [['ranges_underreplicated{job="cockroachdb"}', '2x90']], at: '65m' },
      quiet: { series: [['ranges_underreplicated{job="cockroachdb"}', '9x30 0x60']], at: '65m' },
    },
    {
      alert: 'CockroachdbLeasesAway',
      expr: `site:cockroachdb_leases:ratio{site="${preferred}"} < 0.8 and on (site) site:cockroachdb_up:sum{site="${preferred}"} == ${databaseNodes(siteOf(model, preferred)).length}`,
      for: '30m',
      severity: 'ticket',
      summary: `Only {{ $value | humanizePercentage }} of the leases are at ${preferred}, which is first choice and well`,
      impact: 'Reads and writes of the app travel between sites; pages are slower.',
      steps: [
        'What do the ranges prefer? `SHOW ZONE CONFIGURATION FROM RANGE default`',
        `Does a node of ${preferred} refuse leases? A draining or overloaded one does: \`cockroach node status --decommission\``,
        'Apply the generated zone configuration again: `cockroach sql -f platform/sql/zones.sql`',
      ],
      fires: {
        series: [
          ...allUp(() => false),
          [`replicas_leaseholders{job="cockroachdb",site="${preferred}"}`, '50x60'],
          ['replicas_leaseholders{job="cockroachdb",site="elsewhere"}', '50x60'],
        ],
        at: '35m',
      },
      quiet: {
        series: [
          ...allUp((site, index) => site === preferred && index === 0),
          [`replicas_leaseholders{job="cockroachdb",site="${preferred}"}`, '50x60'],
          ['replicas_leaseholders{job="cockroachdb",site="elsewhere"}', '50x60'],
        ],
        at: '35m',
      },
    },
    ...never.map((site) => ({
      alert: 'CockroachdbLeasesOnArbiter',
      expr: `sum by (site) (replicas_leaseholders{job="cockroachdb",site="${site.code}"}) > 0`,
      for: '15m',
      severity: 'ticket' as const,
      labels: { arbiter: site.code },
      summary: `{{ $value }} leases rest on ${site.code}, which must never hold one`,
      impact: 'Every statement on these ranges crosses the country twice.',
      steps: [
        'Which ranges? `SHOW CLUSTER RANGES WITH DETAILS` and look at `lease_holder_locality`',
        'Apply the generated zone configuration again: `cockroach sql -f platform/sql/zones.sql`',
      ],
      fires: {
        series: [
          [`replicas_leaseholders{job="cockroachdb",site="${site.code}"}`, '7x30'] as [string, string],
        ],
        at: '20m',
      },
      quiet: {
        series: [
          [`replicas_leaseholders{job="cockroachdb",site="${site.code}"}`, '7x10 0x20'] as [string, string],
        ],
        at: '20m',
      },
    })),
    {
      alert: 'CockroachdbDiskFilling',
      expr: 'capacity_available{job="cockroachdb"} / capacity{job="cockroachdb"} < 0.3',
      for: '30m',
      severity: 'ticket',
      summary: 'Database volume of {{ $labels.instance }} is {{ $value | humanizePercentage }} free',
      impact: 'A full store stops its node; all nodes of a site fill alike.',
      steps: [
        'What takes the room? `SELECT * FROM crdb_internal.table_sizes ORDER BY size DESC LIMIT 10`, and failed backups keep old versions: `SHOW SCHEDULES`',
        'Enlarge `database.volume.size` in the site file and synthesize. In OpenStack `tofu apply` grows the volumes while they are in use; elsewhere grow the disk or logical volume of each host.',
        'Where nodes are pods, `kubectl apply -f dist/<site>/kubernetes/cluster/`: the volumes say their new size. The claims keep their small request, and no pod is stopped.',
        'Grow the file system, mounted as it is, one host after the other: `ssh {{host}} resize2fs <device>`, with `database.volume.device` of the site. The node sees the room at once.',
      ],
      fires: {
        series: [
          [`capacity_available{job="cockroachdb",instance="${sample.name}"}`, '20x60'],
          [`capacity{job="cockroachdb",instance="${sample.name}"}`, '100x60'],
        ],
        at: '35m',
      },
      quiet: {
        series: [
          [`capacity_available{job="cockroachdb",instance="${sample.name}"}`, '40x60'],
          [`capacity{job="cockroachdb",instance="${sample.name}"}`, '100x60'],
        ],
        at: '35m',
      },
    },
    {
      alert: 'CockroachdbClockOffset',
      expr: 'abs(clock_offset_meannanos{job="cockroachdb"}) > 100e6',
      for: '2m',
      severity: 'page',
      summary: 'Clock of {{ $labels.instance }} is {{ $value | humanize }} ns off',
      impact: 'At 80 % of --max-offset (200 of 250 ms) the node ends itself.',
      steps: [
        'Is time kept? `ssh {{host}} chronyc tracking` and `chronyc sources`',
        'A host that lost its sources: mend the path to NTP (flow `time`), then `chronyc makestep`.',
      ],
      fires: {
        series: [[`clock_offset_meannanos{job="cockroachdb",instance="${sample.name}"}`, '-150e6x10']],
        at: '4m',
      },
      quiet: {
        series: [[`clock_offset_meannanos{job="cockroachdb",instance="${sample.name}"}`, '20e6x10']],
        at: '4m',
      },
    },
    {
      alert: 'CockroachdbBackupOld',
      expr: 'time() - max(schedules_BACKUP_last_completed_time{job="cockroachdb"}) > 26 * 3600',
      for: '15m',
      severity: 'ticket',
      summary: 'The newest complete backup of the database is {{ $value | humanizeDuration }} old',
      impact:
        'A lost table could only be restored to that time, and protected old versions fill the disks meanwhile.',
      steps: [
        'What failed? `SHOW SCHEDULES` and `SHOW JOBS FOR SCHEDULES (SELECT id FROM [SHOW SCHEDULES])`',
        'Does the object store take writes? Look for alerts of component ceph; a zone that is read-only refuses backups.',
        'Run it now: `ALTER BACKUP SCHEDULE … EXECUTE IMMEDIATELY`',
      ],
      fires: {
        series: [['schedules_BACKUP_last_completed_time{job="cockroachdb"}', '-100000x60']],
        at: '30m',
      },
      quiet: {
        series: [['schedules_BACKUP_last_completed_time{job="cockroachdb"}', '-1000x60']],
        at: '30m',
      },
    },
    {
      alert: 'CockroachdbBackupFailed',
      expr: 'increase(schedules_BACKUP_failed{job="cockroachdb"}[1h]) > 0',
      severity: 'ticket',
      summary: 'A scheduled backup failed on {{ $labels.instance }}',
      impact: 'Recovery goes back further than promised until the next one succeeds.',
      steps: ['Why? `SHOW JOBS` with status failed names the error', 'Then as for CockroachdbBackupOld.'],
      fires: {
        series: [[`schedules_BACKUP_failed{job="cockroachdb",instance="${sample.name}"}`, '0x10 1x20']],
        at: '20m',
      },
      quiet: {
        series: [[`schedules_BACKUP_failed{job="cockroachdb",instance="${sample.name}"}`, '1x30']],
        at: '20m',
      },
    },
    {
      alert: 'CockroachdbLicenceMissing',
      // 0 is what a node without a licence says, and a lapsed one counts below it.
      // https://www.cockroachlabs.com/docs/v26.2/licensing-faqs#monitor-for-license-expiry
      expr: 'min(seconds_until_enterprise_license_expiry{job="cockroachdb"}) <= 0',
      for: '1h',
      severity: 'page',
      summary: 'The database has no licence that holds',
      impact: 'Seven days without one and the cluster takes five transactions at a time.',
      steps: [
        'What does it know? `SHOW CLUSTER SETTING enterprise.license`',
        'Put it into the Secret `cockroachdb-licence` and let the setup job run again, or set it: `SET CLUSTER SETTING enterprise.license`',
      ],
      ...between(
        `seconds_until_enterprise_license_expiry{job="cockroachdb",instance="${sample.name}"}`,
        0,
        9000000,
        '70m',
      ),
    },
    {
      alert: 'CockroachdbLicenceEnding',
      expr: '0 < min(seconds_until_enterprise_license_expiry{job="cockroachdb"}) < 21 * 86400',
      for: '1h',
      severity: 'ticket',
      summary: 'The database licence ends in {{ $value | humanizeDuration }}',
      impact: 'Seven days after its end the cluster takes five transactions at a time.',
      steps: [
        'Renew it and set it: `SET CLUSTER SETTING enterprise.license`; free licences are renewed every year.',
        'Does telemetry get out (flow `database-licence`)? Without it a free licence is throttled too.',
      ],
      ...between('seconds_until_enterprise_license_expiry{job="cockroachdb"}', 1000000, 9000000, '70m'),
    },
    {
      alert: 'CockroachdbOverloaded',
      expr: 'avg_over_time(admission_io_overload{job="cockroachdb"}[10m]) > 1 or avg_over_time(sys_cpu_combined_percent_normalized{job="cockroachdb"}[10m]) > 0.9',
      for: '10m',
      severity: 'ticket',
      summary: 'Database node {{ $labels.instance }} is overloaded',
      impact: 'Writes are held back; the app gets slow before it fails.',
      steps: [
        'What runs? `SHOW CLUSTER STATEMENTS`, and the SQL dashboard, sorted by latency',
        'Is the disk slow? Look at `storage_write_stalls` and the node dashboard of {{host}}.',
      ],
      fires: {
        series: [
          [`sys_cpu_combined_percent_normalized{job="cockroachdb",instance="${sample.name}"}`, '0.97x60'],
        ],
        at: '30m',
      },
      quiet: {
        series: [
          [`sys_cpu_combined_percent_normalized{job="cockroachdb",instance="${sample.name}"}`, '0.6x60'],
        ],
        at: '30m',
      },
    },
    {
      alert: 'CockroachdbDiskStalled',
      expr: 'increase(storage_write_stalls{job="cockroachdb"}[10m]) > 10 or increase(storage_disk_stalled{job="cockroachdb"}[10m]) > 0',
      severity: 'page',
      summary: 'Disk of {{ $labels.instance }} stalls writes',
      impact: 'Ranges led by this node hang with it until it ends itself.',
      steps: [
        'Is the disk failing? `ssh {{host}} dmesg --level=err,warn` and `smartctl -a` on the device',
        'Take the node out cleanly: drain it, replace the disk, let it join again.',
      ],
      fires: {
        series: [[`storage_disk_stalled{job="cockroachdb",instance="${sample.name}"}`, '0x5 2x20']],
        at: '10m',
      },
      quiet: {
        series: [[`storage_write_stalls{job="cockroachdb",instance="${sample.name}"}`, '0x5 3x20']],
        at: '10m',
      },
    },
    {
      alert: 'CockroachdbRestarting',
      expr: 'resets(sys_uptime{job="cockroachdb"}[30m]) > 2',
      severity: 'page',
      summary: 'Database node {{ $labels.instance }} restarted {{ $value }} times in 30 minutes',
      impact: 'Leases bounce; every restart costs the app a few seconds of errors.',
      steps: [
        'Why does it end? `kubectl -n cockroachdb describe pod {{pod}}` (out of memory?), or `journalctl -u cockroachdb`',
        'Certificates? A node whose certificate ended cannot join: see CertificateEnding.',
      ],
      fires: {
        series: [
          [
            `sys_uptime{job="cockroachdb",instance="${sample.name}"}`,
            '0 60 120 0 60 0 60 120 0 60 120 180x20',
          ],
        ],
        at: '20m',
      },
      quiet: {
        series: [
          [`sys_uptime{job="cockroachdb",instance="${sample.name}"}`, '0 60 120 0 60 120 180 240 300 360x20'],
        ],
        at: '20m',
      },
    },
    {
      alert: 'CockroachdbPeersUnreachable',
      // A node that is down is out of reach of all others, and CockroachdbNodeDown says so: only what is missing beyond those.
      expr: 'sum by (instance, site) (rpc_connection_unhealthy{job="cockroachdb"}) > on () group_left () (count(up{job="cockroachdb"} == 0) or on () vector(0))',
      for: '10m',
      severity: 'ticket',
      summary: '{{ $labels.instance }} cannot reach {{ $value }} other nodes, more than are down',
      impact:
        'A one-way cut between sites: ranges may move to slower places, and the next loss counts double.',
      steps: [
        'Which way is cut? From each side: `nc -vz <node> 26258`',
        'Compare the firewalls with flow `database-rpc`: nftables, security groups, the front firewall.',
      ],
      fires: {
        series: [[`rpc_connection_unhealthy{job="cockroachdb",instance="${sample.name}"}`, '3x30']],
        at: '15m',
      },
      quiet: {
        series: [
          [`rpc_connection_unhealthy{job="cockroachdb",instance="${sample.name}"}`, '1x30'],
          up('another', sample.site, '0x30'),
        ],
        at: '15m',
      },
    },
    {
      alert: 'CockroachdbHeartbeatSlow',
      expr: 'histogram_quantile(0.99, sum by (instance, site, le) (rate(liveness_heartbeatlatency_bucket{job="cockroachdb"}[5m]))) > 0.5e9',
      for: '10m',
      severity: 'ticket',
      summary: 'Database node {{ $labels.instance }} takes {{ $value | humanize }} ns to say that it lives',
      impact: 'After three seconds it counts as dead, and its leases move.',
      steps: [
        'Is it overloaded or its disk slow? CockroachdbOverloaded, CockroachdbDiskStalled of the same node.',
        'Is the line to the other sites slow? CockroachdbLineSlow.',
      ],
      ...among(
        {
          [`liveness_heartbeatlatency_bucket{job="cockroachdb",instance="${sample.name}",le="5e8"}`]: [
            '0+1x60',
            '0+100x60',
          ],
          [`liveness_heartbeatlatency_bucket{job="cockroachdb",instance="${sample.name}",le="2e9"}`]: [
            '0+100x60',
            '0+100x60',
          ],
          [`liveness_heartbeatlatency_bucket{job="cockroachdb",instance="${sample.name}",le="+Inf"}`]: [
            '0+100x60',
            '0+100x60',
          ],
        },
        '30m',
      ),
    },
    {
      alert: 'CockroachdbReplicasStuck',
      expr: 'kv_replica_circuit_breaker_num_tripped_replicas{job="cockroachdb"} > 0',
      for: '5m',
      severity: 'page',
      summary: '{{ $value }} replicas at {{ $labels.instance }} refuse requests, for they make no progress',
      impact: 'Statements on their ranges fail at once.',
      steps: [
        'Is their quorum lost? CockroachdbRangesUnavailable, and nodes that are down.',
        'Only this node? Its disk: `ssh {{host}} dmesg --level=err,warn`; restart it when the others are well.',
      ],
      ...between(
        `kv_replica_circuit_breaker_num_tripped_replicas{job="cockroachdb",instance="${sample.name}"}`,
        2,
        0,
      ),
    },
    {
      alert: 'CockroachdbLineSlow',
      expr: 'histogram_quantile(0.9, sum by (instance, site, le) (rate(round_trip_latency_bucket{job="cockroachdb"}[5m]))) > 100e6',
      for: '15m',
      severity: 'ticket',
      summary: 'From {{ $labels.instance }} to its peers and back takes {{ $value | humanize }} ns',
      impact: 'Every write waits for the quickest other site; pages that write are slower by this.',
      steps: [
        'Which line? `mtr` from this host to a node of each other site.',
        'Tell the network operator; nothing here helps.',
      ],
      ...among(
        {
          [`round_trip_latency_bucket{job="cockroachdb",instance="${sample.name}",le="5e7"}`]: [
            '0+10x60',
            '0+100x60',
          ],
          [`round_trip_latency_bucket{job="cockroachdb",instance="${sample.name}",le="2e8"}`]: [
            '0+100x60',
            '0+100x60',
          ],
          [`round_trip_latency_bucket{job="cockroachdb",instance="${sample.name}",le="+Inf"}`]: [
            '0+100x60',
            '0+100x60',
          ],
        },
        '40m',
      ),
    },
    {
      alert: 'CockroachdbIntentsPile',
      expr: 'sum(intentcount{job="cockroachdb"}) > 10e6',
      for: '5m',
      severity: 'ticket',
      summary: '{{ $value | humanize }} unfinished writes lie in the database',
      impact: 'Readers meet them one by one, and get slow.',
      steps: [
        'Which transaction? `SELECT * FROM crdb_internal.cluster_transactions ORDER BY start LIMIT 10`',
        'End it: `CANCEL SESSION`; then look at who wrote so much at once.',
      ],
      ...between(`intentcount{job="cockroachdb",instance="${sample.name}"}`, 20e6, 1000),
    },
    {
      alert: 'CockroachdbFilesOpen',
      expr: 'sys_fd_open{job="cockroachdb"} / sys_fd_softlimit{job="cockroachdb"} > 0.8',
      for: '10m',
      severity: 'ticket',
      summary: 'Database node {{ $labels.instance }} has {{ $value | humanizePercentage }} of its files open',
      impact: 'At the limit it takes no connection and writes no table: it ends itself.',
      steps: [
        'Connections or tables? `ls -l "/proc/$(pidof cockroach)/fd"` on {{host}}',
        'Connections: PgbouncerSaturated; else raise `LimitNOFILE`, or the limit of the container runtime.',
      ],
      ...among({
        [`sys_fd_open{job="cockroachdb",instance="${sample.name}"}`]: [14_000, 900],
        [`sys_fd_softlimit{job="cockroachdb",instance="${sample.name}"}`]: [15_000, 15_000],
      }),
    },
    {
      alert: 'CockroachdbIdle',
      expr: 'sum by (instance, site) (sql_conns{job="cockroachdb"}) > 0 and sum by (instance, site) (rate(sql_query_count{job="cockroachdb"}[10m])) == 0 and on () sum(rate(sql_query_count{job="cockroachdb"}[10m])) > 1',
      for: '10m',
      severity: 'ticket',
      summary: 'Database node {{ $labels.instance }} has clients and executes nothing',
      impact: 'What is sent to it hangs, while the others serve.',
      steps: [
        'Take it out of its balancer: `cockroach node drain --self` on {{host}}, then restart it.',
        'Keep what explains it: `cockroach debug zip` before.',
      ],
      ...among(
        {
          [`sql_conns{job="cockroachdb",instance="${sample.name}",site="${sample.site}"}`]: [20, 20],
          [`sql_query_count{job="cockroachdb",instance="${sample.name}",site="${sample.site}"}`]: [
            '5x60',
            '0+600x60',
          ],
          'sql_query_count{job="cockroachdb",instance="another"}': ['0+6000x60', '0+6000x60'],
        },
        '40m',
      ),
    },
    {
      alert: 'CockroachdbVersionsDiffer',
      expr: 'count(count by (tag) (build_timestamp{job="cockroachdb"})) > 1',
      for: '6h',
      severity: 'ticket',
      summary: 'The database nodes have run {{ $value }} different releases for six hours',
      impact: 'An upgrade that stopped half-way: no new feature is on, and no second upgrade can begin.',
      steps: [
        'Which nodes? `cockroach node status` lists `build`',
        'Finish the rollout, or take it back; one site at a time. A major release is final only after `SET CLUSTER SETTING version = crdb_internal.node_executable_version()`, and until then the old one starts on the same data.',
      ],
      ...among(
        {
          'build_timestamp{job="cockroachdb",instance="a",tag="v26.2.1"}': ['1x500', '1x500'],
          'build_timestamp{job="cockroachdb",instance="b",tag="v26.2.0"}': ['1x500', '1x30'],
        },
        '7h',
      ),
    },
    {
      alert: 'CockroachdbMemoryHigh',
      expr: model.sites
        .filter((site) => site.database)
        .map(
          (site) =>
            `sys_rss{job="cockroachdb",site="${site.code}"} / ${nodeSize(site, databaseNodes(site)[0]!).memoryBytes} > 0.9`,
        )
        .join(' or '),
      for: '15m',
      severity: 'ticket',
      summary: 'Database node {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory',
      impact: 'A little more and the kernel ends it; its leases move with an error for who waited.',
      steps: [
        'Which statements take it? `SELECT * FROM crdb_internal.node_memory_monitors ORDER BY used DESC LIMIT 10`',
        'A quarter of it is the cache and a quarter is for SQL (`constructs/cockroachdb-node.ts`), and statements may take as much again for a moment: the rest is connections and Go. Fewer connections, or larger hosts.',
      ],
      ...between(
        `sys_rss{job="cockroachdb",instance="${sample.name}",site="${sample.site}"}`,
        4e11,
        1e9,
        '25m',
      ),
    },
    {
      alert: 'CockroachdbSqlFailing',
      expr: 'sum by (instance, site) (rate(sql_failure_count{job="cockroachdb"}[10m])) / sum by (instance, site) (rate(sql_query_count{job="cockroachdb"}[10m])) > 0.05',
      for: '15m',
      severity: 'ticket',
      summary: '{{ $value | humanizePercentage }} of statements at {{ $labels.instance }} fail',
      impact: 'The app answers with errors, or tries again and gets slow.',
      steps: [
        'Which, and why? `SELECT * FROM crdb_internal.node_statement_statistics WHERE failure_count > 0 ORDER BY failure_count DESC LIMIT 10`',
        'Since a rollout of the app? Its migrations first: `kubectl -n education get jobs`',
      ],
      ...among(
        {
          [`sql_failure_count{job="cockroachdb",instance="${sample.name}",site="${sample.site}"}`]: [
            '0+100x60',
            '0+1x60',
          ],
          [`sql_query_count{job="cockroachdb",instance="${sample.name}",site="${sample.site}"}`]: [
            '0+1000x60',
            '0+1000x60',
          ],
        },
        '40m',
      ),
    },
    {
      alert: 'CockroachdbSlowSql',
      expr: 'instance:cockroachdb_sql_latency_seconds:p99_5m > 1',
      for: '10m',
      severity: 'ticket',
      summary: 'Slowest 1 % of statements at {{ $labels.instance }} take {{ $value | humanizeDuration }}',
      impact: 'Pages of the app wait for the database.',
      steps: [
        'Which statements? The SQL activity page, or `SELECT * FROM crdb_internal.node_statement_statistics ORDER BY service_lat_avg DESC LIMIT 10`',
        'Are leases where they belong (CockroachdbLeasesAway), is a node overloaded (CockroachdbOverloaded)?',
      ],
      fires: {
        series: [
          [`sql_service_latency_bucket{job="cockroachdb",instance="${sample.name}",le="1e9"}`, '0+10x40'],
          [`sql_service_latency_bucket{job="cockroachdb",instance="${sample.name}",le="4e9"}`, '0+100x40'],
          [`sql_service_latency_bucket{job="cockroachdb",instance="${sample.name}",le="+Inf"}`, '0+100x40'],
        ],
        at: '25m',
      },
      quiet: {
        series: [
          [`sql_service_latency_bucket{job="cockroachdb",instance="${sample.name}",le="1e9"}`, '0+100x40'],
          [`sql_service_latency_bucket{job="cockroachdb",instance="${sample.name}",le="+Inf"}`, '0+100x40'],
        ],
        at: '25m',
      },
    },
  ];
  return {
    component: 'cockroachdb',
    records: [
      { record: 'site:cockroachdb_up:sum', expr: 'sum by (site) (up{job="cockroachdb"})' },
      {
        record: 'site:cockroachdb_leases:ratio',
        expr: 'sum by (site) (replicas_leaseholders{job="cockroachdb"}) / on () group_left () sum(replicas_leaseholders{job="cockroachdb"})',
      },
      {
        record: 'instance:cockroachdb_sql_latency_seconds:p99_5m',
        expr: 'histogram_quantile(0.99, sum by (instance, site, le) (rate(sql_service_latency_bucket{job="cockroachdb"}[5m]))) / 1e9',
      },
    ],
    // Every observer sees the one database; one tells.
    alerts: alerts.map((alert) => ({ ...alert, labels: { scope: 'platform', ...alert.labels } })),
  };
};
