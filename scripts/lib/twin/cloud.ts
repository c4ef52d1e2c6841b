import { both } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { announced } from '#sites/questions.ts';
import { spare } from './front.ts';
import { type LayoutProps, route, type TwinHost } from './parts.ts';
import { at, ROUTER, SHARED } from './world.ts';

// What an OpenStack makes of the site's Terraform: a router with floating addresses, and balancers, which Octavia runs as HAProxy.

type Resources = Record<string, Record<string, Record<string, unknown>> | undefined>;

/** The router between the site's networks and the world, and, where the site is made in an OpenStack, its balancers. */
export function cloudHosts({ model, tree }: LayoutProps, site: Site, part: number): TwinHost[] {
  const text = tree.get(`${site.code}/openstack/cdk.tf.json`);
  const resources = text ? (JSON.parse(text) as { resource: Resources }).resource : {};
  const balancers = balancersOf(resources, site);
  return [
    router(site, part, floating(resources, balancers), model),
    ...balancers.map(({ key, address, text: configuration }): TwinHost => {
      const name = `${site.code}-balancer-${key}`;
      const network = site.networks.balancers!;
      return {
        name,
        machine: name,
        role: 'balancer',
        files: [['etc/haproxy/haproxy.cfg', configuration]],
        cables: [
          {
            device: 'eth0',
            network: `${site.code}-balancers`,
            addresses: [`${address}/${network.ipv4!.split('/')[1]}`],
          },
        ],
        settings: [route('default', first(network.ipv4!))],
        units: [],
        programs: [{ name: 'haproxy', command: 'haproxy -db -f /etc/haproxy/haproxy.cfg' }],
        played: 'Octavia’s amphora: an HAProxy as Octavia would write its file from the Terraform',
      };
    }),
  ];
}

function router(site: Site, part: number, addresses: Floating[], model: Model): TwinHost {
  const inner = (['nodes', 'balancers'] as const).filter((network) => site.networks[network]?.ipv4);
  const own = both(announced(model, site));
  return {
    name: `${site.code}-router`,
    machine: `${site.code}-router`,
    role: 'router of the site',
    files: [
      [
        'etc/twin/router.nft',
        `table ip twin {
  chain prerouting {
    type nat hook prerouting priority dstnat;
${addresses.map(({ outer, inner: to }) => `    ip daddr ${outer} dnat to ${to}\n`).join('')}  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
${addresses
  .filter(({ outer }) => !own.includes(outer))
  .map(({ outer, inner: from }) => `    ip saddr ${from} oifname eth0 snat to ${outer}\n`)
  .join('')}${addresses.length > 0 ? '    oifname eth0 masquerade\n' : ''}  }
}
`,
      ],
    ],
    cables: [
      { device: 'eth0', network: `${site.code}-world`, addresses: both(at(part, SHARED)) },
      ...inner.map((network, index) => {
        const { ipv4 } = site.networks[network]!;
        return {
          device: `eth${index + 1}`,
          network: `${site.code}-${network}`,
          addresses: [`${first(ipv4!)}/${ipv4!.split('/')[1]}`],
        };
      }),
    ],
    settings: [
      'sysctl -qw net.ipv4.ip_forward=1',
      ...both(at(part, ROUTER, false)).map((via) => route('default', via)),
      'nft -f /etc/twin/router.nft',
    ],
    units: [],
    programs: [],
    played: `what a provider has: ${addresses.length > 0 ? 'Neutron’s router with the floating addresses of the Terraform, and no security groups' : 'a router'}`,
  };
}
/** The first address of a network of version 4. */
const first = (network: string): string =>
  network.replace(/\d+\/\d+$/, (end) => `${Number.parseInt(end, 10) + 1}`);

interface Balancer {
  /** As the Terraform calls it. */
  key: string;
  address: string;
  text: string;
}
interface Floating {
  outer: string;
  inner: string;
}

const rows = (resources: Resources, kind: string) =>
  Object.entries(resources[kind] ?? {}) as [string, Record<string, never>][];
/** The resource that a reference names. */
const named = (reference: unknown): string => /\.([\w-]+)\.\w+\}$/.exec(String(reference))?.[1] ?? '';

function balancersOf(resources: Resources, site: Site): Balancer[] {
  return rows(resources, 'openstack_lb_loadbalancer_v2').map(([key, { vip_address }], index) => {
    // Where the Terraform names none, OpenStack gives one.
    const address = (vip_address as string | undefined) ?? spare(site, 'balancers', index).ipv4!;
    return {
      key: key.replace(/^balancer_|_vip$/g, ''),
      address,
      text: haproxy(resources, key, address),
    };
  });
}

/** As Octavia's template does. @see https://opendev.org/octavia/src/branch/stable/2024.2/octavia/common/jinja/haproxy/combined_listeners/templates/macros.j2 */
function haproxy(resources: Resources, balancer: string, address: string): string {
  const listeners = rows(resources, 'openstack_lb_listener_v2').filter(
    ([, each]) => named(each.loadbalancer_id) === balancer && each.protocol === 'TCP',
  );
  const of = (kind: string, key: 'listener_id' | 'pool_id', wanted: string) =>
    rows(resources, kind).filter(([, each]) => named(each[key]) === wanted);
  const parts = listeners.map(([listener, each]) => {
    const [pool, its] = of('openstack_lb_pool_v2', 'listener_id', listener)[0]!;
    const [, monitor] = of('openstack_lb_monitor_v2', 'pool_id', pool)[0]!;
    const { allowed_cidrs: allowed } = each as unknown as { allowed_cidrs: string[] };
    const proxied = its.protocol === 'PROXYV2' ? ' send-proxy-v2' : '';
    const secured = monitor.type === 'HTTPS' ? ' check-ssl verify none' : '';
    return `frontend ${listener}
  bind ${address}:${each.protocol_port}
  acl allowed src ${allowed.join(' ')}
  tcp-request connection reject if !allowed
  timeout client ${each.timeout_client_data}
  default_backend ${pool}

backend ${pool}
  balance leastconn
  timeout connect ${each.timeout_member_connect}
  timeout server ${each.timeout_member_data}
  timeout check ${monitor.timeout}s
  option httpchk GET ${monitor.url_path}
  http-check expect rstatus ${monitor.expected_codes}
${of('openstack_lb_member_v2', 'pool_id', pool)
  .map(([member, { address: to, protocol_port, monitor_port }]) => {
    const port = monitor_port === undefined ? '' : ` port ${monitor_port}`;
    return `  server ${member} ${to}:${protocol_port} check${secured}${port} inter ${monitor.delay}s fall ${monitor.max_retries_down} rise ${monitor.max_retries}${proxied}\n`;
  })
  .join('')}`;
  });
  return `global
  maxconn 4000

defaults
  mode tcp
  retries 3
  option redispatch

${parts.join('\n')}`;
}

/** Each floating address with what it leads to. */
function floating(resources: Resources, balancers: Balancer[]): Floating[] {
  const ports = new Map(
    rows(resources, 'openstack_networking_port_v2').map(([key, port]) => [
      key,
      (port.fixed_ip as unknown as { ip_address: string }[] | undefined)?.[0]?.ip_address,
    ]),
  );
  return rows(resources, 'openstack_networking_floatingip_v2').flatMap(([, { address, port_id }]) => {
    const key = named(port_id);
    const inner = ports.get(key) ?? balancers.find((each) => `balancer_${each.key}_vip` === key)?.address;
    return inner ? [{ outer: String(address), inner }] : [];
  });
}
