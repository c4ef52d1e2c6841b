import { expect, it } from 'vitest';
import { type CourseFields, changesOf, undoneBy } from './changes.ts';

const filled: CourseFields = {
  title: 'La cellule',
  summary: '',
  subject: 'SVT',
  level: 'Seconde',
  language: 'fr',
  format: 'markdown',
  visibility: 'public',
  tags: ['cellule'],
};

it('sends only what somebody changed', () => {
  expect(changesOf({ ...filled, tags: ['cellule'] }, filled)).toEqual({});
  expect(changesOf({ ...filled, summary: 'Au microscope', tags: [] }, filled)).toEqual({
    summary: 'Au microscope',
    tags: [],
  });
});

it.each([
  ['another field', { level: 'Première' }, {}],
  ['the same field', { title: 'La cellule vivante' }, { title: 'La cellule vivante' }],
  ['the same field to the same words', { title: 'Cellules' }, {}],
] as const)('undoes nothing unseen when another author changed %s', (_what, meanwhile, undone) => {
  const change = { title: 'Cellules' };
  const present = { ...filled, ...meanwhile };
  expect(undoneBy(change, { seen: filled, present })).toEqual(undone);
  expect(undoneBy(change, { seen: present, present })).toEqual({});
});
