import { expect, it } from 'vitest';
import committed from '#policies/reading/schemas/custom-resources.json' with { type: 'json' };
import { customResources, kindsOf, SOURCES } from './schemas-custom.ts';

const definition = `
kind: CustomResourceDefinition
spec:
  group: ceph.rook.io
  names: { kind: CephThing, plural: cephthings }
  scope: Namespaced
  versions:
    - name: v1alpha1
      served: false
      schema: { openAPIV3Schema: { type: object, properties: {} } }
    - name: v1
      served: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec: { type: object, x-kubernetes-preserve-unknown-fields: true, properties: { size: { type: integer } } }
            status: { type: object, x-kubernetes-preserve-unknown-fields: true }
`;
const KIND = 'ceph.rook.io/v1 CephThing';

it('makes a closed schema of a definition, with the metadata of any object and without status', () => {
  expect(kindsOf(`---\n# nothing\n---${definition}`, [KIND])).toEqual({
    [KIND]: {
      names: { plural: 'cephthings', scope: 'Namespaced' },
      schema: {
        type: 'object',
        required: ['apiVersion', 'kind', 'metadata', 'spec'],
        additionalProperties: false,
        properties: {
          apiVersion: { enum: ['ceph.rook.io/v1'] },
          kind: { enum: ['CephThing'] },
          metadata: { $ref: '#/definitions/meta.v1.ObjectMeta' },
          spec: { type: 'object', properties: { size: { type: 'integer' } }, additionalProperties: false },
        },
      },
    },
  });
});

it('says which kind a file does not define, or no longer serves', () => {
  for (const kind of ['ceph.rook.io/v1 CephOther', 'ceph.rook.io/v1alpha1 CephThing'])
    expect(() => kindsOf(definition, [kind])).toThrow(`the file defines no ${kind}`);
});

it('names each source with its hash', () => {
  const source = { ...SOURCES[0]!, kinds: [KIND] };
  expect(customResources(new Map([[source, definition]])).sources).toEqual([
    { url: source.url, licence: 'Apache-2.0', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
});

it('is what stands in policies/schemas: the same sources, of the releases that we run', () => {
  expect(committed.sources.map(({ url }) => url)).toEqual(SOURCES.map(({ url }) => url));
  expect(Object.keys(committed.kinds)).toEqual(SOURCES.flatMap(({ kinds }) => kinds));
});
