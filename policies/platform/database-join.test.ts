import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { databaseJoin } from './database-join.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const UNIT = 'do/hosts/do-node1/etc/systemd/system/cockroachdb.service';

it('holds for our own sites', () => {
  expect(databaseJoin.check(model, tree)).toEqual([]);
});

it('wants two ways into every other site, and names the one to add', () => {
  const wrong = replaced(tree, UNIT, ',198.51.100.21:26258', '');
  expect(databaseJoin.check(model, wrong)).toEqual([
    {
      path: UNIT,
      text: '--join',
      message: 'do-node1 joins 1 of the 3 nodes of dc; 2 are needed',
      fix: 'add 198.51.100.21:26258',
    },
  ]);
  expect(
    databaseJoin.check(
      model,
      replaced(wrong, UNIT, '198.51.100.23:26258,', '198.51.100.23:26258,198.51.100.21:26258,'),
    ),
  ).toEqual([]);
});

it('refuses an address that nobody advertises to that site: a private one, or the wrong port', () => {
  const [finding] = databaseJoin.check(model, replaced(tree, UNIT, '192.0.2.21:26258', '10.10.0.21:26258'));
  expect(finding?.message).toBe('do-node1 joins 10.10.0.21:26258, which no node advertises to do');
  expect(
    databaseJoin
      .check(model, replaced(tree, UNIT, '192.0.2.21:26258', '192.0.2.21:26257'))
      .map((each) => each.message),
  ).toEqual([
    'do-node1 joins 192.0.2.21:26257, which no node advertises to do',
    'do-node1 joins 1 of the 3 nodes of sxb; 2 are needed',
  ]);
});

it('follows the address that a node advertises', () => {
  const moved = replaced(
    tree,
    'sxb/kubernetes/cockroachdb/configmap-cockroachdb-nodes.yaml',
    '--advertise-addr=192.0.2.21:26258',
    '--advertise-addr=192.0.2.99:26258',
  );
  const found = databaseJoin.check(model, moved).map((each) => each.message);
  expect(found).toContain('do-node1 joins 192.0.2.21:26258, which no node advertises to do');
});
