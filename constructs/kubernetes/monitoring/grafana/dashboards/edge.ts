import type { Pages } from '../panels.ts';

/** The way into the site: HAProxy and keepalived in a room, Octavia in an OpenStack. */
export const edge: Pages = ({ site }) => ({
  id: 'edge',
  title: 'Edge',
  rows:
    site.edge?.kind === 'octavia'
      ? [
          {
            title: 'Balancers',
            panels: [
              {
                title: 'connections',
                says: 'Open now, through each balancer.',
                queries: [['octavia_loadbalancer_current_connections', '{{instance}}']],
              },
              {
                title: 'pools without a member',
                says: '1 where nobody is left behind a listener: clients are refused.',
                limit: 1,
                queries: [['octavia_pool_status{state="DOWN"}', '{{instance}} {{pool}}']],
              },
              {
                title: 'bytes in',
                says: 'What clients send, by balancer.',
                unit: 'Bps',
                queries: [['sum by (instance) (rate(octavia_listener_bytes_in_total[5m]))', '{{instance}}']],
              },
            ],
          },
        ]
      : [
          {
            title: 'Who holds what',
            panels: [
              {
                title: 'masters by address',
                says: '1 is right; 0 means that nobody answers, 2 that both do.',
                queries: [['sum by (vrrp) (keepalived_vrrp_master)', '{{vrrp}}']],
              },
              {
                title: 'held by',
                says: 'Which edge holds which address.',
                queries: [['keepalived_vrrp_master', '{{instance}} {{vrrp}}']],
              },
              ...(site.routing
                ? [
                    {
                      title: 'sessions with the router',
                      says: '1 while the edge can announce what it holds; 0 leads everybody to the other site.',
                      queries: [['bird_session_established', '{{instance}} {{session}}'] as [string, string]],
                    },
                  ]
                : []),
            ],
          },
          {
            title: 'Clients',
            panels: [
              {
                title: 'connections',
                says: 'Open now, through each balancer.',
                queries: [['haproxy_process_current_connections', '{{instance}}']],
              },
              {
                title: 'new connections',
                says: 'By edge and door; a flood shows here first.',
                unit: 'reqps',
                queries: [
                  [
                    'sum by (instance, proxy) (rate(haproxy_frontend_connections_total{proxy=~"front-.*"}[5m]))',
                    '{{instance}} {{proxy}}',
                  ],
                ],
              },
              {
                title: 'refused',
                says: 'Clients above the ceiling of connections. A school behind one address can meet it too.',
                unit: 'reqps',
                limit: 20,
                queries: [
                  [
                    'sum by (instance, proxy) (rate(haproxy_frontend_denied_connections_total[5m]))',
                    '{{instance}} {{proxy}}',
                  ],
                ],
              },
              {
                title: 'tables of clients',
                says: 'How full the tables are that count clients; a full one forgets the oldest.',
                unit: 'percentunit',
                limit: 0.8,
                queries: [['haproxy_sticktable_used / haproxy_sticktable_size', '{{instance}} {{name}}']],
              },
            ],
          },
          {
            title: 'Servers',
            panels: [
              {
                title: 'well',
                says: 'Servers behind each door that pass their check.',
                queries: [['haproxy_backend_active_servers{proxy!~"clients-.*"}', '{{instance}} {{proxy}}']],
              },
              {
                title: 'went down',
                says: 'How often a server failed its check in an hour: a lossy line or a worker that restarts.',
                queries: [['increase(haproxy_server_check_up_down_total[1h])', '{{proxy}} {{server}}']],
              },
              {
                title: 'time of a check',
                says: 'Grows before a server fails.',
                unit: 's',
                queries: [['haproxy_server_check_duration_seconds', '{{proxy}} {{server}}']],
              },
            ],
          },
        ],
});
