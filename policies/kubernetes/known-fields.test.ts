import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { added, edited, only } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { RELEASES, validator } from '../reading/api-schemas.ts';
import type { Data } from '../reading/objects.ts';
import { knownFields } from './known-fields.ts';

const model = threeSites();
const tree = artefacts(model);
const API = 'sxb/kubernetes/education/deployment-education-api.yaml';
const found = (path: string, change: (object: Data) => void) =>
  knownFields.check(model, only(edited(tree, path, change), new RegExp(`^${path}$`)));

it('holds for our own sites, in each supported release', () => {
  expect(RELEASES).toEqual(['1.34', '1.35', '1.36']);
  expect(knownFields.check(model, tree)).toEqual([]);
});

it('finds a slip in a name with its place, and says what was meant; the edit mends it', () => {
  const image = (object: Data, from: string, to: string) => {
    const [container] = object.spec.template.spec.containers;
    container[to] = container[from];
    delete container[from];
  };
  expect(found(API, (object) => image(object, 'readinessProbe', 'readinesProbe'))).toEqual([
    {
      path: API,
      text: 'readinesProbe',
      message:
        'deployment education/education-api: unknown field spec.template.spec.containers[0].readinesProbe',
      fix: 'did you mean `readinessProbe`?',
    },
  ]);
  expect(found(API, () => {})).toEqual([]);
});

it('finds what is missing, of the wrong type, or no quantity', () => {
  const wrong = found(API, ({ spec }) => {
    delete spec.selector;
    spec.template.spec.containers[0].ports[0].containerPort = '8080';
    spec.template.spec.containers[0].resources.requests.memory = '512 MB';
    spec.strategy = null;
  });
  expect(wrong.map(({ message }) => message)).toEqual([
    'deployment education/education-api: spec.selector is missing',
    'deployment education/education-api: spec.strategy is null and must be object',
    'deployment education/education-api: spec.template.spec.containers[0].ports[0].containerPort is "8080" and must be integer',
    expect.stringContaining(
      'spec.template.spec.containers[0].resources.requests.memory is "512 MB" and must match',
    ),
  ]);
});

it('says in which releases a field is not known', () => {
  expect(
    found(API, (object) => {
      object.spec.template.spec.workloadRef = { name: 'w', podGroup: 'g' };
    }).map(({ message }) => message),
  ).toEqual([
    'deployment education/education-api: unknown field spec.template.spec.workloadRef (Kubernetes 1.34, 1.36)',
  ]);
});

it('refuses what only the cluster writes', () => {
  const wrong = found(API, (object) => {
    object.status = { replicas: 3 };
    object.metadata.managedFields = [];
  });
  expect(wrong.map(({ message }) => message)).toEqual([
    'deployment education/education-api: unknown field status',
    'deployment education/education-api: unknown field metadata.managedFields',
  ]);
});

it('refuses a slip in a custom resource, also where its definition would keep what it does not know', () => {
  const pool = { failureDomain: 'host', replicated: { size: 3 } };
  const zone = (spec: object) =>
    knownFields.check(
      model,
      added(new Map(), 'sxb/kubernetes/rook-ceph/zone.yaml', {
        apiVersion: 'ceph.rook.io/v1',
        kind: 'CephObjectZone',
        metadata: { name: 'sxb', namespace: 'rook-ceph' },
        spec: { zoneGroup: 'fredu', metadataPool: pool, dataPool: pool, ...spec },
      }),
    );
  expect(zone({})).toEqual([]);
  const wrong = zone({
    dataPool: { ...pool, failureDomian: 'host' },
    metadataPool: { ...pool, replicated: { size: 'three' } },
  });
  expect(wrong.map(({ message, fix }) => `${message}: ${fix}`)).toEqual([
    'cephobjectzone rook-ceph/sxb: unknown field spec.dataPool.failureDomian: did you mean `failureDomain`?',
    'cephobjectzone rook-ceph/sxb: spec.metadataPool.replicated.size is "three" and must be integer: change it: it must be integer',
  ]);
});

it('refuses a kind that nobody has a schema of, and an API version that is gone', () => {
  const thing = (apiVersion: string, kind: string) =>
    knownFields
      .check(
        model,
        added(new Map(), 'sxb/kubernetes/x/thing.yaml', { apiVersion, kind, metadata: { name: 'x' } }),
      )
      .map(({ message }) => message);
  expect(thing('example.org/v1', 'Thing')).toEqual(['there is no schema of example.org/v1 Thing']);
  expect(thing('policy/v1beta1', 'PodDisruptionBudget')).toEqual([
    'there is no schema of policy/v1beta1 PodDisruptionBudget',
  ]);
});

it('makes a check once for the releases that know a kind alike', () => {
  const [oldest, , newest] = RELEASES as [string, string, string];
  expect(validator(oldest, 'v1 ConfigMap')).toBe(validator(newest, 'v1 ConfigMap'));
  expect(validator(oldest, 'apps/v1 Deployment')).not.toBe(validator(newest, 'apps/v1 Deployment'));
});
