import { BIRD_SERIES } from '#constructs/hosts/edge/bird-state.ts';
import { hostsOf } from '#sites/questions.ts';
import { among, between, growing, type Rules } from '../rule.ts';

/** The balancers and the addresses of an on-premises site: HAProxy by its own exporter, keepalived by what it reports. */
export const edge: Rules = ({ site }) => {
  if (site.edge?.kind !== 'haproxy') return { component: 'edge', alerts: [] };
  const edges = hostsOf(site, 'edge');
  const host = edges[0]!.name;
  const on = `job="haproxy",instance="${host}",site="${site.code}"`;
  const vrrp = `vrrp="app_ipv4",site="${site.code}"`;
  return {
    component: 'edge',
    alerts: [
      {
        alert: 'EdgeHaproxyDown',
        expr: 'up{job="haproxy"} == 0',
        for: '2m',
        severity: 'ticket',
        summary: 'HAProxy of {{ $labels.instance }} does not answer',
        impact: 'The other edge carries everything; when it goes too, the site is closed.',
        steps: [
          'Is the host up? `ssh -F ssh_config {{host}} systemctl status haproxy`',
          'Was its file refused? `haproxy -c -dW -f /etc/haproxy/haproxy.cfg`',
        ],
        ...between(`up{${on}}`, 0, 1, '5m'),
      },
      {
        alert: 'EdgeBackendDown',
        expr: 'haproxy_backend_active_servers{job="haproxy",proxy!~"clients-.*"} == 0',
        for: '1m',
        severity: 'page',
        summary: '{{ $labels.instance }} has no server left behind {{ $labels.proxy }}',
        impact: 'Clients of this site are refused, or the cluster cannot reach its API or database.',
        steps: [
          'Which checks fail? `echo "show servers state" | socat stdio /run/haproxy/admin.sock`',
          'Behind web and websecure: is Traefik up? `kubectl -n traefik get pods -o wide`, and `curl http://<worker>:30082/ping`',
          'Behind database: does a node answer? `curl --cacert /etc/haproxy/database-ca.crt https://<worker>:8080/health?ready=1`',
        ],
        ...between(`haproxy_backend_active_servers{${on},proxy="websecure"}`, 0, 1, '5m'),
      },
      {
        alert: 'EdgeServerFlapping',
        expr: 'increase(haproxy_server_check_up_down_total{job="haproxy"}[30m]) > 6',
        severity: 'ticket',
        summary:
          '{{ $labels.server }} behind {{ $labels.proxy }} went down {{ $value | humanize }} times in 30 minutes',
        impact: 'Each time clients on it are cut off.',
        steps: [
          'Look at the worker itself: alerts of node and traefik for it.',
          'Is the network between edge and worker lossy? `mtr <worker>`',
        ],
        ...growing(`haproxy_server_check_up_down_total{${on},proxy="web",server="w1"}`, 1, 0.1),
      },
      {
        alert: 'EdgeTableFilling',
        expr: 'haproxy_sticktable_used{job="haproxy"} / haproxy_sticktable_size{job="haproxy"} > 0.8',
        for: '5m',
        severity: 'ticket',
        summary:
          'Table {{ $labels.name }} of {{ $labels.instance }} is {{ $value | humanizePercentage }} full',
        impact:
          'When it is full the oldest clients are forgotten, and a flood from many addresses is no longer counted.',
        steps: [
          'Who fills it? `echo "show table clients-ipv4" | socat stdio /run/haproxy/admin.sock | sort -t= -k6 -rn | head`',
          'One network: refuse it on the front firewall. Many: raise `limits` only after looking at the cost in constructs/hosts/edge/haproxy.ts.',
        ],
        fires: {
          series: [
            [`haproxy_sticktable_used{${on},name="clients-ipv4"}`, '90000x20'],
            [`haproxy_sticktable_size{${on},name="clients-ipv4"}`, '102400x20'],
          ],
          at: '10m',
        },
        quiet: {
          series: [
            [`haproxy_sticktable_used{${on},name="clients-ipv4"}`, '9000x20'],
            [`haproxy_sticktable_size{${on},name="clients-ipv4"}`, '102400x20'],
          ],
          at: '10m',
        },
      },
      {
        alert: 'EdgeRefusingClients',
        expr: 'rate(haproxy_frontend_denied_connections_total{job="haproxy",proxy=~"front-.*"}[5m]) > 20',
        for: '10m',
        severity: 'ticket',
        summary:
          '{{ $labels.instance }} refuses {{ $value | humanize }} connections a second on {{ $labels.proxy }}',
        impact: 'A flood is held back – or a school behind one address meets the ceiling.',
        steps: [
          'Which addresses? `echo "show table clients-ipv4 data.conn_rate gt 100" | socat stdio /run/haproxy/admin.sock`',
          'A school: raise `limits.connectionsPer10s` in sites/platform.yaml. An attacker: block it at the front firewall.',
        ],
        ...growing(`haproxy_frontend_denied_connections_total{${on},proxy="front-websecure"}`, 3000, 60),
      },
      {
        alert: 'EdgeConnectionsNearLimit',
        expr: 'haproxy_process_current_connections{job="haproxy"} / haproxy_process_max_connections{job="haproxy"} > 0.8',
        for: '5m',
        severity: 'page',
        summary:
          '{{ $labels.instance }} carries {{ $value | humanizePercentage }} of the connections that it may',
        impact: 'At the limit new clients wait in the kernel and then time out.',
        steps: [
          'A flood (EdgeRefusingClients) or a good day? Compare with requests at Traefik.',
          'Lead clients to the other site by name until it is over.',
        ],
        fires: {
          series: [
            [`haproxy_process_current_connections{${on}}`, '19000x20'],
            [`haproxy_process_max_connections{${on}}`, '20000x20'],
          ],
          at: '10m',
        },
        quiet: {
          series: [
            [`haproxy_process_current_connections{${on}}`, '900x20'],
            [`haproxy_process_max_connections{${on}}`, '20000x20'],
          ],
          at: '10m',
        },
      },
      {
        alert: 'EdgeNoMaster',
        expr: 'sum by (site, vrrp) (keepalived_vrrp_master) == 0',
        for: '1m',
        severity: 'page',
        summary: 'Nobody at {{ $labels.site }} holds the address of {{ $labels.vrrp }}',
        impact: 'The address does not answer: the site is closed, or its Kubernetes API is.',
        steps: [
          'Are both drained? `ls /run/fredu/` on each edge says by whom; `fredu-undrain`, or `fredu-undrain updates`, takes one back in.',
          'Do their checks fail? `curl -i http://127.0.0.1:8404/healthz`, and see EdgeBackendDown.',
          'Does keepalived run? `systemctl status keepalived`',
        ],
        ...between(`keepalived_vrrp_master{${vrrp},instance="${host}"}`, 0, 1, '3m'),
      },
      {
        alert: 'EdgeTwoMasters',
        expr: 'sum by (site, vrrp) (keepalived_vrrp_master) > 1',
        for: '1m',
        severity: 'page',
        summary: 'Two edges of {{ $labels.site }} hold the address of {{ $labels.vrrp }}',
        impact: 'Clients reach one or the other by chance, and connections break.',
        steps: [
          'Do adverts pass? `tcpdump -ni any vrrp` on both: each must see the other (flow `vrrp`).',
          'Take one out until they do: `fredu-drain`',
        ],
        fires: {
          series: [
            [`keepalived_vrrp_master{${vrrp},instance="a"}`, '1x20'],
            [`keepalived_vrrp_master{${vrrp},instance="b"}`, '1x20'],
          ],
          at: '5m',
        },
        quiet: {
          series: [
            [`keepalived_vrrp_master{${vrrp},instance="a"}`, '1x5 0x20'],
            [`keepalived_vrrp_master{${vrrp},instance="b"}`, '0x5 1x20'],
          ],
          at: '6m',
        },
      },
      {
        alert: 'EdgeFlapping',
        expr: 'changes(keepalived_vrrp_changed_seconds[15m]) > 6',
        severity: 'ticket',
        summary:
          '{{ $labels.vrrp }} of {{ $labels.instance }} changed its state {{ $value }} times in 15 minutes',
        impact: 'Every change cuts off the clients of that moment.',
        steps: [
          'Which check comes and goes? `journalctl -u keepalived -n 100`',
          'Drain the edge that is unwell: `fredu-drain`',
        ],
        fires: {
          series: [[`keepalived_vrrp_changed_seconds{${vrrp},instance="${host}"}`, '0+60x20']],
          at: '16m',
        },
        quiet: {
          series: [[`keepalived_vrrp_changed_seconds{${vrrp},instance="${host}"}`, '0x10 60x20']],
          at: '16m',
        },
      },
      {
        alert: 'EdgeFault',
        expr: 'keepalived_vrrp_fault == 1',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} cannot hold {{ $labels.vrrp }}',
        impact: 'There is no second edge for it until this one is well.',
        steps: [
          'Is it drained on purpose? `ls /run/fredu/` says by whom.',
          'Else its link or its check fails: `ip -br link` and `journalctl -u keepalived -n 50`',
        ],
        ...between(`keepalived_vrrp_fault{${vrrp},instance="${host}"}`, 1, 0, '15m'),
      },
      {
        alert: 'EdgeStateUnknown',
        // Text files that scripts of the edge write: before the first of them there is nothing to compare.
        expr: edges
          .flatMap(({ name }) =>
            [...(site.routing ? ['bird_session_established'] : []), 'keepalived_vrrp_master'].map(
              (series) => `absent(${series}{instance="${name}",site="${site.code}"})`,
            ),
          )
          .join(' or '),
        for: '10m',
        severity: 'ticket',
        summary: 'Nothing is heard of the addresses or the announcement of {{ $labels.instance }}',
        impact: 'Whether it holds an address, and whether it speaks with the router, is not seen.',
        steps: [
          'Has keepalived started? `ssh -F ssh_config {{host}} systemctl status keepalived`: it writes its state at its first change.',
          'And the announcement? `ssh -F ssh_config {{host}} systemctl status fredu-announcements.timer`',
          'Do the files lie there? `ssh -F ssh_config {{host}} ls -l /var/lib/prometheus/node-exporter`',
        ],
        ...among(
          Object.fromEntries(
            edges.flatMap(({ name }, index) =>
              ['bird_session_established', 'keepalived_vrrp_master'].map((series) => [
                `${series}{instance="${name}",site="${site.code}"}`,
                [index === 0 ? '_x120' : 1, 1] as [string | number, number],
              ]),
            ),
          ),
        ),
      },
      ...(site.routing
        ? [
            {
              alert: 'EdgeSessionDown',
              expr: `bird_session_established == 0 or time() - node_textfile_mtime_seconds{file="${BIRD_SERIES}"} > 600`,
              for: '5m',
              severity: 'ticket' as const,
              summary: '{{ $labels.instance }} does not speak with the router of the site',
              impact:
                'While it holds the address nobody is led here by the shared name: the other site serves everybody.',
              steps: [
                'What does bird say? `ssh -F ssh_config {{host}} birdc show protocols all`',
                'Is the router there, and does its side know us? `ping` its address, then its operator.',
                'Port 179 and BFD (3784): flows `bgp` and `bfd`. No news at all: `systemctl status fredu-announcements.timer`',
              ],
              ...between(
                `bird_session_established{job="node",instance="${host}",site="${site.code}",session="router_ipv4"}`,
                0,
                1,
              ),
            },
          ]
        : []),
    ],
  };
};
