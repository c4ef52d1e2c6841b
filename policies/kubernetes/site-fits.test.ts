import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { siteFits } from './site-fits.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const messages = (changed: Tree) => siteFits.check(model, changed).map(({ message }) => message);
const autoscaler = (max: number) =>
  edited(tree, `${education}/horizontalpodautoscaler-education-api.yaml`, (object) => {
    object.spec.maxReplicas = max;
  });

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('refuses an autoscaler whose maximum does not fit, and accepts the largest that does', () => {
  const most = Array.from({ length: 60 }, (_, index) => index + 3).filter(
    (max) => messages(autoscaler(max)).length === 0,
  );
  const largest = Math.max(...most);
  expect(most).toHaveLength(largest - 2); // every smaller one fits too
  const [found] = messages(autoscaler(largest + 1));
  expect(found).toMatch(/^without sxb-worker1, \d+ of \d+ pods of .* find room: each asks for/);
});

it('counts what an operator makes, and what stands on every worker', () => {
  const hungry = edited(tree, 'sxb/kubernetes/traefik/daemonset-traefik.yaml', (object) => {
    object.spec.template.spec.containers[0].resources.requests.cpu = '12';
  });
  expect(messages(hungry)[0]).toMatch(/pods of .* find room/);
  const ceph = new Map([
    ...tree,
    [
      'sxb/kubernetes/rook-ceph/cephcluster-rook-ceph.yaml',
      JSON.stringify({
        kind: 'CephCluster',
        metadata: { name: 'rook-ceph', namespace: 'rook-ceph' },
        spec: { mon: { count: 3 }, resources: { osd: { requests: { cpu: '1', memory: '64Gi' } } } },
      }),
    ],
  ]);
  expect(messages(ceph)).toEqual([
    expect.stringContaining("0 of 2 pods of Ceph's osd find room: each asks for 1000m and 65536Mi"),
  ]);
});

it('keeps what the system needs', () => {
  const paths = [...tree.keys()].filter(
    (path) => path.startsWith('sxb/inventory/') && /memory_reserved/.test(tree.get(path)!),
  );
  expect(paths).toHaveLength(1);
  // Without that file nothing is reserved, so at least as many pods fit.
  expect(messages(without(tree, paths[0]!))).toEqual([]);
});
