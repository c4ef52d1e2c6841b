import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { hostsInTurn } from './hosts-in-turn.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => hostsInTurn.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const timer = 'sxb/hosts/sxb-edge2/etc/systemd/system/apt-daily-upgrade.timer.d/fredu.conf';
const apt = 'dc/hosts/dc-worker1/etc/apt/apt.conf.d/52fredu-upgrades';
it.each([
  [
    timer,
    'OnCalendar=Tue,Fri',
    'OnCalendar=Mon,Thu',
    [
      'sxb-edge2 and sxb-edge1 update themselves at Mon 02:00',
      'sxb-edge2 and sxb-edge1 update themselves at Thu 02:00',
    ],
  ],
  [timer, 'RandomizedDelaySec=0', 'RandomizedDelaySec=12h', ['sxb-edge2 waits for as long as chance says']],
  [
    timer,
    'OnCalendar=Tue,Fri *-*-* 02:00:00',
    'OnCalendar=sometimes',
    ['sxb-edge2 updates itself never, or at a time that nobody can read'],
  ],
  [
    apt,
    'Automatic-Reboot "false"',
    'Automatic-Reboot "true"',
    ['dc-worker1 restarts itself after an update'],
  ],
  [
    apt,
    'label=Debian-Security',
    'label=Debian',
    ['dc-worker1 takes updates from origin=Debian,label=Debian'],
  ],
])('%s: %s', (path, from, to, found) => {
  const changed = replaced(tree, path, from, to);
  expect(messages(changed)).toEqual(found);
  expect(messages(replaced(changed, path, to, from))).toEqual([]);
});

it('workers of two sites and a host of the arbiter carry one database', () => {
  const path = 'do/hosts/do-node1/etc/systemd/system/apt-daily-upgrade.timer.d/fredu.conf';
  expect(messages(replaced(tree, path, '03:00:00', '02:30:00'))).toEqual([
    'do-node1 and dc-worker1 update themselves at Mon 02:30',
    'do-node1 and dc-worker1 update themselves at Thu 02:30',
  ]);
});
