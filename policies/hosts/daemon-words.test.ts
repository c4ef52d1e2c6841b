import { findsEach } from '#scripts/testing/broken-trees.ts';
import { daemonWords } from './daemon-words.ts';

const bird = 'sxb/hosts/sxb-edge1/etc/bird/bird.conf';
const pair = 'sxb/front-firewall/firewall1/etc/conntrackd/conntrackd.conf';
const journal = 'do/hosts/do-node2/etc/systemd/journald.conf.d/10-fredu.conf';
const ssh = 'dc/inventory/ssh_config';

findsEach(daemonWords, [
  [bird, 'log syslog all;', 'log syslogx all;', /bird does not know `log syslogx all;`/],
  [bird, 'scan time 2;', 'scan time 200;', /bird does not know `scan time 200;`/],
  [bird, /^ {2}ipv4 \{/m, '  ipv4x {', /bird does not know `ipv4x \{`/],
  [pair, 'Interface eth3', 'Interface eth0', /conntrackd does not know `Interface eth0`/],
  [pair, '      TCP\n', '', 'nothing tells conntrackd: Protocol Accept: TCP'],
  [pair, 'Group 3780', 'Group 3781', /conntrackd does not know `Group 3781`/],
  [journal, 'Compress=yes', 'Compress=no', /the journal does not know `Compress=no`/],
  [journal, 'SystemMaxUse=1G\n', '', /nothing tells the journal: SystemMaxUse=1G/],
  [
    ssh,
    'StrictHostKeyChecking yes',
    'StrictHostKeyChecking no',
    /ssh does not know `StrictHostKeyChecking no`/,
  ],
  [ssh, '  ForwardAgent no\n', '', /nothing tells ssh: ForwardAgent no/],
]);
