import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { oneTime } from './one-time.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => oneTime.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const bastion = 'sxb/hosts/sxb-bastion/etc/chrony';
it.each([
  [
    `${bastion}/sources.d/fredu.sources`,
    'server ntp.obspm.fr iburst',
    'server time.google.com iburst',
    expect.stringMatching(/^its time comes from .*time\.google\.com/),
  ],
  [
    `${bastion}/chrony.conf`,
    'leapsectz right/UTC',
    'leapsectz none',
    'leapsectz is none: a leap second is taken in another way than elsewhere',
  ],
  [
    `${bastion}/chrony.conf`,
    'makestep 0.1 3',
    'makestep 0.1 -1',
    'makestep is 0.1 -1: the clock jumps while a database runs',
  ],
  [
    `${bastion}/chrony.conf`,
    'minsources 2',
    'minsources 1',
    'minsources is 1: one server that is wrong is believed',
  ],
  [
    'dc/inventory/kubespray/group_vars/all/fredu.yml',
    'ntp_package: chrony',
    'ntp_package: ntpsec',
    expect.stringMatching(/by ntpsec, and the others from .* by chrony$/),
  ],
  [
    'do/cloud-init/do-node1.yaml',
    'server ntp.obspm.fr iburst',
    'server ntp.obspm.de iburst',
    expect.stringMatching(/ntp\.obspm\.de/),
  ],
])('%s: %s', (path, from, to, message) => {
  const changed = replaced(tree, path, from, to);
  expect(messages(changed)[0]).toEqual(message);
  expect(messages(replaced(changed, path, to, from))).toEqual([]);
});

it('a host that takes whatever Debian has', () => {
  expect(messages(without(tree, `${bastion}/sources.d/fredu.sources`))).toEqual([
    'sxb-bastion takes its time from whom Debian says',
  ]);
});
