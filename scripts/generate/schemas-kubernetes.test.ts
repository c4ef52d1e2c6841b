import { expect, it } from 'vitest';
import committed from '#policies/reading/schemas/kubernetes.json' with { type: 'json' };
import { api, changes, KUBERNETES_RELEASES, WHEEL } from './schemas-kubernetes.ts';
import type { Schema } from './slim-schema.ts';

const kind = (group: string, version: string, name: string) => ({
  'x-kubernetes-group-version-kind': [{ group, version, kind: name }],
});
const release = (more: Record<string, Schema> = {}): Record<string, Schema> => ({
  'io.k8s.api.batch.v1.Job': {
    type: ['object', 'null'],
    properties: {
      kind: { type: 'string', enum: ['Job'] },
      spec: { $ref: '#/$defs/io.k8s.api.batch.v1.JobSpec' },
      status: { $ref: '#/$defs/io.k8s.api.batch.v1.JobStatus' },
    },
    ...kind('batch', 'v1', 'Job'),
  },
  'io.k8s.api.batch.v1.JobSpec': {
    type: 'object',
    properties: { memory: { $ref: '#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity' } },
  },
  'io.k8s.api.batch.v1.JobStatus': { type: 'object' },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
  ...more,
});

it('takes the kinds that are asked for, and what they need, without what the cluster reports', () => {
  const { kinds, definitions } = api(release(), ['batch/v1 Job']);
  expect(kinds).toEqual({ 'batch/v1 Job': 'batch.v1.Job' });
  expect(Object.keys(definitions)).toEqual(['api.resource.Quantity', 'batch.v1.Job', 'batch.v1.JobSpec']);
  expect(definitions['batch.v1.Job']).toMatchObject({ required: ['metadata'], additionalProperties: false });
  expect(definitions['batch.v1.Job']!.properties).not.toHaveProperty('status');
});

it('knows a quantity', () => {
  const { pattern } = api(release(), ['batch/v1 Job']).definitions['api.resource.Quantity']!;
  const right = ['1', '0.5', '.5', '100m', '64Mi', '2Ti', '1e3', '12E', '-1'];
  const wrong = ['', '512 MB', '1MB', 'Mi', '1K', '1.5.0', '64mi'];
  expect([...right, ...wrong].filter((text) => new RegExp(pattern).test(text))).toEqual(right);
});

it('says which kind a release does not have', () => {
  expect(() => api(release(), ['batch/v1 Cron'])).toThrow('this release of Kubernetes has no batch/v1 Cron');
});

it('keeps the first release, and of later ones what they changed, added or dropped', () => {
  const extra = {
    'io.k8s.api.batch.v1.JobSpec': { $ref: '#/$defs/io.k8s.api.batch.v1.New' },
    'io.k8s.api.batch.v1.New': { type: 'string' },
  };
  const releases = new Map([
    ['1', api(release(), ['batch/v1 Job'])],
    ['2', api(release(extra), ['batch/v1 Job'])],
    ['3', api(release(extra), ['batch/v1 Job'])],
  ]);
  expect(changes(releases).changes).toEqual({
    2: {
      'api.resource.Quantity': null,
      'batch.v1.JobSpec': { $ref: '#/definitions/batch.v1.New' },
      'batch.v1.New': { type: 'string' },
    },
    3: {},
  });
});

it('is what stands in policies/schemas: the source, its hash, the releases', () => {
  expect(committed.source).toContain(`${WHEEL.name} ${WHEEL.version}`);
  expect(committed.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(committed.releases).toEqual(KUBERNETES_RELEASES);
});
