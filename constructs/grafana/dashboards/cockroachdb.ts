import type { Pages } from '../panels.ts';

const job = 'job="cockroachdb"';

/** The one database over all sites: where it is, how fast, how safe. */
export const cockroachdb: Pages = () => ({
  id: 'cockroachdb',
  title: 'Database',
  rows: [
    {
      title: 'Safe',
      panels: [
        { title: 'nodes up', kind: 'number', queries: [['site:cockroachdb_up:sum', '{{site}}']] },
        {
          title: 'ranges without quorum',
          kind: 'number',
          limit: 1,
          queries: [[`sum(ranges_unavailable{${job}})`, 'ranges']],
        },
        {
          title: 'ranges with too few replicas',
          kind: 'number',
          limit: 1,
          queries: [[`sum(ranges_underreplicated{${job}})`, 'ranges']],
        },
        {
          title: 'newest backup',
          kind: 'number',
          unit: 'dtdurations',
          limit: 93600,
          queries: [[`time() - max(schedules_BACKUP_last_completed_time{${job}})`, 'age']],
        },
      ],
    },
    {
      title: 'Where leases rest',
      panels: [
        {
          title: 'leases per site',
          unit: 'percentunit',
          queries: [['site:cockroachdb_leases:ratio', '{{site}}']],
        },
        { title: 'leases per node', queries: [[`replicas_leaseholders{${job}}`, '{{instance}}']] },
      ],
    },
    {
      title: 'Fast',
      panels: [
        {
          title: 'slowest 1 % of statements',
          unit: 's',
          limit: 1,
          queries: [['instance:cockroachdb_sql_latency_seconds:p99_5m', '{{instance}}']],
        },
        {
          title: 'statements',
          unit: 'reqps',
          queries: [
            [`sum by (instance) (rate(sql_select_count{${job}}[5m]))`, '{{instance}} read'],
            [
              `sum by (instance) (rate(sql_insert_count{${job}}[5m]) + rate(sql_update_count{${job}}[5m]) + rate(sql_delete_count{${job}}[5m]))`,
              '{{instance}} write',
            ],
          ],
        },
        {
          title: 'statements by kind',
          unit: 'reqps',
          queries: [
            [`sum(rate(sql_select_count{${job}}[5m]))`, 'select'],
            [`sum(rate(sql_insert_count{${job}}[5m]))`, 'insert'],
            [`sum(rate(sql_update_count{${job}}[5m]))`, 'update'],
            [`sum(rate(sql_delete_count{${job}}[5m]))`, 'delete'],
          ],
        },
        {
          title: 'tried again',
          unit: 'reqps',
          queries: [[`sum by (instance) (rate(txn_restarts_serializable{${job}}[5m]))`, '{{instance}}']],
        },
      ],
    },
    {
      title: 'Machines',
      panels: [
        {
          title: 'processor',
          unit: 'percentunit',
          limit: 0.9,
          queries: [[`sys_cpu_combined_percent_normalized{${job}}`, '{{instance}}']],
        },
        {
          title: 'store in use',
          unit: 'percentunit',
          limit: 0.7,
          queries: [[`1 - capacity_available{${job}} / capacity{${job}}`, '{{instance}}']],
        },
        {
          title: 'clock',
          unit: 'ms',
          limit: 100,
          queries: [[`clock_offset_meannanos{${job}} / 1e6`, '{{instance}}']],
        },
        {
          title: 'peers out of reach',
          limit: 1,
          queries: [[`rpc_connection_unhealthy{${job}}`, '{{instance}}']],
        },
      ],
    },
  ],
});
