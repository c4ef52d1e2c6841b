import { findsEach } from '#scripts/testing/broken-trees.ts';
import { announcements } from './announcements.ts';

const edge = 'sxb/hosts/sxb-edge1/etc/bird/bird.conf';
const router = 'sxb/front-firewall/firewall1/etc/bird/bird.conf';

findsEach(announcements, [
  [edge, /sxb-edge1 announces nothing/],
  [edge, '  reject;', '  accept;', /sxb-edge1 lets out of ipv4: .*; accept/],
  [edge, '198.51.100.250/32', '198.51.100.0/24', /lets out of ipv4/],
  [
    edge,
    'neighbor 192.0.2.1 as 64500',
    'neighbor 192.0.2.1 as 64501',
    /does not say `neighbor 192\.0\.2\.1 as 64500`/,
  ],
  [edge, 'import none', 'import all', /its ipv4 says import all/],
  [edge, '  bfd on;\n', '', /does not say `bfd on`/],
  [edge, 'multiplier 3', 'multiplier 9', /a dead path is seen later/],
  [edge, 'interface "lo"', 'interface "eth1"', /reads its addresses from/],
  [router, 'router id 192.0.2.1', 'router id 192.0.2.128', /the number of the router is 192\.0\.2\.128/],
  [router, 'import where net = 198.51.100.250/32', 'import all', /its ipv4 says import all/],
  [router, 'neighbor 192.0.2.5', 'neighbor 192.0.2.6', /no session with sxb-edge2 by ipv4/],
  [router, 'export where source = RTS_BGP', 'export none', /of ipv4 the kernel is given/],
]);
