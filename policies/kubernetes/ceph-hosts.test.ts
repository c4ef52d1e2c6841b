import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Data } from '../reading/objects.ts';
import { cephHosts } from './ceph-hosts.ts';

const model = threeSites();
const tree = only(artefacts(model), /rook-ceph|\/plans\//);
const at = (site: string, kind: string, name: string) => `${site}/kubernetes/rook-ceph/${kind}-${name}.yaml`;
const changed = (path: string, change: (object: Data) => void) =>
  cephHosts.check(model, edited(tree, path, change)).map(({ message }) => message);

it('holds for our own sites', () => {
  expect(cephHosts.check(model, tree)).toEqual([]);
});

const cluster = at('sxb', 'cephcluster', 'rook-ceph');

it.each<[string, (spec: Data) => void, string]>([
  ['every disk', (spec) => delete spec.storage.useAllDevices, 'Ceph of sxb takes every disk that it finds'],
  ['every node', (spec) => delete spec.storage.useAllNodes, 'Ceph of sxb takes every node that it finds'],
  [
    'another disk',
    ({ storage }) => {
      storage.nodes[0].devices[0].name = '/dev/vda';
    },
    'Ceph of sxb takes sxb-worker1 /dev/vda, which the model does not give it',
  ],
  [
    'more monitors than hosts',
    ({ mon }) => {
      mon.count = 5;
    },
    '5 monitors on 3 hosts: a majority must survive any host',
  ],
  [
    'two monitors',
    ({ mon }) => {
      mon.count = 2;
    },
    '2 monitors on 3 hosts: a majority must survive any host',
  ],
  [
    'monitors together',
    ({ mon }) => {
      mon.allowMultiplePerNode = true;
    },
    '3 monitors on 3 hosts, several on one: a majority must survive any host',
  ],
  [
    'no encryption',
    ({ network }) => {
      network.connections.encryption.enabled = false;
    },
    'daemons of Ceph talk in the clear',
  ],
  [
    'the old protocol',
    ({ network }) => delete network.connections.requireMsgr2,
    'daemons of Ceph talk in the clear',
  ],
])('%s', (_, change, message) => {
  expect(changed(cluster, ({ spec }) => change(spec))).toEqual([message]);
});

it('a worker whose disk is left out is missed by the pools too', () => {
  expect(changed(cluster, ({ spec }) => spec.storage.nodes.pop())).toEqual([
    'Ceph of sxb does not take sxb-worker3 /dev/disk/by-id/virtio-ceph',
    '3 monitors on 2 hosts: a majority must survive any host',
    'metadataPool of sxb: 3 copies, each on another host, with 2 hosts',
    'dataPool of sxb: 3 copies, each on another host, with 2 hosts',
  ]);
});

it.each<[string, (pool: Data) => void, string]>([
  [
    'two copies',
    (pool) => {
      pool.replicated.size = 2;
    },
    '2 copies, each on another host',
  ],
  [
    'copies on one host',
    (pool) => {
      pool.failureDomain = 'osd';
    },
    '3 copies, each on another osd',
  ],
  [
    'a size that may shrink',
    (pool) => {
      pool.replicated.requireSafeReplicaSize = false;
    },
    '3 copies, each on another host',
  ],
])('%s', (_, change, fact) => {
  expect(changed(at('sxb', 'cephobjectzone', 'sxb'), ({ spec }) => change(spec.dataPool))).toEqual([
    `dataPool of sxb: ${fact}, with 3 hosts`,
  ]);
});
