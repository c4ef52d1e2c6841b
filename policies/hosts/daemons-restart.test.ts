import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { daemonsRestart } from './daemons-restart.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => daemonsRestart.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each([
  ['sxb/hosts/sxb-edge1', 'haproxy'],
  ['do/hosts/do-node1', 'haproxy'],
  ['do/hosts/do-node1', 'chrony'],
  ['sxb/front-firewall/firewall1', 'conntrackd'],
  ['sxb/front-firewall/firewall2', 'bird'],
])('%s: %s as its package has it gives up', (root, daemon) => {
  const found = daemonsRestart.check(
    model,
    without(tree, `${root}/etc/systemd/system/${daemon}.service.d/fredu.conf`),
  );
  expect(found).toHaveLength(2);
  expect(found[0]!.message).toContain(`${daemon}.service of ${root.split('/').at(-1)} is not started again`);
});

it('a unit of ours as well', () => {
  const path = 'do/hosts/do-node1/etc/systemd/system/cockroachdb.service';
  expect(messages(replaced(tree, path, 'StartLimitIntervalSec=0\n', ''))).toEqual([
    'cockroachdb.service of do-node1 stays dead after five starts within ten seconds',
  ]);
  expect(messages(replaced(tree, path, 'Restart=always', 'Restart=on-failure'))).toHaveLength(1);
});
