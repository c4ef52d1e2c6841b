import { findsEach } from '#scripts/testing/broken-trees.ts';
import { scriptsKnown } from './scripts-known.ts';

const front = 'sxb/front-firewall/firewall1/usr/local/libexec/fredu-front-state';
const edge = 'sxb/hosts/sxb-edge1/usr/local/libexec';
const etcd = 'sxb/hosts/sxb-cp1/usr/local/sbin/fredu-etcd-backup';

findsEach(scriptsKnown, [
  [front, 'case $1 in', 'casex $1 in', /it runs casex, which no package of the host brings/],
  [front, 'set -eu\n', '', /it goes on after a failure/],
  [`${edge}/fredu-edge-check`, 'for mark in', 'for markx in', /it uses mark, which it gives no value/],
  [`${edge}/fredu-edge-check`, '[ ! -e "$mark" ]', '[ ! -e "$1" ]', /its loop over mark never looks at it/],
  [
    `${edge}/fredu-time-sources`,
    'time_source_answers{',
    'time_source_answerx{',
    /writes time_source_answerx, which no rule reads/,
  ],
  [front, 'exit 2', 'exit 256', /which no shell has/],
  [`${edge}/fredu-edge-state`, '|| exit 0', '|| exitx 0', /it runs exitx/],
  [
    `${edge}/fredu-edge-state`,
    'keepalived_vrrp_fault',
    'keepalived_vrrp_fault_total',
    /writes keepalived_vrrp_fault_total, which no rule reads/,
  ],
  [`${edge}/fredu-edge-check`, 'done\n', '', /a loop is not closed/],
  [etcd, '$(date -u', '$(datex -u', /it runs datex/],
  [etcd, '#!/bin/sh', '#!/bin/bash', /it is no script of \/bin\/sh/],
  [
    `${edge}/fredu-announcements`,
    '>/var/lib/prometheus/node-exporter/bird.prom.new',
    '>/var/lib/prometheus/node-exporter/bird.prom',
    /is written in place/,
  ],
]);
