import { findsEach } from '#scripts/testing/broken-trees.ts';
import { translations } from './translations.ts';

const room = 'sxb/front-firewall';
const nft = `${room}/firewall1/etc/nftables.conf`;
const keepalived = `${room}/firewall1/etc/keepalived/keepalived.conf`;

findsEach(translations, [
  [
    `${room}/pfsense.xml`,
    '<external>192.0.2.22</external>',
    '<external>192.0.2.29</external>',
    /on wan does not lead from 192\.0\.2\.22 to 10\.10\.0\.22, once/,
  ],
  [
    nft,
    'dnat ip to 10.10.0.21',
    'dnat ip to 10.10.0.22',
    /before routing does not lead from 192\.0\.2\.21 to 10\.10\.0\.21/,
  ],
  [nft, 'snat ip to 192.0.2.9', 'snat ip to 192.0.2.10', /behind routing does not lead from 192\.0\.2\.9/],
  [
    nft,
    'iifname { $world, $public } ip daddr 192.0.2.9',
    'iifname { $world } ip daddr 192.0.2.9',
    /is not for the world and the edges alike/,
  ],
  [nft, '10.10.0.0/24 masquerade', '10.0.0.0/8 masquerade', /go out from 10\.0\.0\.0\/8/],
  [
    nft,
    '192.0.2.0/25, 10.10.0.0/24',
    '10.10.0.0/24',
    /who says to be 192\.0\.2\.0\/25 is taken from the world/,
  ],
  [
    keepalived,
    '10.10.0.1/24 dev eth2',
    '10.10.0.2/24 dev eth2',
    'firewall1 never holds 10.10.0.1/24 dev eth2',
  ],
  [keepalived, '192.0.2.9/32 dev eth1', '192.0.2.0/32 dev eth1', /never holds 192\.0\.2\.9\/32/],
  [keepalived, '    nodes_ipv6\n', '', /do not move together/],
  [
    keepalived,
    'notify_fault "/usr/local/libexec/fredu-front-state backup"',
    'notify_fault "/usr/local/libexec/fredu-front-state master"',
    /becomes fault: connections are lost/,
  ],
]);
