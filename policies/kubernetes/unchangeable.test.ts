import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only } from '#scripts/testing/edited-tree.ts';
import { example } from '#scripts/testing/example-sites.ts';
import type { Input } from '#sites/schema/schema.ts';
import type { Data } from '../reading/objects.ts';
import { refusedChanges, UNCHANGEABLE } from './unchangeable.ts';

const KUBERNETES = /^\w+\/kubernetes\//;
const rendered = (change?: (input: Input) => void) => only(artefacts(example(change)), KUBERNETES);
const tree = rendered();

/** What somebody changes in a site file of a platform that runs, and expects to be able to apply. */
it.each<[string, (input: Input) => void]>([
  [
    'a larger disk under the database',
    ({ sites }) => {
      for (const site of Object.values(sites)) if (site.database) site.database.volume.size = '640Gi';
    },
  ],
  [
    'larger disks under the object store',
    ({ sites }) => {
      for (const site of Object.values(sites)) if (site.objects) site.objects.volume.size = '4Ti';
    },
  ],
  [
    'a larger site',
    ({ sites }) => {
      sites.par!.sizes!.worker = { cpus: 32, memory: '128Gi', flavor: 'larger' };
    },
  ],
  [
    'an address of the balancer before the database',
    ({ sites }) => {
      if (sites.par!.edge?.kind === 'octavia') sites.par!.edge.database.address = '10.2.1.13';
    },
  ],
  [
    'another order of leases',
    ({ platform }) => {
      platform.database.leases.reverse();
    },
  ],
])('%s changes no field that cannot change', (_what, change) => {
  expect(refusedChanges(tree, rendered(change))).toEqual([]);
});

const SET = 'lyn/kubernetes/cockroachdb/statefulset-cockroachdb.yaml';
it.each<[string, string, (object: Data) => void, string[]]>([
  [
    'the size in a template of claims',
    SET,
    ({ spec }) => {
      spec.volumeClaimTemplates[0].spec.resources.requests.storage = '640Gi';
    },
    ['spec.volumeClaimTemplates'],
  ],
  [
    'replicas and pods of a set',
    SET,
    ({ spec }) => {
      spec.replicas = 2;
      spec.template.spec.priorityClassName = 'other';
    },
    [],
  ],
  [
    'the policy of a class of volumes',
    'lyn/kubernetes/cluster/storageclass-cockroachdb-local.yaml',
    (object) => {
      object.reclaimPolicy = 'Delete';
    },
    ['reclaimPolicy'],
  ],
  [
    'the capacity of a volume, and its disk',
    'lyn/kubernetes/cluster/persistentvolume-cockroachdb-lyn-worker1.yaml',
    ({ spec }) => {
      spec.capacity.storage = '640Gi';
      spec.local.path = '/dev/other';
    },
    ['spec.local'],
  ],
])('%s', (_what, path, change, fields) => {
  const found = refusedChanges(tree, edited(tree, path, change));
  expect(found.map(({ message }) => /: (\S+) cannot change/.exec(message)?.[1])).toEqual(fields);
  for (const each of found) expect(each).toMatchObject({ path, fix: expect.stringMatching(/./) });
});

it('has a source and a way out for each kind, once', () => {
  expect(new Set(UNCHANGEABLE.map(({ kind }) => kind)).size).toBe(UNCHANGEABLE.length);
  for (const { source, instead } of UNCHANGEABLE) expect(source.length * instead.length).toBeGreaterThan(0);
});
