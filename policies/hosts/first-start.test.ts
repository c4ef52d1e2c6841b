import { findsEach } from '#scripts/testing/broken-trees.ts';
import { firstStart } from './first-start.ts';

const start = 'do/cloud-init/do-node1.yaml';
const stack = 'dc/openstack/cdk.tf.json';

findsEach(firstStart, [
  [
    start,
    'hostname: do-node1',
    'hostname: do-node2',
    'do-node1: hostname is do-node2: it takes itself for another',
  ],
  [start, 'manage_etc_hosts: true', 'mange_etc_hosts: true', /cloud-init passes over mange_etc_hosts/],
  [start, '  - chrony\n', '', 'do-node1: it starts without chrony'],
  [
    start,
    'https://deb.debian.org/debian-security',
    'http://deb.debian.org/debian-security',
    /its security packages come from http:/,
  ],
  [
    start,
    '    - chrony.service\n',
    '',
    /\/etc\/chrony\/sources\.d\/fredu\.sources is written, and nothing takes it up/,
  ],
  [start, 'permissions: "0644"', 'permissions: "0666"', /has the mode 0666/],
  [start, '#cloud-config', '# cloud-config', /does not take this for its configuration/],
  [stack, 'prefer_fqdn_over_hostname: false', 'prefer_fqdn_over_hostname: true', /its name is the long one/],
  [
    stack,
    '--signal=HUP\\n    - systemd-logind.service',
    '--signal=HUP\\n    - ssh.service',
    /logind\.conf\.d\/.* is written, and nothing takes it up/,
  ],
]);
