import type { AtHost } from '#constructs/at-site.ts';
import { BITS, FAMILIES, type PerFamily, toNumber } from '#sites/address.ts';
import type { HaproxySite, RoutedSite } from '#sites/site-kinds.ts';

/**
 * The number of a router, written like an IPv4 address: the first of that family that it has, else the last 32 bits of an
 * IPv6 address. It needs to be unique among the routers that speak to each other, and not to be reached.
 * @see https://www.rfc-editor.org/rfc/rfc6286
 */
export function routerId(...addresses: PerFamily[]): string {
  const [ipv4] = addresses.flatMap((each) => each.ipv4 ?? []);
  if (ipv4) return ipv4;
  const [ipv6 = '::'] = addresses.flatMap((each) => each.ipv6 ?? []);
  const low = toNumber(ipv6) & 0xffff_ffffn;
  return [24n, 16n, 8n, 0n].map((shift) => (low >> shift) & 0xffn).join('.');
}

/**
 * The announcement of the service addresses by an edge: BGP to the site's router in both families, watched by BFD. It needs
 * no check of its own: keepalived holds the addresses on the loopback of the one edge that serves, and what is not held
 * is not announced.
 *
 * @see https://bird.network.cz/?get_doc&v=20&f=bird-6.html
 */
export function bird({ model, site, host }: AtHost<HaproxySite & RoutedSite>): string {
  const { asn, peer } = site.routing;
  const { interfaces } = site.edge;
  const sides = FAMILIES.flatMap((family) => {
    const [service, router, own] = [model.anycast[family], peer.address[family], host.public[family]];
    return service && router && own ? [{ family, service, router, own }] : [];
  });
  const filters = sides.map(
    ({ family, service }) => `filter service_${family} {
  if source = RTS_DEVICE && net = ${service}/${BITS[family]} then accept;
  reject;
}
`,
  );
  const sessions = sides.map(
    ({ family, router, own }) => `protocol bgp router_${family} {
  local ${own} as ${asn};
  neighbor ${router} as ${peer.asn};
  hold time 9;
  keepalive time 3;
  connect retry time 2;
  error wait time 1, 5;
  bfd on;
  ${family} {
    import none;
    export filter service_${family};
  };
}
`,
  );
  return `# ${host.name}: announces the service addresses while it holds them
log syslog all;
router id ${routerId(host.public, host.address)};

protocol device {
  scan time 2;
}

protocol direct {
${sides.map(({ family }) => `  ${family};\n`).join('')}  interface "lo";
}

# Three lost packets of 100 ms: a dead path is seen before a client gives up.
protocol bfd {
  interface "${interfaces.public}" {
    min rx interval 100 ms;
    min tx interval 100 ms;
    multiplier 3;
  };
}

${[...filters, ...sessions].join('\n')}`;
}
