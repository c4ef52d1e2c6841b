import { findsEach } from '#scripts/testing/broken-trees.ts';
import { firewallWords } from './firewall-words.ts';

const host = 'do/hosts/do-node1/etc/nftables.conf';
const edge = 'sxb/hosts/sxb-edge1/etc/nftables.conf';
const front = 'sxb/front-firewall/firewall1/etc/nftables.conf';

findsEach(firewallWords, [
  [host, 'delete table inet fredu\n', '', /the table inet fredu is not replaced/],
  [host, 'ct state invalid counter drop', 'ct dport invalid counter drop', /nft does not know `ct` there/],
  [host, 'tcp dport 26258', 'tcp dport 262580', /tcp dport is never 262580/],
  [host, 'packet-too-big, time', 'packet-too-large, time', /icmpv6 type is never packet-too-large/],
  [
    host,
    '    counter drop\n  }\n\n  chain forward',
    '  }\n\n  chain forward',
    /input: it ends with `limit rate/,
  ],
  [host, 'policy drop;', 'policy accept;', /it is hooked by `filter input filter accept`/],
  [
    host,
    'nd-neighbor-solicit, nd-neighbor-advert',
    'nd-neighbor-advert',
    /nd-neighbor-solicit is refused|decides/,
  ],
  [edge, 'ct count over 2000', 'ct count over 20', /clients of one family meet/],
  [edge, 'ip6 saddr and ffff:ffff:ffff:ffff:: limit', 'ip6 saddr limit', /does not count clients/],
  [edge, 'jump clients_ipv6', 'jump clients_ipv8', 'a rule leads to a chain that nobody declares'],
  [front, 'set sxb_edges_ipv6 {', 'set sxb_edges_ipv8 {', /no rule asks for the set sxb_edges_ipv8/],
  [front, 'flags interval', 'flags intervalx', /holds networks and has intervalx/],
  [front, 'elements = { 10.10.0.9 }', 'elements = { 2001:db8:10:2::9 }', /is no ipv4_addr/],
  [
    front,
    'ct state established,related accept',
    'ct state related accept',
    /answers are not let through before all else/,
  ],
]);
