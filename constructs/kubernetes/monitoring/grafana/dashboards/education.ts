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
          says: 'How busy the app is, by what people do and at which site.',
          unit: 'reqps',
          queries: [['sum by (journey, site) (site:education_all:rate5m)', '{{journey}} {{site}}']],
        },
        {
          title: 'failing or late',
          says: 'Share of requests that failed or took too long in five minutes; the line is the monthly budget.',
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
          says: 'The same over three days: above the line the month will end over its budget.',
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
          says: 'The ten routes that carry most of the load.',
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
          says: 'The ten routes whose slowest twentieth takes longest.',
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
          says: '5xx is ours, 4xx the client’s, 429 the limiter’s.',
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
          says: 'How long a request waits before its pod looks at it; above the line all routes of the pod are late.',
          unit: 's',
          limit: 0.2,
          queries: [[`nodejs_eventloop_lag_p99_seconds{${job}}`, '{{instance}}']],
        },
        {
          title: 'memory',
          says: 'Of each pod of the API; its limit ends it.',
          unit: 'bytes',
          queries: [[`process_resident_memory_bytes{${job}}`, '{{instance}}']],
        },
        {
          title: 'pods wanted and ready',
          says: 'A gap that stays is a rollout that is stuck or a site without room.',
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
          says: 'Above 0 for long the pool is too small or statements are too slow.',
          limit: 1,
          queries: [['pgbouncer_pools_client_waiting_connections{database="fredu"}', '{{instance}}']],
        },
        {
          title: 'connections to the database',
          says: 'In use now, by pooler; the pool is sized by the processors of the database.',
          queries: [['pgbouncer_pools_server_active_connections{database="fredu"}', '{{instance}} active']],
        },
        {
          title: 'found in the cache',
          says: 'Share of course lists that the database was not asked for.',
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
