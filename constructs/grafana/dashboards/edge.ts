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
                queries: [['octavia_loadbalancer_current_connections', '{{instance}}']],
              },
              {
                title: 'pools without a member',
                limit: 1,
                queries: [['octavia_pool_status{state="DOWN"}', '{{instance}} {{pool}}']],
              },
              {
                title: 'bytes in',
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
                queries: [['sum by (vrrp) (keepalived_vrrp_master)', '{{vrrp}}']],
              },
              { title: 'held by', queries: [['keepalived_vrrp_master', '{{instance}} {{vrrp}}']] },
            ],
          },
          {
            title: 'Clients',
            panels: [
              { title: 'connections', queries: [['haproxy_process_current_connections', '{{instance}}']] },
              {
                title: 'new connections',
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
                queries: [['haproxy_backend_active_servers{proxy!~"clients-.*"}', '{{instance}} {{proxy}}']],
              },
              {
                title: 'went down',
                queries: [['increase(haproxy_server_check_up_down_total[1h])', '{{proxy}} {{server}}']],
              },
              {
                title: 'time of a check',
                unit: 's',
                queries: [['haproxy_server_check_duration_seconds', '{{proxy}} {{server}}']],
              },
            ],
          },
        ],
});
