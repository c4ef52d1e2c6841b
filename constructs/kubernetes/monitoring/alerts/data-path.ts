import { among, between, growing, type Rules } from '../rule.ts';

/** From Traefik to the database: what every request of the app goes through. */
export const dataPath: Rules = ({ site }) => {
  const s = `site="${site.code}"`;
  return {
    component: 'data-path',
    records: [
      {
        record: 'site:traefik_requests:rate5m',
        expr: 'sum by (code) (rate(traefik_entrypoint_requests_total{entrypoint="websecure"}[5m]))',
      },
    ],
    alerts: [
      {
        alert: 'TraefikDown',
        expr: 'count(up{job="traefik"} == 1) < 2 or absent(up{job="traefik"} == 1)',
        for: '2m',
        severity: 'page',
        summary: 'Fewer than two pods of Traefik answer',
        impact: 'The way in hangs on one worker or none.',
        steps: [
          '`kubectl -n traefik get pods -o wide` and `kubectl -n traefik logs -l app.kubernetes.io/name=traefik --tail=50`',
          'After a change: `kubectl -n traefik rollout undo daemonset/traefik`',
        ],
        ...among({
          'up{job="traefik",instance="traefik-1"}': [1, 1],
          'up{job="traefik",instance="traefik-2"}': [0, 1],
          'up{job="traefik",instance="traefik-3"}': [0, 0],
        }),
      },
      {
        alert: 'TraefikErrors',
        expr: 'sum by (service) (rate(traefik_service_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(traefik_service_requests_total[5m])) > 0.05',
        for: '5m',
        severity: 'page',
        summary: '{{ $value | humanizePercentage }} of requests to {{ $labels.service }} fail',
        impact: 'Students and teachers see errors.',
        steps: [
          '502, 503 or 504? `traefik_service_requests_total` by code: no pod, or pods that do not answer.',
          'The app: its logs by request id. The database: alerts of cockroachdb and pgbouncer.',
        ],
        ...among({
          'traefik_service_requests_total{service="education-api",code="502"}': ['0+20x60', '0+1x60'],
          'traefik_service_requests_total{service="education-api",code="200"}': ['0+100x60', '0+100x60'],
        }),
      },
      {
        alert: 'TraefikSlow',
        expr: 'histogram_quantile(0.95, sum by (service, le) (rate(traefik_service_request_duration_seconds_bucket{service!~".*object-store.*"}[5m]))) > 1',
        for: '10m',
        severity: 'ticket',
        summary: 'The slowest 5 % of requests to {{ $labels.service }} take {{ $value }} s',
        impact: 'Pages feel slow.',
        steps: [
          'Which route? The app dashboard.',
          'Is an autoscaler at its maximum (KubeAutoscalerAtMaximum)?',
        ],
        ...among(
          {
            'traefik_service_request_duration_seconds_bucket{service="education-api",le="0.3"}': [
              '0+10x60',
              '0+100x60',
            ],
            'traefik_service_request_duration_seconds_bucket{service="education-api",le="5"}': [
              '0+100x60',
              '0+100x60',
            ],
            'traefik_service_request_duration_seconds_bucket{service="education-api",le="+Inf"}': [
              '0+100x60',
              '0+100x60',
            ],
          },
          '30m',
        ),
      },
      {
        alert: 'TraefikRefusing',
        expr: 'sum(rate(traefik_entrypoint_requests_total{entrypoint="websecure",code="429"}[5m])) / sum(rate(traefik_entrypoint_requests_total{entrypoint="websecure"}[5m])) > 0.05',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $value | humanizePercentage }} of requests are refused with 429',
        impact: 'A client asks too much – or a school behind one address is one client.',
        steps: [
          'Who? `kubectl -n traefik logs -l app.kubernetes.io/name=traefik --tail=-1 | grep DownstreamStatus.:429`: ClientHost',
          'A school: raise `limits.requestsPerSecond`. An attacker: block it at the front.',
        ],
        ...among(
          {
            'traefik_entrypoint_requests_total{entrypoint="websecure",code="429"}': ['0+20x60', '0+1x60'],
            'traefik_entrypoint_requests_total{entrypoint="websecure",code="200"}': ['0+100x60', '0+100x60'],
            // Machines of ours, which no limit refuses, are no part of the share.
            'traefik_entrypoint_requests_total{entrypoint="objects",code="200"}': ['0+9000x60', '0+9000x60'],
          },
          '30m',
        ),
      },
      {
        alert: 'TraefikConfigurationOld',
        expr: 'time() - max by (instance) (traefik_config_last_reload_success) > 86400 and on (instance) rate(traefik_config_reloads_total[15m]) > 0',
        for: '15m',
        severity: 'ticket',
        summary:
          'Traefik {{ $labels.instance }} has taken no new configuration for a day, though there is one',
        impact: 'New routes and certificates do not arrive.',
        steps: ['`kubectl -n traefik logs {{ $labels.instance }} | grep -i error`'],
        fires: {
          series: [
            ['traefik_config_last_reload_success{instance="t1"}', '-90000x60'],
            ['traefik_config_reloads_total{instance="t1"}', '0+1x60'],
          ],
          at: '40m',
        },
        quiet: {
          series: [
            ['traefik_config_last_reload_success{instance="t1"}', '-90000x60'],
            ['traefik_config_reloads_total{instance="t1"}', '5x60'],
          ],
          at: '40m',
        },
      },
      {
        alert: 'TraefikCertificateEnding',
        expr: 'traefik_tls_certs_not_after - time() < 10 * 86400',
        for: '1h',
        severity: 'ticket',
        summary:
          'Traefik serves a certificate for {{ $labels.cn }} that ends in {{ $value | humanizeDuration }}',
        impact: 'After that browsers refuse it.',
        steps: ['As CertificateEnding: `kubectl get certificate -A`'],
        ...between('traefik_tls_certs_not_after{instance="t1",cn="fredu.fr"}', 5 * 86400, 80 * 86400, '90m'),
      },
      {
        alert: 'PgbouncerDown',
        expr: 'pgbouncer_up == 0',
        for: '2m',
        severity: 'ticket',
        summary: 'The pooler of {{ $labels.instance }} does not answer',
        impact: 'The app uses the others; with none left it cannot read or write.',
        steps: [
          '`kubectl -n education logs {{ $labels.instance }} -c pgbouncer`',
          'A certificate that ended? Both sides verify.',
        ],
        ...between('pgbouncer_up{job="pgbouncer",instance="pgbouncer-1"}', 0, 1, '5m'),
      },
      {
        alert: 'PgbouncerClientsWait',
        expr: 'pgbouncer_pools_client_maxwait_seconds > 1',
        for: '5m',
        severity: 'page',
        summary: 'Requests wait {{ $value }} s for a database connection at {{ $labels.instance }}',
        impact: 'Every page waits as long.',
        steps: [
          'Are server connections busy or broken? `SHOW POOLS` and `SHOW SERVERS`',
          'Is the database slow (CockroachdbSlowSql) or a transaction left open? `SHOW CLUSTER SESSIONS`',
        ],
        ...between(
          'pgbouncer_pools_client_maxwait_seconds{job="pgbouncer",instance="pgbouncer-1",database="fredu"}',
          3,
          0,
        ),
      },
      {
        alert: 'PgbouncerSaturated',
        expr: 'pgbouncer_pools_server_active_connections / on (instance, database) group_left () (pgbouncer_databases_pool_size > 0) > 0.9',
        for: '15m',
        severity: 'ticket',
        summary: 'The pool of {{ $labels.instance }} is {{ $value | humanizePercentage }} in use',
        impact: 'A little more load and clients wait.',
        steps: [
          'Which statements take long? The database dashboard.',
          'Pools follow from the vCPUs of the database: a larger pool without them makes it slower.',
        ],
        ...among(
          {
            'pgbouncer_pools_server_active_connections{instance="pgbouncer-1",database="fredu",user="education"}':
              [19, 5],
            'pgbouncer_databases_pool_size{instance="pgbouncer-1",database="fredu",name="fredu"}': [20, 20],
          },
          '30m',
        ),
      },
      {
        alert: 'MemcachedDown',
        expr: 'memcached_up == 0',
        for: '5m',
        severity: 'ticket',
        summary: 'The cache {{ $labels.instance }} does not answer',
        impact: 'Course lists come from the database: slower, and it works harder.',
        steps: ['`kubectl -n education logs {{ $labels.instance }} -c memcached`'],
        ...between('memcached_up{job="memcached",instance="memcached-0"}', 0, 1),
      },
      {
        alert: 'MemcachedMissing',
        expr: 'sum(rate(memcached_commands_total{command="get",status="hit"}[15m])) / sum(rate(memcached_commands_total{command="get"}[15m])) < 0.5 and sum(rate(memcached_commands_total{command="get"}[15m])) > 10',
        for: '30m',
        severity: 'ticket',
        summary: 'Only {{ $value | humanizePercentage }} of look-ups are in the cache',
        impact: 'The cache costs more than it saves.',
        steps: ['Evictions? MemcachedEvicting. A new version that changes its keys? It heals by itself.'],
        ...among(
          {
            'memcached_commands_total{job="memcached",command="get",status="hit"}': ['0+300x90', '0+1500x90'],
            'memcached_commands_total{job="memcached",command="get",status="miss"}': [
              '0+1500x90',
              '0+300x90',
            ],
          },
          '60m',
        ),
      },
      {
        alert: 'MemcachedEvicting',
        expr: 'rate(memcached_items_evicted_total[10m]) > 5',
        for: '30m',
        severity: 'ticket',
        summary:
          'The cache {{ $labels.instance }} throws {{ $value | humanize }} items a second out too early',
        impact: 'Fewer hits.',
        steps: ['Raise the memory of memcached in its construct; the limit of the pod follows.'],
        ...growing('memcached_items_evicted_total{job="memcached",instance="memcached-0"}', 600, 6, '60m'),
      },
      ...(site.edge?.kind === 'octavia'
        ? [
            {
              alert: 'OctaviaDown',
              expr: 'up{job="octavia"} == 0',
              for: '3m',
              severity: 'ticket' as const,
              summary: 'Balancer {{ $labels.instance }} does not say how it does',
              impact: 'It may serve all the same: PublicNameDown says whether clients are hurt.',
              steps: [
                '`openstack loadbalancer show {{ $labels.instance }}`: operating and provisioning status',
                'In error: `openstack loadbalancer failover {{ $labels.instance }}`',
              ],
              ...between(`up{job="octavia",instance="${site.code}-app",${s}}`, 0, 1),
            },
            {
              alert: 'OctaviaPoolDown',
              expr: 'octavia_pool_status{state="DOWN"} == 1',
              for: '1m',
              severity: 'page' as const,
              summary: 'Balancer {{ $labels.instance }} has no member left in a pool',
              impact: 'Clients of this site are refused, or the cluster cannot reach its API or database.',
              steps: [
                '`openstack loadbalancer status show {{ $labels.instance }}`: which members, which monitor?',
                'Ask a member as the monitor does: `curl http://<worker>:30082/ping`',
                'Does its security group let the balancers’ subnet in (flow `app-to-traefik`)?',
              ],
              ...between(
                `octavia_pool_status{job="octavia",instance="${site.code}-app",pool="p",state="DOWN"}`,
                1,
                0,
                '5m',
              ),
            },
          ]
        : []),
    ],
  };
};
