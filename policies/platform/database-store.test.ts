import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { added, edited, only, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { databaseStore } from './database-store.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb/);
const messages = (of: Tree) => databaseStore.check(model, of).map((each) => each.message);
const CLASS = 'dc/kubernetes/cluster/storageclass-cockroachdb-local.yaml';
const volume = (worker: number) =>
  `dc/kubernetes/cluster/persistentvolume-cockroachdb-dc-worker${worker}.yaml`;
const MOUNT = 'do/hosts/do-node1/etc/systemd/system/var-lib-cockroachdb.mount';

it('holds for our own sites', () => {
  expect(databaseStore.check(model, tree)).toEqual([]);
});

it('refuses a store on Ceph, or on anything else that somebody provisions', () => {
  const ceph = edited(tree, CLASS, (object) => {
    object.provisioner = 'rook-ceph.rbd.csi.ceph.com';
  });
  expect(databaseStore.check(model, ceph)).toEqual([
    {
      path: 'dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml',
      text: 'storageClassName',
      message:
        'the nodes of dc store in class cockroachdb-local, which is made by rook-ceph.rbd.csi.ceph.com',
      fix: 'use local volumes: provisioner kubernetes.io/no-provisioner',
    },
  ]);
  expect(messages(without(tree, CLASS))).toEqual([
    'the nodes of dc store in class cockroachdb-local, which is not in the tree',
  ]);
});

it('wants a local volume for each worker, kept when its claim goes', () => {
  expect(messages(without(tree, volume(3)))).toEqual(['dc has 2 volumes for 3 nodes']);
  expect(
    messages(
      edited(tree, volume(2), ({ spec }) => {
        spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values = ['dc-worker1'];
      }),
    ),
  ).toEqual(['cockroachdb-dc-worker2 does not belong to a worker of its own']);
  expect(
    messages(
      edited(tree, volume(2), ({ spec }) => {
        spec.persistentVolumeReclaimPolicy = 'Delete';
      }),
    ),
  ).toEqual(['cockroachdb-dc-worker2 goes with its claim']);
  expect(
    messages(
      edited(tree, volume(2), ({ spec }) => {
        spec.nfs = { server: 'files', path: '/' };
        delete spec.local;
      }),
    ),
  ).toEqual(['cockroachdb-dc-worker2 is no local volume']);
});

it('refuses a disk that Ceph uses as well', () => {
  const device = '/dev/disk/by-id/virtio-cockroachdb';
  const path = 'dc/kubernetes/rook-ceph/cephcluster-rook-ceph.yaml';
  const shared = added(tree, path, {
    kind: 'CephCluster',
    metadata: { name: 'rook-ceph', namespace: 'rook-ceph' },
    spec: { storage: { nodes: [{ name: 'dc-worker1', devices: [{ name: device }] }] } },
  });
  expect(databaseStore.check(model, shared)[0]).toEqual({
    path: volume(1),
    text: device,
    message: `${device} is also a disk of Ceph`,
    fix: 'give each a disk of its own',
    other: { path, text: device },
  });
});

it('wants the mount of a disk below the store of a host', () => {
  const said = 'do-node1 stores in /var/lib/cockroachdb, which is not the mount of a disk with ext4 or xfs';
  expect(messages(without(tree, MOUNT))).toEqual([said]);
  expect(messages(replaced(tree, MOUNT, 'Type=ext4', 'Type=nfs4'))).toEqual([said]);
  expect(messages(replaced(tree, MOUNT, /What=.*/, 'What=files:/export'))).toEqual([said]);
});
