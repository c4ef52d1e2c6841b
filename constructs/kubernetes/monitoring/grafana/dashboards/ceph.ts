import type { Pages } from '../panels.ts';

/** The object store of the site, and its copying from the other. */
export const ceph: Pages = () => ({
  id: 'ceph',
  title: 'Object store',
  rows: [
    {
      title: 'Well?',
      panels: [
        {
          title: 'health (0 well, 2 in error)',
          says: 'As Ceph judges itself; 1 is a warning.',
          kind: 'number',
          limit: 1,
          queries: [['ceph_health_status', 'health']],
        },
        {
          title: 'monitors in the quorum',
          says: 'Three; with one the store stands still.',
          kind: 'number',
          queries: [['count(ceph_mon_quorum_status == 1)', 'monitors']],
        },
        {
          title: 'OSDs up',
          says: 'One for each worker.',
          kind: 'number',
          queries: [['sum(ceph_osd_up)', 'up']],
        },
        {
          title: 'takes writes',
          says: '1 for the zone that takes writes, as this site knows it: exactly one of them.',
          kind: 'number',
          queries: [['object_store_zone_read_only == bool 0', '{{zone}}']],
        },
        {
          title: 'groups that serve nothing',
          says: 'Files in them can be neither read nor written.',
          kind: 'number',
          limit: 1,
          queries: [['sum(ceph_pg_total) - sum(ceph_pg_active)', 'groups']],
        },
      ],
    },
    {
      title: 'Room',
      panels: [
        {
          title: 'OSDs',
          says: 'How full each disk is; at 95 % all writes stop.',
          unit: 'percentunit',
          limit: 0.75,
          queries: [['ceph_osd_stat_bytes_used / ceph_osd_stat_bytes', '{{ceph_daemon}}']],
        },
        {
          title: 'groups without all copies',
          says: 'While a worker is away nothing can be copied again, so this stays until it is back.',
          queries: [['sum(ceph_pg_degraded)', 'degraded']],
        },
      ],
    },
    {
      title: 'Gateways',
      panels: [
        {
          title: 'requests',
          says: 'By gateway, and those that failed. A follower refuses changes of buckets by design.',
          unit: 'reqps',
          queries: [
            ['sum by (instance_id) (rate(ceph_rgw_req[5m]))', 'gateway {{instance_id}}'],
            ['sum by (instance_id) (rate(ceph_rgw_failed_req[5m]))', 'gateway {{instance_id}} failed'],
          ],
        },
        {
          title: 'bytes',
          says: 'Read and written by clients.',
          unit: 'Bps',
          queries: [
            ['sum(rate(ceph_rgw_op_get_obj_bytes[5m]))', 'read'],
            ['sum(rate(ceph_rgw_op_put_obj_bytes[5m]))', 'written'],
          ],
        },
      ],
    },
    {
      title: 'Copying between sites',
      panels: [
        {
          title: 'behind',
          says: 'Age of the oldest change that this zone lacks: what would be lost with the other site.',
          unit: 's',
          limit: 300,
          queries: [['object_store_sync_lag_seconds', '{{kind}} {{source}}']],
        },
        {
          title: 'asked for news',
          says: 'How often this zone asks the other for changes; 0 means that copying stopped.',
          unit: 'reqps',
          queries: [
            [
              'sum by (source_zone) (rate(ceph_data_sync_from_zone_poll_latency_count[5m]))',
              'from {{source_zone}}',
            ],
          ],
        },
        {
          title: 'fetched',
          says: 'Copied from the other zone.',
          unit: 'Bps',
          queries: [
            [
              'sum by (source_zone) (rate(ceph_data_sync_from_zone_fetch_bytes_sum[5m]))',
              'from {{source_zone}}',
            ],
          ],
        },
        {
          title: 'failed',
          says: 'Objects that could not be fetched, and are tried again.',
          unit: 'reqps',
          limit: 0.1,
          queries: [
            [
              'sum by (source_zone) (rate(ceph_data_sync_from_zone_fetch_errors[5m]))',
              'from {{source_zone}}',
            ],
          ],
        },
      ],
    },
  ],
});
