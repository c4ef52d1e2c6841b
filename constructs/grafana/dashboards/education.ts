import type { Pages } from '../panels.ts';

const requests = 'http_request_duration_seconds';
const job = 'job="education-api"';

/** The app: by what people do, by route, and inside its pods. */
export const education: Pages = () => ({
  id: 'education',
  title: 'Education app',
  rows: [
    {
      title: 'What people do',
      panels: [
        {
          title: 'requests',
          unit: 'reqps',
          queries: [['sum by (journey, site) (site:education_all:rate5m)', '{{journey}} {{site}}']],
        },
        {
          title: 'failing or late',
          unit: 'percentunit',
          limit: 0.005,
          queries: [
            [
              'sum by (journey) (site:education_bad:rate5m) / sum by (journey) (site:education_all:rate5m)',
              '{{journey}}',
            ],
          ],
        },
        {
          title: 'budget used in 3 days',
          unit: 'percentunit',
          limit: 0.005,
          queries: [
            [
              'sum by (journey) (site:education_bad:rate3d) / sum by (journey) (site:education_all:rate3d)',
              '{{journey}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'By route',
      panels: [
        {
          title: 'most asked',
          unit: 'reqps',
          queries: [
            [
              `topk(10, sum by (method, route) (rate(${requests}_count{${job}}[5m])))`,
              '{{method}} {{route}}',
            ],
          ],
        },
        {
          title: 'slowest 5 %',
          unit: 's',
          limit: 0.5,
          queries: [
            [
              `topk(10, histogram_quantile(0.95, sum by (method, route, le) (rate(${requests}_bucket{${job}}[5m]))))`,
              '{{method}} {{route}}',
            ],
          ],
        },
        {
          title: 'answers by status',
          unit: 'reqps',
          queries: [[`sum by (status) (rate(${requests}_count{${job}}[5m]))`, '{{status}}']],
        },
      ],
    },
    {
      title: 'Inside the pods',
      panels: [
        {
          title: 'waiting for the event loop',
          unit: 's',
          limit: 0.2,
          queries: [[`nodejs_eventloop_lag_p99_seconds{${job}}`, '{{instance}}']],
        },
        {
          title: 'memory',
          unit: 'bytes',
          queries: [[`process_resident_memory_bytes{${job}}`, '{{instance}}']],
        },
        {
          title: 'pods wanted and ready',
          queries: [
            ['kube_deployment_spec_replicas{namespace="education"}', '{{deployment}} wanted'],
            ['kube_deployment_status_replicas_available{namespace="education"}', '{{deployment}} ready'],
          ],
        },
      ],
    },
    {
      title: 'What it leans on',
      panels: [
        {
          title: 'clients waiting for a connection',
          limit: 1,
          queries: [['pgbouncer_pools_client_waiting_connections{database="fredu"}', '{{instance}}']],
        },
        {
          title: 'connections to the database',
          queries: [['pgbouncer_pools_server_active_connections{database="fredu"}', '{{instance}} active']],
        },
        {
          title: 'found in the cache',
          unit: 'percentunit',
          queries: [
            [
              'sum(rate(memcached_commands_total{command="get",status="hit"}[5m])) / sum(rate(memcached_commands_total{command="get"}[5m]))',
              'hits',
            ],
          ],
        },
      ],
    },
  ],
});
