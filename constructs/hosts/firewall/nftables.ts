import type { AtHost } from '#constructs/at-site.ts';
import { FAMILIES, type Family, ofFamily } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { machinesAtApp } from '#sites/traffic/conversations.ts';
import { isBalancer } from '#sites/traffic/parties.ts';
import { type HostFlow, hostFlows } from './host-flows.ts';
import { NFT_FAMILY, nftComment, nftSet } from './nft.ts';

/**
 * What one client may do before the balancer is asked, far above what the balancer itself allows: a client that is refused here is a
 * flood, and costs no memory of HAProxy. Clients of IPv6 are counted by their /64. Machines of ours pass: see `machinesAtApp`.
 */
const FLOOD = {
  /** New connections a second, as a multiple of those that HAProxy lets one client open in a second. */
  rateFactor: 10,
  /** Connections open at once. */
  open: 2000,
  /** Clients remembered; each takes about 200 bytes. */
  clients: 65_536,
} as const;

/** Whether the host has a firewall of ours: OpenStack filters before its hosts, and Calico on the nodes of a cluster. */
export const isFirewalled = (site: Site, { role }: Host): boolean =>
  !site.openstack && (role === 'edge' || role === 'bastion' || role === 'database');

/**
 * The firewall of one host: nothing in and nothing out but the flows of the table, both families. It is one transaction, so that a
 * mistake leaves the old one, and a table of its own, replaced as a whole. Judged by `nft -c`.
 *
 * @see https://wiki.nftables.org/wiki-nftables/index.php/Simple_ruleset_for_a_server
 */
export function nftables(place: AtHost): string {
  const { host } = place;
  const all = hostFlows(place);
  const isApp = ({ flow, direction }: HostFlow) =>
    direction === 'in' && isBalancer(flow.to, 'app') && flow.from.kind === 'internet';
  const guarded = FAMILIES.filter((family) => all.some((each) => isApp(each) && each.family === family));
  const rules = (direction: 'in' | 'out') =>
    merged(
      all
        .filter((each) => each.direction === direction && !isSpare(each, all))
        .map((each) => part(each, isApp(each))),
    );
  return `#!/usr/sbin/nft -f
# ${host.name}: exactly the flows that begin or end here
table inet fredu
delete table inet fredu

table inet fredu {
${guarded.map((family) => clients(family, place)).join('\n')}${guarded.length > 0 ? '\n' : ''}  chain input {
    type filter hook input priority filter; policy drop;
    iifname lo accept
    ct state established,related accept
    ct state invalid counter drop
${lines([...NEEDED, ...(host.role === 'edge' ? [] : DHCP_IN), ...rules('in')])}    limit rate 5/second burst 20 packets log prefix "dropped in: "
    counter drop
  }

  chain forward {
    type filter hook forward priority filter; policy drop;
    counter drop
  }

  chain output {
    type filter hook output priority filter; policy drop;
    oifname lo accept
    ct state established,related accept
${lines([...NEEDED, ...(host.role === 'edge' ? [] : DHCP_OUT), ...rules('out')])}    limit rate 5/second burst 20 packets log prefix "dropped out: "
    counter reject
  }
}
`;
}

const lines = (all: string[]): string => all.map((line) => `    ${line}\n`).join('');

/**
 * Without these no path has a size and no neighbour an address.
 * @see https://www.rfc-editor.org/rfc/rfc4890 section 4.4
 */
const NEEDED = [
  'icmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
  'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept',
  'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert, mld-listener-query, mld-listener-report, mld2-listener-report } ip6 hoplimit { 1, 255 } accept',
];
/** The provider or the hypervisor gives the host its address. */
const DHCP_OUT = ['udp sport 68 udp dport 67 accept', 'udp sport 546 udp dport 547 accept'];
const DHCP_IN = [
  'udp sport 67 udp dport 68 accept',
  'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept',
];

/** Who has opened how much; what is too much is dropped or reset before HAProxy sees it. Machines of ours are not counted. */
function clients(family: Family, { model, site }: AtHost): string {
  const ours = ofFamily(machinesAtApp(model, site), family);
  const uncounted = ours.length > 0 ? `${NFT_FAMILY[family]} saddr ${nftSet(ours)} accept\n    ` : '';
  const client = family === 'ipv4' ? 'ip saddr' : 'ip6 saddr and ffff:ffff:ffff:ffff::';
  const rate = (model.limits.connectionsPer10s * FLOOD.rateFactor) / 10;
  return `  set rate_${family} {
    type ${family}_addr
    size ${FLOOD.clients}
    flags dynamic,timeout
    timeout 1m
  }

  set open_${family} {
    type ${family}_addr
    size ${FLOOD.clients}
    flags dynamic
  }

  chain clients_${family} {
    ${uncounted}add @rate_${family} { ${client} limit rate over ${rate}/second burst ${2 * rate} packets } counter drop
    add @open_${family} { ${client} ct count over ${FLOOD.open} } counter reject with tcp reset
    accept
  }
`;
}

/** What anybody may do nobody needs to be allowed by name. */
const isSpare = (one: HostFlow, all: HostFlow[]): boolean =>
  one.remotes !== 'any' &&
  all.some(
    (each) =>
      each.remotes === 'any' &&
      each.direction === one.direction &&
      each.family === one.family &&
      each.protocol === one.protocol &&
      one.locals.every((address) => each.locals.includes(address)) &&
      one.ports.every(({ first, last }) =>
        each.ports.some((port) => port.first <= first && last <= port.last),
      ),
  );

/** A rule whose other ends are still to be joined with those of its like. */
interface Part {
  match: string;
  field: string;
  remotes: 'any' | string[];
  verdict: string;
  flow: string;
}

function part({ direction, family, protocol, ports, remotes, locals, flow }: HostFlow, isApp: boolean): Part {
  const [remote, local] = direction === 'in' ? ['saddr', 'daddr'] : ['daddr', 'saddr'];
  const numbers = ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  // A neighbour is one hop away: what comes from farther is forged (RFC 5082; RFC 5881, section 5).
  const isNear = protocol === 'vrrp' || (protocol === 'udp' && flow.from.kind === 'router');
  const match = [
    `${NFT_FAMILY[family]} ${local} ${nftSet(locals)}`,
    ...(isNear && direction === 'in' ? [family === 'ipv4' ? 'ip ttl 255' : 'ip6 hoplimit 255'] : []),
    ...matching(family, protocol, numbers),
  ];
  return {
    match: match.join(' '),
    field: `${NFT_FAMILY[family]} ${remote}`,
    remotes,
    verdict: isApp ? `jump clients_${family}` : 'accept',
    flow: flow.name,
  };
}

/** One rule for all that differ in nothing but the other end. */
function merged(parts: Part[]): string[] {
  const alike = Map.groupBy(parts, ({ match, field, remotes, verdict }) =>
    [match, field, verdict, remotes === 'any'].join('|'),
  );
  return [...alike.values()].map((same) => {
    const { match, field, remotes, verdict } = same[0]!;
    const ends = remotes === 'any' ? [] : [...new Set(same.flatMap((each) => each.remotes))];
    return [
      ...(ends.length > 0 ? [`${field} ${nftSet(ends)}`] : []),
      match,
      verdict,
      nftComment(same.map(({ flow }) => flow)),
    ].join(' ');
  });
}

function matching(family: Family, protocol: HostFlow['protocol'], ports: string[]): string[] {
  switch (protocol) {
    case 'icmp':
      return [family === 'ipv4' ? 'icmp type { echo-request }' : 'icmpv6 type { echo-request }'];
    case 'vrrp':
      return ['meta l4proto vrrp'];
    default:
      return [`${protocol} dport ${nftSet(ports)}`];
  }
}
