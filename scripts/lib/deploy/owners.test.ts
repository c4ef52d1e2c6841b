import { expect, it } from 'vitest';
import { ownersOf } from './owners.ts';

const image = {
  'f:spec': {
    'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"api"}': { '.': {}, 'f:image': {} } } } },
  },
};
const object = {
  metadata: {
    managedFields: [
      {
        manager: 'fredu',
        operation: 'Apply',
        fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:template': {} } },
      },
      { manager: 'kubectl-set', operation: 'Update', time: '2026-11-30T10:00:00Z', fieldsV1: image },
      {
        manager: 'controller',
        operation: 'Update',
        subresource: 'status',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
      {
        manager: 'kubectl',
        operation: 'Update',
        subresource: 'scale',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ],
  },
};

it('names who set an element of a list that is known by its name', () => {
  expect(ownersOf(object, ['spec', 'template', 'spec', 'containers', '[api]', 'image'])).toEqual([
    { manager: 'kubectl-set', since: '2026-11-30T10:00:00Z' },
  ]);
});

it('names all who share a field, whoever scaled among them, but not who writes the status', () => {
  expect(ownersOf(object, ['spec', 'replicas']).map(({ manager }) => manager)).toEqual(['fredu', 'kubectl']);
});

it('names nobody for a field that nobody owns', () => {
  expect(ownersOf(object, ['data', 'a'])).toEqual([]);
  expect(ownersOf({ metadata: {} }, ['data'])).toEqual([]);
});
