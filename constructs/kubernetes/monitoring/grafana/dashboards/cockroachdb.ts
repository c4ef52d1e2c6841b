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
        {
          title: 'nodes up',
          says: 'By site, as this observer sees them.',
          kind: 'number',
          queries: [['site:cockroachdb_up:sum', '{{site}}']],
        },
        {
          title: 'ranges without quorum',
          says: 'They neither read nor write until nodes come back.',
          kind: 'number',
          limit: 1,
          queries: [[`sum(ranges_unavailable{${job}})`, 'ranges']],
        },
        {
          title: 'ranges with too few replicas',
          says: 'They survive one failure less than promised; repaired by itself while there are nodes enough.',
          kind: 'number',
          limit: 1,
          queries: [[`sum(ranges_underreplicated{${job}})`, 'ranges']],
        },
        {
          title: 'newest backup',
          says: 'Age of the newest complete backup; one is made each day.',
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
          says: 'Nearly all belong to the first choice of the model.',
          unit: 'percentunit',
          queries: [['site:cockroachdb_leases:ratio', '{{site}}']],
        },
        {
          title: 'leases per node',
          says: 'Even within a site; one that leads far more is overloaded sooner.',
          queries: [[`replicas_leaseholders{${job}}`, '{{instance}}']],
        },
      ],
    },
    {
      title: 'Fast',
      panels: [
        {
          title: 'slowest 1 % of statements',
          says: 'By node. Above the line pages wait.',
          unit: 's',
          limit: 1,
          queries: [['instance:cockroachdb_sql_latency_seconds:p99_5m', '{{instance}}']],
        },
        {
          title: 'statements',
          says: 'Reads and writes by node: is one asked far more than the others?',
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
          says: 'What the app asks for.',
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
          says: 'Transactions that met another and restarted; much of it is contention.',
          unit: 'reqps',
          queries: [[`sum by (instance) (rate(txn_restarts_serializable{${job}}[5m]))`, '{{instance}}']],
        },
      ],
    },
    {
      title: 'Statements',
      panels: [
        {
          title: 'mean time by statement',
          says: 'The ten statements that take longest on average; their values are left out.',
          unit: 's',
          queries: [
            [
              `topk(10, sum by (fingerprint) (rate(sql_exec_latency_detail_sum{${job}}[15m])) / sum by (fingerprint) (rate(sql_exec_latency_detail_count{${job}}[15m])) / 1e9)`,
              '{{fingerprint}}',
            ],
          ],
        },
        {
          title: 'time spent by statement',
          says: 'Seconds of work in a second: the ten statements that cost most altogether.',
          unit: 's',
          queries: [
            [
              `topk(10, sum by (fingerprint) (rate(sql_exec_latency_detail_sum{${job}}[15m])) / 1e9)`,
              '{{fingerprint}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'Machines',
      panels: [
        {
          title: 'processor',
          says: 'Above the line the node holds work back.',
          unit: 'percentunit',
          limit: 0.9,
          queries: [[`sys_cpu_combined_percent_normalized{${job}}`, '{{instance}}']],
        },
        {
          title: 'store in use',
          says: 'At the line add room: a full store stops its node.',
          unit: 'percentunit',
          limit: 0.7,
          queries: [[`1 - capacity_available{${job}} / capacity{${job}}`, '{{instance}}']],
        },
        {
          title: 'clock',
          says: 'Distance to the other nodes; at 200 ms a node ends itself.',
          unit: 'ms',
          limit: 100,
          queries: [[`clock_offset_meannanos{${job}} / 1e6`, '{{instance}}']],
        },
        {
          title: 'peers out of reach',
          says: 'Connections to other nodes that are broken, as each node sees it: one-way cuts show here.',
          limit: 1,
          queries: [[`rpc_connection_unhealthy{${job}}`, '{{instance}}']],
        },
      ],
    },
  ],
});
