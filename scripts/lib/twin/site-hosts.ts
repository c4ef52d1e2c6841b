import { both, type PerFamily } from '#sites/address.ts';
import type { HaproxyEdge, Host, Site } from '#sites/model.ts';
import { CLOCK, filesBelow, type LayoutProps, route, type TwinHost, withLength } from './parts.ts';

/** What a first start does with generated files: users, folders, and settings of the kernel that belong to a network. */
export const GENERATED = [
  'for each in /etc/sysctl.d/60-fredu*.conf; do [ ! -e "$each" ] || grep -h "^net\\." "$each" | grep -v nf_conntrack_max | sysctl -qe -p - || true; done',
  'for each in /etc/sysusers.d/*script.conf; do [ ! -e "$each" ] || systemd-sysusers "$each"; done',
  'for each in /etc/tmpfiles.d/fredu*.conf; do [ ! -e "$each" ] || systemd-tmpfiles --create "$each"; done',
];

/** Addresses as the host's own files have them, for networkd to give. */
function networkd(files: [string, string][], device: string): { addresses: string[]; gateways: string[] } {
  const text = files.find(([path]) => path.endsWith(`-${device}.network`))?.[1] ?? '';
  const all = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}=(.+)$`, 'gm'))].map((match) => match[1]!);
  return { addresses: all('Address'), gateways: all('Gateway') };
}

/** What HAProxy opens for `maxconn 20000`; where a process may not, it is told of fewer connections on its command line. */
const FILES_OF_HAPROXY = 40_200;
const FEWER = 'EXTRAOPTS="-S /run/haproxy-master.sock -n 4000"\n';

export function edge({ tree, keys, openFilesMax }: LayoutProps, site: Site, host: Host): TwinHost {
  const files = filesBelow(tree, `${site.code}/hosts/${host.name}`);
  const { interfaces } = site.edge as HaproxyEdge;
  const [outer, own] = [networkd(files, interfaces.public), networkd(files, interfaces.nodes)];
  return {
    name: host.name,
    machine: host.machine,
    role: host.role,
    files: [
      ...files,
      ['etc/haproxy/database-ca.crt', keys.authorities.database],
      ['etc/haproxy/kubernetes-ca.crt', keys.authorities.kubernetes],
      ['etc/default/chrony', CLOCK],
      ...(openFilesMax < FILES_OF_HAPROXY ? [['etc/default/haproxy', FEWER] as [string, string]] : []),
    ],
    cables: [
      { device: interfaces.public, network: `${site.code}-public`, addresses: outer.addresses },
      { device: interfaces.nodes, network: `${site.code}-nodes`, addresses: own.addresses },
    ],
    settings: [...GENERATED, ...[...outer.gateways, ...own.gateways].map((via) => route('default', via))],
    units: ['nftables', 'haproxy', 'bird', 'keepalived', 'chrony', 'prometheus-node-exporter'],
    programs: [],
    ...(openFilesMax < FILES_OF_HAPROXY
      ? {
          played:
            'room for 4,000 connections, for this machine lets a process open few files; the rest is real',
        }
      : {}),
  };
}

/** A host of the inner network. Its way out is the front firewall, the first address there. */
export function inner({ tree }: LayoutProps, site: Site, host: Host, units: string[]): TwinHost {
  return {
    name: host.name,
    machine: host.machine,
    role: host.role,
    files: [...filesBelow(tree, `${site.code}/hosts/${host.name}`), ['etc/default/chrony', CLOCK]],
    cables: [
      {
        device: 'eth0',
        network: `${site.code}-nodes`,
        addresses: withLength(host.address, site.networks.nodes),
      },
    ],
    settings: [...GENERATED, ...both(gatewayOf(site)).map((via) => route('default', via))],
    units,
    programs: [],
  };
}
/** One with a firewall of its own where one is generated for it. */
export function innerHost(props: LayoutProps, site: Site, host: Host): TwinHost {
  const units = props.tree.has(`${site.code}/hosts/${host.name}/etc/nftables.conf`) ? ['nftables'] : [];
  return inner(props, site, host, [...units, 'chrony', 'prometheus-node-exporter']);
}
/** The first address of the network of all hosts. */
const gatewayOf = (site: Site): PerFamily =>
  Object.fromEntries(
    Object.entries(site.networks.nodes).map(([family, network]) => [
      family,
      network.replace(family === 'ipv4' ? /\.\d+\/\d+$/ : /::\/\d+$/, family === 'ipv4' ? '.1' : '::1'),
    ]),
  );
