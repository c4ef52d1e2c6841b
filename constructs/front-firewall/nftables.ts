import type { AtSite } from '#constructs/at-site.ts';
import { both, FAMILIES, type Family, familyOf, isPrivate } from '#sites/address.ts';
import { hostsOf } from '#sites/questions.ts';
import { NFT_FAMILY, nftComment } from '../hosts/firewall/nft.ts';
import { type Crossing, crossings, innerNetworks, type Side, translated } from './crossings.ts';
import { aliases } from './sheet.ts';

/** The interfaces of a front firewall made of a host; the first lines of its files name them. */
export const FRONT_INTERFACES = { world: 'eth0', public: 'eth1', nodes: 'eth2', pair: 'eth3' };

/**
 * The front firewall as nftables: what crosses it, what is translated, and what it takes itself. A table of its own, replaced as a whole
 * in one transaction, so that a mistake leaves the old one.
 *
 * @see https://wiki.nftables.org/wiki-nftables/index.php/Main_Page
 */
export function frontNftables(place: AtSite): string {
  const all = crossings(place);
  const { site } = place;
  const within = (family: Family) => innerNetworks(place).filter((each) => familyOf(each) === family);
  const through = all.filter(({ to }) => to.zone !== 'firewall');
  // Answers in IPv6 take the edge's leg in the hosts' network, so that the firewall sees one direction only.
  const halfSeen = through.filter(({ from, to }) => from.zone === 'nodes' && to.zone === 'public');
  const chains = `  chain forged {
    type filter hook prerouting priority raw; policy accept;
${FAMILIES.filter((family) => within(family).length > 0)
  .map(
    (family) =>
      `    iifname $world ${NFT_FAMILY[family]} saddr { ${within(family).join(', ')} } counter drop\n`,
  )
  .join('')}  }

  chain translate_in {
    type nat hook prerouting priority dstnat; policy accept;
${translated(place)
  .map(
    ({ outer, inner, host }) =>
      `    iifname { $world, $public } ip daddr ${outer} dnat ip to ${inner} comment "${host.name}"\n`,
  )
  .join('')}  }

  chain translate_out {
    type nat hook postrouting priority srcnat; policy accept;
${translated(place)
  .map(
    ({ outer, inner, host }) =>
      `    oifname { $world, $public } ip saddr ${inner} snat ip to ${outer} comment "${host.name}"\n`,
  )
  .join('')}${masquerade(place)}  }

  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
${halfSeen.flatMap((crossing) => rules(crossing, ['ipv6'])).join('')}    ct state invalid counter drop
${through
  .flatMap((crossing) =>
    rules(
      crossing,
      FAMILIES.filter((family) => family === 'ipv4' || !halfSeen.includes(crossing)),
    ),
  )
  .join('')}    limit rate 10/second burst 20 packets log prefix "front dropped: "
    counter drop
  }

  chain input {
    type filter hook input priority filter; policy drop;
    iifname lo accept
    ct state established,related accept
    ct state invalid counter drop
    icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert, packet-too-big, destination-unreachable, time-exceeded, parameter-problem, echo-request } accept
    meta l4proto vrrp iifname { $public, $nodes } accept
    iifname $pair udp dport 3780 accept comment "conntrackd"
${[...hostsOf(site, 'bastion').flatMap(({ address }) => both(address))]
  .map(
    (address) =>
      `    iifname $nodes ${NFT_FAMILY[familyOf(address)]} saddr ${address} tcp dport 22 accept comment "administration"\n`,
  )
  .join('')}${all
  .filter(({ to }) => to.zone === 'firewall')
  .flatMap((crossing) => rules(crossing, FAMILIES))
  .join('')}    limit rate 10/second burst 20 packets log prefix "front refused: "
    counter drop
  }
`;
  return `#!/usr/sbin/nft -f
# ${site.code}: the front firewall
define world = "${FRONT_INTERFACES.world}"
define public = "${FRONT_INTERFACES.public}"
define nodes = "${FRONT_INTERFACES.nodes}"
define pair = "${FRONT_INTERFACES.pair}"

table inet front
delete table inet front

table inet front {
${aliases(all)
  .flatMap(sets)
  .filter(({ name }) => chains.includes(`@${name} `))
  .map(({ text }) => text)
  .join('\n')}
${chains}}
`;
}

/** Both families of a side; a rule may need one of them only. */
function sets({ name, addresses }: Side): { name: string; text: string }[] {
  return FAMILIES.flatMap((family) => {
    const own = (addresses as string[]).filter((address) => familyOf(address) === family);
    if (own.length === 0) return [];
    const flags = own.some((address) => address.includes('/')) ? '\n    flags interval' : '';
    const text = `  set ${name}_${family} {\n    type ${family}_addr${flags}\n    elements = { ${own.join(', ')} }\n  }\n`;
    return [{ name: `${name}_${family}`, text }];
  });
}

function masquerade({ site }: AtSite): string {
  const network = site.networks.nodes.ipv4;
  return network && isPrivate(network.split('/')[0]!)
    ? `    oifname $world ip saddr ${network} masquerade comment "hosts without a public address of their own"\n`
    : '';
}

function rules(
  { from, to, families, protocol, ports, flows }: Crossing,
  wanted: readonly Family[],
): string[] {
  const numbers = ports
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ');
  const what = protocol === 'icmp' ? '' : ` ${protocol} dport { ${numbers} }`;
  return families
    .filter((family) => wanted.includes(family))
    .map((family) => {
      const icmp =
        protocol === 'icmp' ? (family === 'ipv4' ? ' meta l4proto icmp' : ' meta l4proto ipv6-icmp') : '';
      const out = to.zone === 'firewall' ? '' : ` oifname $${to.zone}`;
      // Both any: the family is all that is left to say.
      const sides = `${side(from, 'saddr', family)}${side(to, 'daddr', family)}`;
      const bare = sides === '' ? ` meta nfproto ${family}` : sides;
      // A neighbour is one hop away: BFD's own protection against forgery (RFC 5881, section 5).
      const near =
        protocol === 'udp' && to.zone === 'firewall'
          ? ` ${NFT_FAMILY[family]} ${family === 'ipv4' ? 'ttl' : 'hoplimit'} 255`
          : '';
      return `    iifname $${from.zone}${out}${bare}${near}${icmp}${what} accept ${nftComment(flows)}\n`;
    });
}
const side = ({ zone, name, addresses }: Side, field: 'saddr' | 'daddr', family: Family): string =>
  zone === 'firewall' || addresses === 'any' ? '' : ` ${NFT_FAMILY[family]} ${field} @${name}_${family}`;
