import { expect, it } from 'vitest';
import { inStack, stackTree } from '#scripts/testing/edited-tree.ts';
import { dualCloud } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { balancerPaths } from './balancer-paths.ts';

const own = threeSites();
const tree = stackTree(own, 'dc');
const messages = (changed: Tree, of = own) => balancerPaths.check(of, changed).map(({ message }) => message);

it('our own data centre keeps it, and so does one with both families', () => {
  expect(messages(tree)).toEqual([]);
  const dual = dualCloud();
  expect(messages(stackTree(dual, 'par'), dual)).toEqual([]);
});

it('both families are looked at', () => {
  const dual = dualCloud();
  const changed = inStack(stackTree(dual, 'par'), 'par', (all) => {
    all.lb_listener_v2['balancer_app-ipv6_web-listener'].allowed_cidrs = ['0.0.0.0/0'];
  });
  expect(messages(changed, dual)).toEqual([
    'port 80 of the app balancer of par (ipv6): who may dial it is 0.0.0.0/0, not ::/0',
  ]);
});

const API = 'port 6443 of the api balancer of dc (ipv4)';
const WEB = 'port 80 of the app balancer of dc (ipv4)';
const DATABASE = 'port 26257 of the database balancer of dc (ipv4)';
const MEMBERS = '10.20.0.11 6443, 10.20.0.12 6443, 10.20.0.13 6443';

it.each<[string, (all: Data) => void, string[]]>([
  [
    'another address',
    ({ lb_loadbalancer_v2: all }) => {
      all.balancer_api_vip.vip_address = '10.20.1.99';
    },
    ['the api balancer of dc (ipv4) is nowhere at 10.20.1.11'],
  ],
  [
    'a service address that leads nowhere',
    ({ networking_floatingip_v2: all }) => delete all.balancer_anycast_floating,
    ['the anycast balancer of dc (ipv4) is nowhere at 198.51.100.250'],
  ],
  [
    'a floating address that leads elsewhere',
    ({ networking_floatingip_v2: all }) => {
      all.balancer_app_floating.port_id = all.balancer_anycast_floating.port_id;
    },
    ['198.51.100.10 does not lead to the app balancer of dc (ipv4)'],
  ],
  [
    'balancers that know no PROXY protocol',
    ({ lb_loadbalancer_v2: all }) => {
      all.balancer_app_vip.loadbalancer_provider = 'ovn';
    },
    ['the app balancer of dc (ipv4) is not made of amphorae, and others know no PROXY protocol'],
  ],
  [
    'a balancer among the hosts',
    ({ lb_loadbalancer_v2: all }) => {
      all.balancer_api_vip.vip_subnet_id = `\${openstack_networking_subnet_v2.network_nodes-ipv4.id}`;
    },
    ['the api balancer of dc (ipv4) is not in 10.20.1.0/24'],
  ],
  [
    'a port more',
    ({ lb_listener_v2: all }) => {
      all.more = { ...all['balancer_app_web-listener'], protocol_port: 8443 };
    },
    ['the app balancer of dc (ipv4) listens on 8443, which no flow leads to'],
  ],
  [
    'a port less',
    ({ lb_listener_v2: all }) => delete all['balancer_app_web-listener'],
    [`${WEB} has no listener`],
  ],
  [
    'a source more',
    ({ lb_listener_v2: all }) =>
      all['balancer_database_database-listener'].allowed_cidrs.push('10.20.0.9/32'),
    [
      `${DATABASE}: who may dial it is 10.20.0.21/32, 10.20.0.22/32, 10.20.0.23/32, 10.20.0.9/32, not 10.20.0.21/32, 10.20.0.22/32, 10.20.0.23/32`,
    ],
  ],
  [
    'a source less',
    ({ lb_listener_v2: all }) => all['balancer_app_metrics-listener'].allowed_cidrs.pop(),
    [
      'port 8088 of the app balancer of dc (ipv4): who may dial it is 10.20.0.21/32, 10.20.0.22/32, not 10.20.0.21/32, 10.20.0.22/32, 10.20.0.23/32',
    ],
  ],
  [
    'TLS that ends at the balancer',
    ({ lb_listener_v2: all }) => {
      all['balancer_app_web-listener'].protocol = 'TERMINATED_HTTPS';
    },
    [`${WEB}: its protocol is TERMINATED_HTTPS, not TCP`],
  ],
  [
    'a host that gets nothing',
    ({ lb_member_v2: all }) => delete all['balancer_api_api-cp3'],
    [`${API}: what is behind it is 10.20.0.11 6443, 10.20.0.12 6443, not ${MEMBERS}`],
  ],
  [
    'a member on another port',
    ({ lb_member_v2: all }) => {
      Object.assign(all['balancer_api_api-cp3'], { protocol_port: 10250, monitor_port: 6443 });
    },
    [`${API}: what is behind it is ${MEMBERS.replace(/6443$/, '10250')}, not ${MEMBERS}`],
  ],
  [
    'a member that names a subnet',
    ({ lb_member_v2: all }) => {
      all['balancer_app_web-worker1'].subnet_id = `\${openstack_networking_subnet_v2.network_nodes-ipv4.id}`;
    },
    [`${WEB}: dc-worker1 is dialled from a subnet of its own`],
  ],
  [
    'PROXY before an API that does not speak it',
    ({ lb_pool_v2: all }) => {
      all['balancer_api_api-pool'].protocol = 'PROXYV2';
    },
    [`${API}: the protocol to its members is PROXYV2, not TCP`],
  ],
  [
    'a check of the port that wants a PROXY header',
    ({ lb_member_v2: all }) => {
      for (const name of ['worker1', 'worker2', 'worker3'])
        delete all[`balancer_app_web-${name}`].monitor_port;
    },
    [`${WEB}: its check is HTTP GET /ping at 30080, 200, not HTTP GET /ping at 30082, 200`],
  ],
  [
    'a check that takes a redirect for health',
    ({ lb_monitor_v2: all }) => {
      all['balancer_database_database-monitor'].expected_codes = '200-399';
    },
    [
      `${DATABASE}: its check is HTTPS GET /health?ready=1 at 8080, 200-399, not HTTPS GET /health?ready=1 at 8080, 200`,
    ],
  ],
  [
    'no check',
    ({ lb_monitor_v2: all }) => delete all['balancer_api_api-monitor'],
    [`${API}: its check is not said, not HTTPS GET /readyz at 6443, 200`],
  ],
  [
    'watches that end in a minute',
    ({ lb_listener_v2: all }) => {
      const listener = all['balancer_api_api-listener'];
      delete listener.timeout_client_data;
      delete listener.timeout_member_data;
    },
    [`${API}: a connection ends after 0 s of silence; 600 s are usual in it`],
  ],
  [
    'two sides of one connection',
    ({ lb_listener_v2: all }) => {
      all['balancer_api_api-listener'].timeout_member_data = 1_800_000;
    },
    [`${API}: its two sides end at different times`],
  ],
])('%s', (_, change, expected) => {
  expect(messages(inStack(tree, 'dc', change))).toEqual(expected);
});
