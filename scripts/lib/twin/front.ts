import { both, type PerFamily } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { filesBelow, type LayoutProps, route, type TwinHost, withLength } from './parts.ts';
import { GENERATED } from './site-hosts.ts';
import { at, FIRST_FIREWALL, ROUTER, SHARED } from './world.ts';

/** The two of the tree, with addresses of their own where none is generated, and the provider's line before them. */
export function frontFirewalls({ tree }: LayoutProps, site: Site, part: number): TwinHost[] {
  const folder = `${site.code}/front-firewall`;
  const all = [
    ...new Set(
      [...tree.keys()].flatMap((path) => new RegExp(`^${folder}/([^/]+)/etc/`).exec(path)?.[1] ?? []),
    ),
  ];
  return all.map((name, index) => {
    const files = filesBelow(tree, `${folder}/${name}`);
    const priority = /priority (\d+)/.exec(
      files.find(([path]) => path.endsWith('keepalived.conf'))?.[1] ?? '',
    )?.[1];
    const shared = at(part, SHARED);
    const pair = files.find(([path]) => path.endsWith('-pair.network'))?.[1] ?? '';
    return {
      name: `${site.code}-${name}`,
      machine: `${site.code}-${name}`,
      role: 'front firewall',
      files: [...files, ['etc/keepalived/world.d/10-provider.conf', provider(shared, priority ?? '100')]],
      cables: [
        { device: 'eth0', network: `${site.code}-world`, addresses: both(at(part, FIRST_FIREWALL + index)) },
        {
          device: 'eth1',
          network: `${site.code}-public`,
          addresses: withLength(spare(site, 'public', index), site.networks.public),
        },
        {
          device: 'eth2',
          network: `${site.code}-nodes`,
          addresses: withLength(spare(site, 'nodes', index), site.networks.nodes),
        },
        {
          device: 'eth3',
          network: `${site.code}-pair`,
          addresses: /^Address=(.+)$/m.exec(pair)?.slice(1) ?? [],
        },
      ],
      settings: [...GENERATED, ...both(at(part, ROUTER, false)).map((via) => route('default', via))],
      units: ['nftables', 'conntrackd', 'bird', 'keepalived'],
      programs: [],
    };
  });
}
/**
 * What the provider has to say: the address that it routes our networks to, held by whoever leads. The two find out over the
 * edges' network, for the firewall takes adverts from inside alone.
 */
const provider = ({ ipv4, ipv6 }: PerFamily, priority: string): string =>
  [
    ['ipv4', 101, [`${ipv4} dev eth0`]] as const,
    ['ipv6', 102, ['fe80::65/64 dev eth1', `${ipv6} dev eth0`]] as const,
  ]
    .map(
      ([family, id, addresses]) => `vrrp_instance world_${family} {
  state BACKUP
  interface eth1
  virtual_router_id ${id}
  priority ${priority}
  advert_int 1
  track_interface {
    eth0
  }
  virtual_ipaddress {
${addresses.map((each) => `    ${each}\n`).join('')}  }
}
`,
    )
    .join('');

/** An address of a network that no host has: the last ones, for those that nobody names. */
export function spare(site: Site, network: 'public' | 'nodes' | 'balancers', index: number): PerFamily {
  const { ipv4, ipv6 } = site.networks[network] ?? {};
  const taken = new Set(site.hosts.flatMap((host) => [...both(host.address), ...both(host.public)]));
  const of = (prefix: string, last: number) =>
    `${prefix.replace(/[^.:]+\/\d+$|::\/\d+$/, '')}${prefix.includes(':') ? '::' : ''}${last}`;
  const free = (prefix: string) =>
    Array.from({ length: 60 }, (_, each) => of(prefix, 120 - each)).filter((each) => !taken.has(each))[
      index
    ]!;
  return { ...(ipv4 ? { ipv4: free(ipv4) } : {}), ...(ipv6 ? { ipv6: free(ipv6) } : {}) };
}
