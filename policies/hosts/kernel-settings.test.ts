import { findsEach } from '#scripts/testing/broken-trees.ts';
import { kernelSettings } from './kernel-settings.ts';

const front = 'sxb/front-firewall/firewall1/etc/sysctl.d/60-fredu-front.conf';
const edge = 'sxb/hosts/sxb-edge1/etc/sysctl.d/60-fredu-edge.conf';

findsEach(kernelSettings, [
  [
    front,
    'net.ipv4.ip_forward = 1',
    'net.ipv4.ip_forward = 0',
    'firewall1 sets net.ipv4.ip_forward = 0: it does not route',
  ],
  [
    front,
    'net.ipv4.conf.all.send_redirects',
    'net.ipv4.conf.all.sendredirects',
    /which a front firewall needs for nothing/,
  ],
  [
    edge,
    'net.ipv6.conf.all.forwarding = 0',
    'net.ipv6.conf.all.forwarding = 1',
    'sxb-edge1 sets net.ipv6.conf.all.forwarding = 1: it is a way round the firewall',
  ],
  [
    edge,
    'net.ipv4.tcp_syncookies = 1\n',
    '',
    'sxb-edge1 does not set net.ipv4.tcp_syncookies: half-open connections fill its memory',
  ],
  [
    'do/hosts/do-node1/etc/sysctl.d/60-cockroachdb.conf',
    'vm.swappiness = 0',
    'vm.swappiness = 60',
    /a node that waits for swap/,
  ],
]);
