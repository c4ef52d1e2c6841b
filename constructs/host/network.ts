import { both, contains, type PerFamily, prefixLength } from '../../sites/address.ts';
import type { HaproxyEdge, Host, Site } from '../../sites/model.ts';
import { type Section, sections } from '../systemd.ts';

/**
 * The fixed addresses of an edge, one file an interface, for systemd-networkd: it gives an interface its addresses and
 * routes back after its link was lost, and leaves alone what keepalived put beside them.
 * @see https://manpages.debian.org/bookworm/systemd/systemd.network.5.en.html
 */
export function fixedAddresses({ site, host }: { site: Site; host: Host }): [path: string, text: string][] {
  const edge = site.edge as HaproxyEdge;
  const { interfaces, gateway } = edge;
  const sides = [
    { device: interfaces.public, own: host.public, network: site.networks.public, way: gateway },
    { device: interfaces.nodes, own: host.address, network: site.networks.nodes, way: {} },
  ];
  return [...Map.groupBy(sides, ({ device }) => device)].map(([device, here]) => [
    `etc/systemd/network/10-${device}.network`,
    `# ${host.name}: the addresses that are always its own\n${sections({
      Match: { Name: device },
      Network: {
        DHCP: 'no',
        IPv6AcceptRA: 'no',
        LinkLocalAddressing: 'ipv6',
        LLMNR: 'no',
        MulticastDNS: 'no',
        // A restart of networkd would take the virtual addresses away.
        KeepConfiguration: 'static',
        Address: here.flatMap(({ own, network }) => addresses(own, network)),
        Gateway: here.flatMap(({ own, network, way }) => ways(own, network, way)),
      } satisfies Section,
    })}`,
  ]);
}

const addresses = (own: PerFamily, network: PerFamily): string[] =>
  both(own).map((address) => `${address}/${lengthIn(network, address)}`);
/** A gateway of a family that the host has no address in would never be reached. */
const ways = (own: PerFamily, network: PerFamily, way: PerFamily): string[] =>
  both(way).filter((gateway) =>
    both(own).some((address) =>
      both(network).some((each) => contains(each, address) && contains(each, gateway)),
    ),
  );
const lengthIn = (network: PerFamily, address: string): number =>
  prefixLength(both(network).find((each) => contains(each, address))!);
