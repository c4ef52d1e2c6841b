import type { TextFile } from '#constructs/text-file.ts';
import { contains, FAMILIES, type PerFamily, prefixLength } from '#sites/address.ts';
import { vlanOf } from '#sites/derive.ts';
import type { Host } from '#sites/model.ts';
import type { HaproxySite } from '#sites/site-kinds.ts';
import { type Section, sections } from './systemd.ts';

/**
 * The fixed addresses of an edge, one file an interface, for systemd-networkd: it gives an interface its addresses and
 * routes back after its link was lost, and leaves alone what keepalived put beside them. An interface that is a VLAN is made
 * by a file of its own, and named by that of the interface which carries it.
 * @see https://manpages.debian.org/bookworm/systemd/systemd.network.5.en.html
 * @see https://manpages.debian.org/bookworm/systemd/systemd.netdev.5.en.html
 */
export function fixedAddresses({ site, host }: { site: HaproxySite; host: Host }): TextFile[] {
  const { interfaces, gateway } = site.edge;
  const sides: Side[] = [
    { device: interfaces.public, own: host.public, network: site.networks.public, way: gateway },
    { device: interfaces.nodes, own: host.address, network: site.networks.nodes, way: {} },
  ];
  const addressed = Map.groupBy(sides, ({ device }) => device);
  const carried = carriers([...addressed.keys()]);
  const devices = [...new Set([...addressed.keys(), ...carried.keys()])];
  return devices.flatMap((device) => {
    const here = addressed.get(device) ?? [];
    const vlan = vlanOf(device);
    const why =
      here.length > 0 ? 'the addresses that are always its own' : 'carries VLANs, and has no address itself';
    const network: TextFile = [
      `etc/systemd/network/10-${device}.network`,
      `# ${host.name}: ${why}\n${sections({
        Match: { Name: device },
        Network: {
          DHCP: 'no',
          IPv6AcceptRA: 'no',
          LinkLocalAddressing: here.length > 0 ? 'ipv6' : 'no',
          LLMNR: 'no',
          MulticastDNS: 'no',
          // A restart of networkd would take the virtual addresses away.
          KeepConfiguration: 'static',
          VLAN: carried.get(device) ?? [],
          Address: here.flatMap(addresses),
          Gateway: here.flatMap(ways),
        } satisfies Section,
      })}`,
    ];
    if (!vlan) return [network];
    const made = sections({ NetDev: { Name: device, Kind: 'vlan' }, VLAN: { Id: vlan.id } });
    return [
      [`etc/systemd/network/10-${device}.netdev`, `# ${host.name}: a VLAN on ${vlan.on}\n${made}`],
      network,
    ];
  });
}

/** Interfaces that carry VLANs, with those that they carry; a VLAN may itself carry some. */
function carriers(devices: readonly string[]): Map<string, string[]> {
  const carried = new Map<string, string[]>();
  for (const device of devices) {
    for (let at = device, vlan = vlanOf(at); vlan; at = vlan.on, vlan = vlanOf(at)) {
      const known = carried.get(vlan.on) ?? [];
      if (!known.includes(at)) carried.set(vlan.on, [...known, at]);
    }
  }
  return carried;
}

/** One network that an edge stands in. */
interface Side {
  device: string;
  /** The host's own addresses there. */
  own: PerFamily;
  network: PerFamily;
  /** Where to leave it by; empty where there is no way out. */
  way: PerFamily;
}
const addresses = ({ own, network }: Side): string[] =>
  FAMILIES.flatMap((family) =>
    own[family] && network[family] ? `${own[family]}/${prefixLength(network[family])}` : [],
  );
/** A gateway of a family that the host has no address in would never be reached. */
const ways = ({ own, network, way }: Side): string[] =>
  FAMILIES.flatMap((family) => {
    const [within, gateway] = [network[family], way[family]];
    return own[family] && within && gateway && contains(within, gateway) ? gateway : [];
  });
