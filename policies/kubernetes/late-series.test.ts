import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { lateSeries } from './late-series.ts';

const model = threeSites();
const tree = only(artefacts(model), /configmap-prometheus-rules|\/hosts\//);
const rules = (site: string) => `${site}/kubernetes/monitoring/configmap-prometheus-rules.yaml`;
const found = (changed: Tree) => [...new Set(lateSeries.check(model, changed).map(({ message }) => message))];

it('finds nothing in our tree', () => expect(found(tree)).toEqual([]));

it.each<[string, Tree, string]>([
  [
    'snapshots that never began',
    replaced(
      tree,
      rules('dc'),
      /absent\(fredu_etcd_backup_success_seconds/g,
      'max(fredu_etcd_backup_success_seconds',
    ),
    'EtcdBackupOld reads fredu_etcd_backup_success_seconds, which is not there before fredu-etcd-backup has run',
  ],
  [
    'an edge whose keepalived never said a word',
    replaced(tree, rules('sxb'), /absent\(keepalived_vrrp_master/g, 'max(keepalived_vrrp_master'),
    'EdgeNoMaster reads keepalived_vrrp_master, which is not there before fredu-edge-state has run',
  ],
  [
    'copies that never began',
    replaced(tree, rules('dc'), /absent\(ceph_data_sync/g, 'max(ceph_data_sync'),
    'CephSyncStopped reads ceph_data_sync_from_zone_poll_latency_count, which is not there before a gateway copies for the first time',
  ],
])('%s', (_what, changed, message) => {
  expect(found(changed).join('\n')).toContain(message);
});
