import { findsEach } from '#scripts/testing/broken-trees.ts';
import { ownAddresses } from './own-addresses.ts';

const eth0 = 'sxb/hosts/sxb-edge1/etc/systemd/network/10-eth0.network';

findsEach(ownAddresses, [
  [
    eth0,
    'Address=192.0.2.4/25',
    'Address=192.0.2.5/25',
    /Address is 192\.0\.2\.5\/25 and .*, and the file of the site has 192\.0\.2\.4\/25/,
  ],
  [eth0, 'Gateway=192.0.2.1\n', '', /Gateway is 2001:db8:10:1::1, and the file of the site has/],
  [eth0, 'DHCP=no', 'DHCP=yes', /it takes addresses from whoever offers one/],
  [eth0, 'KeepConfiguration=static\n', '', /takes the virtual addresses away/],
  ['sxb/hosts/sxb-edge1/etc/systemd/network/10-eth1.network', /sxb-edge1 has no file for its interface eth1/],
  [
    'sxb/front-firewall/firewall2/etc/systemd/network/10-fredu-pair.network',
    '169.254.50.2/30',
    '169.254.60.2/30',
    /do not hear each other/,
  ],
]);
