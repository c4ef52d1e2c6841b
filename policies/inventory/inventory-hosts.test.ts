import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { inventoryHosts } from './inventory-hosts.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => inventoryHosts.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('finds a host that is left out, stands in a strange group, or is known by another address', () => {
  const own = 'sxb/inventory/hosts/inventory.yaml';
  const out = replaced(tree, own, '        sxb-cp3:\n', '');
  expect(messages(out)).toEqual(['the group control_plane has no sxb-cp3']);
  // The fix: the host is back.
  expect(messages(replaced(out, own, '        sxb-cp2:\n', '        sxb-cp2:\n        sxb-cp3:\n'))).toEqual(
    [],
  );
  expect(
    messages(
      replaced(
        tree,
        own,
        'bastion:\n      hosts:\n        sxb-bastion:',
        'bastion:\n      hosts:\n        dc-bastion:',
      ),
    ),
  ).toEqual([
    'the group bastion has no sxb-bastion',
    'the group bastion has dc-bastion, which does not belong there',
  ]);
  expect(messages(replaced(tree, own, '- 10.10.0.5', '- 10.10.0.4'))).toEqual([
    'other_edges of sxb-edge1 has no 10.10.0.5',
    'other_edges of sxb-edge1 has 10.10.0.4, which does not belong there',
  ]);
  expect(messages(replaced(tree, own, 'restart: false', 'restart: true'))).toEqual([
    'restart is true where nobody says otherwise, and has to be false',
  ]);
  expect(messages(without(tree, own))).toEqual(['sxb has no inventory for its playbooks']);
});

it('what Kubespray is given', () => {
  const path = 'dc/inventory/kubespray/hosts.yaml';
  expect(messages(replaced(tree, path, 'ip: 10.20.0.22', 'ip: 10.20.0.21'))).toEqual([
    'dc-worker2 has ip 10.20.0.21, and in its site’s file 10.20.0.22',
  ]);
  expect(
    messages(replaced(tree, path, 'etcd:\n      hosts:\n        dc-cp1:\n', 'etcd:\n      hosts:\n')),
  ).toEqual(['the group etcd has no dc-cp1']);
});

it('the way in', () => {
  const path = 'dc/inventory/ssh_config';
  expect(messages(replaced(tree, path, 'HostName 10.20.0.11', 'HostName 10.20.0.12'))).toEqual([
    'ssh gets to dc-cp1 by 10.20.0.12; its address is 10.20.0.11',
    'ssh gets to cp1.dc.fredu.fr by 10.20.0.12; its address is 10.20.0.11',
  ]);
  expect(
    messages(
      replaced(tree, path, '  HostName 10.20.0.11\n  ProxyJump dc-bastion\n', '  HostName 10.20.0.11\n'),
    ),
  ).toContain('ssh gets to dc-cp1 through nobody; the way in is dc-bastion');
  expect(messages(replaced(tree, path, 'ForwardAgent no', 'ForwardAgent yes'))).toEqual([
    'ForwardAgent is yes for the hosts of dc, and has to be no',
  ]);
});
