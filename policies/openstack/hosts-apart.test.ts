import { expect, it } from 'vitest';
import { inStack, stackTree } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { hostsApart } from './hosts-apart.ts';

const model = threeSites();
const tree: Tree = stackTree(model, 'dc');
const messages = (changed: Tree) => hostsApart.check(model, changed).map(({ message }) => message);
const changed = (change: (resources: Data, whole: Data) => void) => messages(inStack(tree, 'dc', change));

it('our own data centre keeps it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each<[string, (all: Data) => void, string]>([
  [
    'a host that is not made',
    (all) => delete all.compute_instance_v2.host_bastion_instance,
    'dc-bastion is in the model and not in the stack',
  ],
  [
    'a host that nobody wants',
    (all) => {
      all.compute_instance_v2.other = { ...all.compute_instance_v2.host_bastion_instance, name: 'dc-other' };
    },
    'dc-other is in the stack and not in the model',
  ],
  [
    'a small host',
    (all) => {
      all.compute_instance_v2.host_worker1_instance.flavor_name = 'c1.m2';
    },
    'dc-worker1 has flavor c1.m2',
  ],
  [
    'a small disk',
    (all) => {
      all.blockstorage_volume_v3.host_cp1_boot.size = 10;
    },
    'dc-cp1 starts from 10 GiB',
  ],
  [
    'a host that nobody can sign in to',
    (all) => delete all.compute_instance_v2.host_bastion_instance.user_data,
    'dc-bastion does not let every administrator in',
  ],
  [
    'a host that is cut off',
    (all) => delete all.compute_instance_v2.host_worker1_instance.stop_before_destroy,
    'dc-worker1 is cut off and not asked to stop',
  ],
  [
    'a host without its group',
    (all) => delete all.compute_instance_v2.host_worker1_instance.scheduler_hints,
    '3 worker hosts on 3 hypervisors: they are in several groups',
  ],
  [
    'hosts kept together',
    (all) => {
      all.compute_servergroup_v2['host_control-plane-group'].policies = ['affinity'];
    },
    '3 control-plane hosts on 3 hypervisors: their group has affinity',
  ],
  [
    'hosts that may be together though there is room',
    (all) => {
      all.compute_servergroup_v2['host_worker-group'].policies = ['soft-anti-affinity'];
    },
    '3 worker hosts on 3 hypervisors: their group has soft-anti-affinity',
  ],
])('%s', (_, change, message) => {
  expect(changed(change)).toEqual([message]);
});
