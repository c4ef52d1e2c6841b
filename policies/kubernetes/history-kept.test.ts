import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import type { Tree } from '../law.ts';
import { historyKept } from './history-kept.ts';

const model = threeSites();
const tree = only(artefacts(model), /prometheus/);
const found = (changed: Tree, world = model) =>
  historyKept.check(world, changed).map(({ message }) => message);

it('finds nothing in our tree', () => expect(found(tree)).toEqual([]));

it('a history that ends with its pod', () => {
  const changed = edited(tree, 'sxb/kubernetes/monitoring/statefulset-prometheus.yaml', ({ spec }) => {
    delete spec.volumeClaimTemplates;
  });
  expect(found(changed)).toEqual([
    'statefulset monitoring/prometheus promises 15d of history, on a volume that ends with its pod',
  ]);
});

it('a folder that nothing makes', () => {
  expect(found(without(tree, 'dc/hosts/dc-worker2/etc/tmpfiles.d/fredu-prometheus.conf'))).toEqual([
    'volume prometheus-dc-worker2 leads to /var/lib/fredu/prometheus/1 of dc-worker2, which nothing makes there',
  ]);
});

it('a history larger than the disk', () => {
  const small = structuredClone(model);
  for (const host of siteOf(small, 'sxb').hosts)
    if (host.name === 'sxb-worker1') host.diskBytes = 60 * 2 ** 30;
  expect(found(tree, small)).toEqual([
    'volumes of 40 GiB lie on the system disk of sxb-worker1, which has 60',
  ]);
});
