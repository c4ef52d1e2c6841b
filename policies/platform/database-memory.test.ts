import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { databaseMemory } from './database-memory.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const UNIT = 'do/hosts/do-node1/etc/systemd/system/cockroachdb.service';

it('holds for our own sites', () => {
  expect(databaseMemory.check(model, tree)).toEqual([]);
});

it('counts SQL memory twice, against the memory of the host', () => {
  const wrong = replaced(tree, UNIT, '--max-sql-memory=4096MiB', '--max-sql-memory=4608MiB');
  expect(databaseMemory.check(model, wrong)).toEqual([
    {
      path: UNIT,
      text: '--max-sql-memory',
      message: 'do-node1: 2 x SQL memory + cache is 81 % of its 16384MiB; at most 80 % may be',
      fix: 'give SQL at most 4505MiB',
    },
  ]);
  expect(databaseMemory.check(model, replaced(wrong, UNIT, '4608MiB', '4505MiB'))).toEqual([]);
});

it('counts against the limit of the pod, and one that is not there is too little', () => {
  const path = 'dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml';
  const smaller = edited(tree, path, (set) => {
    set.spec.template.spec.containers[0].resources.limits.memory = '16Gi';
  });
  expect(databaseMemory.check(model, smaller)).toHaveLength(3);
  const none = edited(tree, path, (set) => {
    delete set.spec.template.spec.containers[0].resources.limits.memory;
  });
  expect(databaseMemory.check(model, none)).toHaveLength(3);
});

it('wants a cache of a quarter, and no size that it cannot read', () => {
  const small = replaced(tree, UNIT, '--cache=4096MiB', '--cache=1GiB');
  expect(databaseMemory.check(model, small).map((each) => each.fix)).toEqual(['give the cache 4096MiB']);
  expect(databaseMemory.check(model, replaced(tree, UNIT, '--cache=4096MiB', '--cache=lots'))).toHaveLength(
    2,
  );
});
