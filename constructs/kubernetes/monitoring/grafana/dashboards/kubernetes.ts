import type { Pages } from '../panels.ts';

/** Nodes and what runs on them. */
export const kubernetes: Pages = () => ({
  id: 'kubernetes',
  title: 'Nodes and workloads',
  rows: [
    {
      title: 'Nodes',
      panels: [
        {
          title: 'processor',
          says: 'Of every host that this observer watches.',
          unit: 'percentunit',
          limit: 0.9,
          queries: [
            ['1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))', '{{instance}}'],
          ],
        },
        {
          title: 'memory',
          says: 'In use; caches do not count.',
          unit: 'percentunit',
          limit: 0.9,
          queries: [['1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', '{{instance}}']],
        },
        {
          title: 'fullest disk',
          says: 'The fullest file system of each host.',
          unit: 'percentunit',
          limit: 0.85,
          queries: [
            [
              'max by (instance) (1 - node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes)',
              '{{instance}}',
            ],
          ],
        },
        {
          title: 'network in',
          says: 'Received, by host.',
          unit: 'Bps',
          queries: [
            [
              'sum by (instance) (rate(node_network_receive_bytes_total{device!~"lo|cali.*|veth.*"}[5m]))',
              '{{instance}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'Workloads',
      panels: [
        {
          title: 'processor by namespace',
          says: 'Processors in use.',
          queries: [
            [
              'sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[5m]))',
              '{{namespace}}',
            ],
          ],
        },
        {
          title: 'memory by namespace',
          says: 'What the kernel cannot take back.',
          unit: 'bytes',
          queries: [
            ['sum by (namespace) (container_memory_working_set_bytes{container!=""})', '{{namespace}}'],
          ],
        },
        {
          title: 'restarts in an hour',
          says: 'The ten pods that restart most.',
          limit: 3,
          queries: [
            ['topk(10, increase(kube_pod_container_status_restarts_total[1h]))', '{{namespace}}/{{pod}}'],
          ],
        },
        {
          title: 'pods that wait',
          says: 'They find no room, or their volume is on a worker that is away.',
          limit: 1,
          queries: [['sum by (namespace) (kube_pod_status_phase{phase="Pending"})', '{{namespace}}']],
        },
      ],
    },
    {
      title: 'Room and growth',
      panels: [
        {
          title: 'autoscalers',
          says: 'Pods now and at most; at the maximum the app grows no more.',
          queries: [
            ['kube_horizontalpodautoscaler_status_current_replicas', '{{horizontalpodautoscaler}}'],
            ['kube_horizontalpodautoscaler_spec_max_replicas', '{{horizontalpodautoscaler}} at most'],
          ],
        },
        {
          title: 'budgets',
          says: 'Pods that may be evicted now; 0 blocks a drain.',
          queries: [
            [
              'kube_poddisruptionbudget_status_current_healthy - kube_poddisruptionbudget_status_desired_healthy',
              '{{namespace}}/{{poddisruptionbudget}}',
            ],
          ],
        },
        {
          title: 'etcd writes',
          says: 'Slowest hundredth of writes to its disk; above the line leaders change.',
          unit: 's',
          limit: 0.1,
          queries: [
            [
              'histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])))',
              '{{instance}}',
            ],
          ],
        },
        {
          title: 'API, slowest 1 %',
          says: 'By verb; above the line controllers fall behind.',
          unit: 's',
          limit: 2,
          queries: [
            [
              'histogram_quantile(0.99, sum by (verb, le) (rate(apiserver_request_duration_seconds_bucket{verb!~"WATCH|CONNECT"}[5m])))',
              '{{verb}}',
            ],
          ],
        },
      ],
    },
  ],
});
