import { findsEach } from '#scripts/testing/broken-trees.ts';
import { signIn } from './sign-in.ts';

const config = 'sxb/hosts/sxb-edge1/etc/ssh/sshd_config.d/10-fredu.conf';
const keys = 'sxb/hosts/sxb-edge1/etc/ssh/authorized_keys.d/debian';

findsEach(signIn, [
  [config, /takes sshd’s defaults/],
  [
    config,
    'PasswordAuthentication no',
    'PasswordAuthentication yes',
    'sxb-edge1: PasswordAuthentication is yes: a password can be guessed',
  ],
  [config, 'PermitRootLogin no', 'PermitRootLogin prohibit-password', /nobody knows who root was/],
  [
    config,
    'AllowUsers debian@10.10.0.9 ',
    'AllowUsers debian ',
    /debian may sign in, and no flow of the table leads from there/,
  ],
  [config, 'debian@10.10.0.9', 'debian@10.10.0.21', /debian@10\.10\.0\.21 may sign in/],
  [config, 'AllowTcpForwarding no', 'AllowTcpForwarding yes', /and it is no bastion/],
  [config, 'ListenAddress 10.10.0.4:22', 'ListenAddress 192.0.2.4:22', /sshd listens on 192\.0\.2\.4/],
  [config, 'Ciphers chacha20', 'Ciphers aes128-cbc,chacha20', /a cipher does not authenticate/],
  [config, 'LogLevel VERBOSE', 'LogLevels VERBOSE', /LogLevel is not said/],
  [
    'dc/hosts/dc-bastion/etc/ssh/sshd_config.d/10-fredu.conf',
    /PermitOpen .*\n/,
    '',
    /it forwards to wherever it reaches/,
  ],
  [
    keys,
    'exploitation@fredu.fr',
    'somebody@example.org',
    /lets in somebody@example\.org by a key that platform\.yaml does not name/,
  ],
  ['do/cloud-init/do-node1.yaml', 'ssh_pwauth: false', 'ssh_pwauth: true', 'do-node1 starts with passwords'],
  [
    'do/cloud-init/do-node1.yaml',
    'lock_passwd: true',
    'lock_passwd: false',
    'do-node1 starts with a password for debian',
  ],
  ['do/cloud-init/do-node1.yaml', 'disable_root: true\n', '', 'do-node1 starts with a root that signs in'],
]);
