import { findsEach } from '#scripts/testing/broken-trees.ts';
import { keepalivedWords } from './keepalived-words.ts';

const edge = 'sxb/hosts/sxb-edge1/etc/keepalived/keepalived.conf';
const front = 'sxb/front-firewall/firewall1/etc/keepalived/keepalived.conf';

findsEach(keepalivedWords, [
  [
    edge,
    'notify /usr/local/libexec/fredu-edge-state',
    'eth1 /usr/local/libexec/fredu-edge-state',
    /says eth1, which keepalived passes over/,
  ],
  [
    edge,
    'fe80::34/64 dev eth0',
    'fe80::34/64 devx eth0',
    /has .fe80::34\/64 devx eth0. in virtual_ipaddress/,
  ],
  [
    edge,
    'fredu-edge-check 8404',
    'fredu-edge-chek 8404',
    /runs \/usr\/local\/libexec\/fredu-edge-chek, which nothing installs/,
  ],
  [edge, 'track_script {', 'track_scripts {', /has track_scripts, which keepalived passes over/],
  [edge, '  interval 2\n', '', /does not say interval/],
  [edge, 'script_user keepalived_script', 'script_user nobody', /says script_user nobody/],
  [
    front,
    'notify_master "/usr/local/libexec/fredu-front-state master"',
    'notify_master "/usr/local/libexec/fredu-state master"',
    /runs \/usr\/local\/libexec\/fredu-state/,
  ],
  [front, 'vrrp_version 3', 'vrrp_version 2', /says vrrp_version 2/],
]);
