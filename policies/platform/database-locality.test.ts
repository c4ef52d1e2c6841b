import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { databaseLocality } from './database-locality.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const messages = (of: Tree) => databaseLocality.check(model, of).map((each) => each.message);
const NODES = 'sxb/kubernetes/cockroachdb/configmap-cockroachdb-nodes.yaml';
const UNIT = 'do/hosts/do-node2/etc/systemd/system/cockroachdb.service';

it('holds for our own sites', () => {
  expect(databaseLocality.check(model, tree)).toEqual([]);
});

it('wants the same keys in the same order, the region first', () => {
  const wrong = replaced(tree, UNIT, 'region=do,host=do-node2', 'host=do-node2,region=do');
  expect(databaseLocality.check(model, wrong)).toEqual([
    {
      path: UNIT,
      text: '--locality=host=do-node2,region=do',
      message: 'do-node2 has the keys host,region, dc-worker1 has region,host',
      fix: 'use the keys region,host, in this order',
    },
    {
      path: UNIT,
      text: '--locality=host=do-node2,region=do',
      message: 'do-node2 does not name its region first',
      fix: 'put the most inclusive key first: region',
    },
  ]);
});

it('wants each node to name its own site and its own host', () => {
  expect(messages(replaced(tree, UNIT, 'region=do,', 'region=dc,'))).toEqual([
    'do-node2 stands in do and says region dc',
  ]);
  expect(messages(replaced(tree, UNIT, 'host=do-node2', 'host=do-node1'))).toEqual([
    'do-node1 and do-node2 say the same place',
    'do-node2 and do-node1 say the same place',
  ]);
});

it('misses a node of the model', () => {
  expect(messages(without(tree, UNIT))).toEqual(['database node do-node2 of the model is not in the tree']);
  expect(messages(replaced(tree, NODES, 'sxb-worker3: |', 'other: |'))).toContain(
    'database node sxb-worker3 of the model is not in the tree',
  );
});
