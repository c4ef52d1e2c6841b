import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { removeSection, SHARED } from '#shared/schemas/together.ts';
import { follow, type Part, partOf, sectionsOf } from './sections.ts';

const part = (id: string, body = `text of ${id}`): Part => ({ id, title: id.toUpperCase(), body });
const [a, b, c, d] = [part('a'), part('b'), part('c'), part('d')];
const said = (doc: Y.Doc) => sectionsOf(doc).map(partOf);
const textIn = (doc: Y.Doc, id: string, key: 'title' | 'body' = 'body') =>
  sectionsOf(doc)
    .find((map) => map.get(SHARED.id) === id)!
    .get(SHARED[key]) as Y.Text;

/** A document and another copy of it, for somebody who has no network. */
function apart(parts: Part[]): { doc: Y.Doc; away: Y.Doc } {
  const [doc, away] = [new Y.Doc(), new Y.Doc()];
  // Letters at the same place stand in the order of these.
  [away.clientID, doc.clientID] = [2, 1];
  follow(doc, parts);
  Y.applyUpdate(away, Y.encodeStateAsUpdate(doc));
  return { doc, away };
}
/** The network is back. */
function meet(doc: Y.Doc, away: Y.Doc): void {
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(away));
  Y.applyUpdate(away, Y.encodeStateAsUpdate(doc));
  expect(said(away)).toEqual(said(doc));
}

describe('what somebody types without a network into a section', () => {
  const typed = (of: Part) => ({ ...of, body: `${of.body}, typed` });
  it.each<[string, { before: Part[]; meanwhile: Part[][]; into?: string; becomes: Part[] }]>([
    ['stays where one is added', { before: [a, b], meanwhile: [[a, c, b]], becomes: [typed(a), c, b] }],
    ['stays where others go', { before: [b, a, c], meanwhile: [[a]], becomes: [typed(a)] }],
    ['goes along where it moves', { before: [a, b, c], meanwhile: [[c, b, a]], becomes: [c, b, typed(a)] }],
    [
      'goes along where it moves twice',
      {
        before: [a, b, c],
        meanwhile: [
          [b, c, a],
          [d, b, a, c],
        ],
        becomes: [d, b, typed(a), c],
      },
    ],
    [
      'stays where it is rewritten above and below',
      {
        before: [part('a', 'one\ntwo\nthree\n'), b],
        meanwhile: [[part('a', 'One\ntwo\nThree\n'), b]],
        into: 'two',
        becomes: [part('a', 'One\ntwo, typed\nThree\n'), b],
      },
    ],
    [
      'is shown again where it is removed',
      { before: [a, b], meanwhile: [[b]], becomes: [{ id: 'a', title: '', body: ', typed' }, b] },
    ],
    [
      'is in it again where it is removed and comes back',
      { before: [a, b], meanwhile: [[b], [b, a]], becomes: [b, typed(a)] },
    ],
  ])('%s', (_, { before, meanwhile, into, becomes }) => {
    const { doc, away } = apart(before);
    const text = textIn(away, 'a');
    text.insert(into ? text.toString().indexOf(into) + into.length : text.length, ', typed');
    for (const parts of meanwhile) {
      doc.transact(() => follow(doc, parts));
      expect(said(doc)).toEqual(parts);
    }
    meet(doc, away);
    expect(said(doc)).toEqual(becomes);
  });

  it('is shown again where another author removes it, and a new section comes last', () => {
    const { doc, away } = apart([a, b]);
    removeSection(sectionsOf(doc)[0]!);
    expect(said(doc)).toEqual([b]);
    follow(doc, [c, b]);
    textIn(away, 'a', 'title').insert(1, ' typed');
    const added = new Y.Map<unknown>([
      [SHARED.title, new Y.Text('New')],
      [SHARED.body, new Y.Text()],
    ]);
    away.getArray(SHARED.sections).push([added]);
    meet(doc, away);
    expect(said(doc)).toContainEqual({ id: 'a', title: 'typed', body: '' });
    expect(said(doc).at(-1)).toEqual({ id: '', title: 'New', body: '' });
  });

  it('is in the document whatever the course becomes meanwhile', () => {
    let seed = 1;
    const below = (count: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % count;
    };
    const changed = (parts: Part[]) =>
      [...parts, part('e'), part('f')]
        .filter(({ id }, at, all) => below(3) > 0 && all.findIndex((each) => each.id === id) === at)
        .map((each) => ({ each, order: below(4) }))
        .sort((one, other) => one.order - other.order)
        .map(({ each }) =>
          below(2) ? each : part(each.id, `${each.body.slice(below(5))}\nmore ${below(9)}`),
        );
    for (let round = 0; round < 100; round++) {
      const { doc, away } = apart([a, b, c, d]);
      for (const { id } of [a, b, c, d]) {
        for (const key of ['title', 'body'] as const) {
          const text = textIn(away, id, key);
          text.insert(below(text.length + 1), `<${id} ${key}>`);
        }
      }
      let parts = [a, b, c, d];
      for (let version = 0; version < 3; version++) {
        parts = changed(parts);
        follow(doc, parts);
        expect(said(doc)).toEqual(parts);
      }
      meet(doc, away);
      const all = JSON.stringify(said(doc));
      for (const { id } of [a, b, c, d])
        for (const key of ['title', 'body']) expect(all.split(`<${id} ${key}>`)).toHaveLength(2);
    }
  });
});
