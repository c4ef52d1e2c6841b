import { findsEach } from '#scripts/testing/broken-trees.ts';
import { foldersMade } from './folders-made.ts';

findsEach(foldersMade, [
  [
    'do/hosts/do-node1/etc/tmpfiles.d/cockroachdb.conf',
    'certs 0700',
    'certs 0755',
    /what is secret there may be read with 0755/,
  ],
  [
    'do/hosts/do-node1/etc/tmpfiles.d/cockroachdb.conf',
    'cockroach cockroach',
    'cockroach cockroachx',
    /nothing makes cockroachx/,
  ],
  [
    'do/hosts/do-node1/etc/tmpfiles.d/huge-pages.conf',
    'madvise',
    'madvisex',
    /the kernel does not take madvisex there/,
  ],
  ['sxb/hosts/sxb-worker1/etc/tmpfiles.d/fredu-prometheus.conf', '/0 0770', '/0 385', /the mode is 385/],
  [
    'sxb/hosts/sxb-edge1/etc/tmpfiles.d/fredu-edge.conf',
    'd /run/fredu 0755',
    'd /run/fredu 0757',
    /anybody may write there/,
  ],
  [
    'sxb/hosts/sxb-edge1/etc/tmpfiles.d/fredu-edge.conf',
    'r! /var/lib/prometheus/node-exporter/keepalived-*.prom',
    'r! x',
    /tmpfiles\.d\(5\) has no such line/,
  ],
  [
    'do/hosts/do-node1/etc/sysusers.d/cockroachdb.conf',
    'u cockroach -',
    'u cockroach',
    /makes no user|nothing makes/,
  ],
]);
