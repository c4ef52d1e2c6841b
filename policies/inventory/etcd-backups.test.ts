import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { etcdBackups } from './etcd-backups.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => etcdBackups.check(model, changed).map(({ message }) => message);
const root = 'dc/hosts/dc-cp2';
const script = `${root}/usr/local/sbin/fredu-etcd-backup`;

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('an option that the environment has as well', () => {
  expect(
    messages(
      replaced(tree, script, 'etcdctl snapshot', 'etcdctl --endpoints=https://127.0.0.1:2379 snapshot'),
    ),
  ).toEqual(['dc-cp2: etcdctl gets --endpoints twice, and ends']);
});

it('old snapshots that a failing copy keeps, or that go before there is a new one', () => {
  const moved = replaced(tree, script, /^find .*\n/m, '');
  const [prune] = /^find .*\n/m.exec(tree.get(script)!)!;
  expect(messages(replaced(moved, script, /^echo /m, `${prune}echo `))).toEqual([
    'dc-cp2: a store that does not answer keeps old snapshots from being removed',
  ]);
  expect(messages(replaced(moved, script, /^etcdctl/m, `${prune}etcdctl`))).toEqual([
    'dc-cp2: old snapshots go before a new one is there, or never',
  ]);
});

it('a store that takes no writes, a bucket that nobody makes, no timer', () => {
  expect(messages(replaced(tree, `${root}/etc/fredu/etcd-backup.rclone.conf`, 's3.sxb', 's3.dc'))).toEqual([
    'dc-cp2: snapshots go to https://s3.dc.fredu.fr; https://s3.sxb.fredu.fr takes writes',
  ]);
  expect(messages(without(tree, 'sxb/kubernetes/rook-ceph/objectbucketclaim-etcd.yaml'))).toHaveLength(6);
  expect(messages(without(tree, `${root}/etc/systemd/system/fredu-etcd-backup.timer`))).toEqual([
    'dc-cp2 takes no snapshots of etcd',
  ]);
});

it('asks nothing of a platform without an object store but that snapshots are taken', () => {
  const alone = { ...model, objects: undefined };
  expect(
    etcdBackups.check(
      alone,
      artefacts({ ...alone, sites: model.sites.map(({ objects: _, ...site }) => site) }),
    ),
  ).toEqual([]);
});
