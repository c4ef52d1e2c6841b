import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { mergeCourse } from './merge.ts';
import { follow, type Part, partOf, sectionsOf } from './sections.ts';

const part = (id: string, body = `text of ${id}`): Part => ({ id, title: id.toUpperCase(), body });
const [a, b, c] = [part('a'), part('b'), part('c')];
const a2 = part('a', 'newer a');
const ours = part('a', 'our a');

describe('what the course says since', () => {
  it.each<[string, { base: Part[]; doc: Part[]; now: Part[]; becomes: Part[]; both?: string[] }]>([
    ['is taken where we changed nothing', { base: [a, b], doc: [a, b], now: [b, a2], becomes: [b, a2] }],
    ['is taken into a section that we left', { base: [a, b], doc: [a, c], now: [a2, b], becomes: [a2, c] }],
    ['keeps what we changed', { base: [a, b], doc: [ours, b], now: [a, c], becomes: [ours, c] }],
    ['may be the same', { base: [a, b], doc: [a2], now: [a2, b], becomes: [a2] }],
    ['brings a new section', { base: [a], doc: [ours], now: [b, a], becomes: [b, ours] }],
    ['takes a section away', { base: [a, b], doc: [ours, b], now: [a], becomes: [ours] }],
    [
      'does not take away what we changed',
      { base: [a, b], doc: [ours, b], now: [b], becomes: [ours, b], both: ['A'] },
    ],
    [
      'is said where we removed it',
      { base: [a, b], doc: [part('b', 'our b')], now: [a2, b], becomes: [part('b', 'our b')], both: ['A'] },
    ],
    [
      'is said where both changed a text',
      { base: [a], doc: [ours], now: [a2], becomes: [ours], both: ['A'] },
    ],
    [
      'takes a title and keeps a text',
      { base: [a], doc: [ours], now: [{ ...a, title: 'New' }], becomes: [{ ...ours, title: 'New' }] },
    ],
    [
      'is said where it has another order',
      { base: [a, b], doc: [ours, b], now: [b, a], becomes: [ours, b], both: ['B', 'A'] },
    ],
    [
      'is said where nobody knows the base',
      { base: [], doc: [ours], now: [a], becomes: [ours], both: ['A'] },
    ],
  ])('%s', (_, { base, doc: said, now, becomes, both = [] }) => {
    const doc = new Y.Doc();
    follow(doc, said);
    expect(mergeCourse(doc, { base, now })).toEqual(both);
    expect(sectionsOf(doc).map(partOf)).toEqual(becomes);
  });

  it('is taken whatever somebody put in the place of a section', () => {
    const doc = new Y.Doc();
    follow(doc, [a]);
    doc.getArray<unknown>('sections').push([7]);
    expect(mergeCourse(doc, { base: [a], now: [a2] })).toEqual([]);
    expect(sectionsOf(doc).map(partOf)).toEqual([a2]);
  });
});
