import type { Pages } from '../panels.ts';

/** The ingress: what comes in, what is refused, what fails behind it. */
export const traefik: Pages = () => ({
  id: 'traefik',
  title: 'Ingress',
  rows: [
    {
      title: 'What comes in',
      panels: [
        {
          title: 'requests by code',
          says: 'Everything that comes in over HTTPS.',
          unit: 'reqps',
          queries: [
            [
              'sum by (code) (rate(traefik_entrypoint_requests_total{entrypoint="websecure"}[5m]))',
              '{{code}}',
            ],
          ],
        },
        {
          title: 'refused with 429',
          says: 'Share of requests above the limit for one client.',
          unit: 'percentunit',
          limit: 0.05,
          queries: [
            [
              'sum(rate(traefik_entrypoint_requests_total{entrypoint="websecure",code="429"}[5m])) / sum(rate(traefik_entrypoint_requests_total{entrypoint="websecure"}[5m]))',
              '429',
            ],
          ],
        },
        {
          title: 'open connections',
          says: 'By door.',
          queries: [['sum by (entrypoint) (traefik_open_connections)', '{{entrypoint}}']],
        },
      ],
    },
    {
      title: 'What answers',
      panels: [
        {
          title: 'requests by service',
          says: 'Who gets them.',
          unit: 'reqps',
          queries: [['sum by (service) (rate(traefik_service_requests_total[5m]))', '{{service}}']],
        },
        {
          title: 'failed',
          says: 'Share of answers that are errors of ours.',
          unit: 'percentunit',
          limit: 0.05,
          queries: [
            [
              'sum by (service) (rate(traefik_service_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(traefik_service_requests_total[5m]))',
              '{{service}}',
            ],
          ],
        },
        {
          title: 'slowest 5 %',
          says: 'By service; the object store is slow by the size of its files.',
          unit: 's',
          limit: 1,
          queries: [
            [
              'histogram_quantile(0.95, sum by (service, le) (rate(traefik_service_request_duration_seconds_bucket[5m])))',
              '{{service}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'Certificates',
      panels: [
        {
          title: 'days left',
          says: 'Until a certificate ends; renewed a month before.',
          queries: [['(traefik_tls_certs_not_after - time()) / 86400', '{{cn}}']],
        },
      ],
    },
  ],
});
