import { expect, it } from 'vitest';
import { inStack, stackTree } from '#scripts/testing/edited-tree.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { keptVolumes } from './kept-volumes.ts';

const model = threeSites();
const tree: Tree = stackTree(model, 'dc');
const messages = (changed: Tree) => keptVolumes.check(model, changed).map(({ message }) => message);
const changed = (change: (resources: Data, whole: Data) => void) => messages(inStack(tree, 'dc', change));

it('our own data centre keeps it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each<[string, (all: Data) => void, string[]]>([
  [
    'data that a plan may destroy',
    (all) => delete all.blockstorage_volume_v3.host_worker1_ceph.lifecycle,
    ['host_worker1_ceph may be destroyed by a plan'],
  ],
  [
    'an address that a plan may give back',
    (all) => delete all.networking_floatingip_v2.balancer_app_floating.lifecycle,
    ['balancer_app_floating may be destroyed by a plan'],
  ],
  [
    'the disk of etcd',
    (all) => delete all.blockstorage_volume_v3.host_cp1_boot.lifecycle.prevent_destroy,
    ['host_cp1_boot may be destroyed by a plan'],
  ],
  [
    'an image that recreates its hosts',
    (all) => delete all.blockstorage_volume_v3.host_worker1_boot.lifecycle,
    ['another image_id recreates host_worker1_boot'],
  ],
  [
    'an administrator or a hypervisor more that recreate all hosts',
    (all) => delete all.compute_instance_v2.host_worker1_instance.lifecycle,
    [
      'another user_data recreates host_worker1_instance',
      'another scheduler_hints recreates host_worker1_instance',
    ],
  ],
  [
    'a disk that goes with its host',
    (all) => {
      all.compute_instance_v2.host_cp1_instance.block_device[0].delete_on_termination = true;
    },
    ['a disk of dc-cp1 goes with it'],
  ],
  [
    'a volume on no host',
    (all) => delete all.compute_volume_attach_v2['host_worker2_ceph-attached'],
    [
      'volume host_worker2_ceph is on no host, or on two',
      'dc-worker2 should have /dev/disk/by-id/virtio-cockroachdb and /dev/disk/by-id/virtio-ceph; it has 1 volumes, under these names',
    ],
  ],
  [
    'a small disk',
    (all) => {
      all.blockstorage_volume_v3.host_worker1_ceph.size = 100;
    },
    [
      'dc-worker1 should have /dev/disk/by-id/virtio-cockroachdb and /dev/disk/by-id/virtio-ceph; it has 2 volumes, under these names',
    ],
  ],
  [
    'a disk without its name',
    (all) => {
      const host = all.compute_instance_v2.host_worker1_instance;
      host.user_data = host.user_data.replaceAll('virtio-ceph', 'virtio-other');
    },
    [
      'dc-worker1 should have /dev/disk/by-id/virtio-cockroachdb and /dev/disk/by-id/virtio-ceph; it has 2 volumes, not under these names',
    ],
  ],
])('%s', (_, change, expected) => {
  expect(changed(change)).toEqual(expected);
});

it('an instance whose own disk holds a database', () => {
  const world = example(({ sites }) => {
    sites.par!.database!.volume.store = 'local';
  });
  const made: Tree = stackTree(world, 'par');
  const found = (of: Tree) => keptVolumes.check(world, of).map(({ message }) => message);
  expect(found(made)).toEqual([]);
  expect(
    found(
      inStack(
        made,
        'par',
        (all) => delete all.compute_instance_v2.host_worker2_instance.lifecycle.prevent_destroy,
      ),
    ),
  ).toEqual(['host_worker2_instance may be destroyed by a plan']);
});
