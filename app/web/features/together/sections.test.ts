import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { SHARED } from '#shared/schemas/together.ts';
import { Sections } from './sections.ts';

function written(...titles: string[]) {
  const doc = new Y.Doc();
  const sections = new Sections(doc.getArray(SHARED.sections));
  for (const title of titles) {
    const key = sections.add();
    const { title: text, body } = sections.shown.find((each) => each.key === key)!;
    text.delete(0, text.length);
    text.insert(0, title);
    body.insert(0, `Texte de ${title}`);
  }
  const said = () => sections.shown.map(({ title, body }) => `${title}: ${body}`);
  return { doc, sections, said };
}

it('moves a section and takes that back', () => {
  const { sections, said } = written('a', 'b', 'c');
  sections.move(sections.shown[2]!.key, 0);
  expect(said()).toEqual(['c: Texte de c', 'a: Texte de a', 'b: Texte de b']);
  sections.undo();
  expect(said().map((each) => each[0])).toEqual(['a', 'b', 'c']);
});

it('brings a section that was removed back with its words, where it stood', () => {
  const { sections, said } = written('a', 'b', 'c');
  sections.remove(sections.shown[1]!.key);
  expect(said()).toEqual(['a: Texte de a', 'c: Texte de c']);
  // What is typed meanwhile stays.
  sections.shown[0]!.body.insert(0, 'Nouveau. ');
  sections.undo();
  expect(said()).toEqual(['a: Nouveau. Texte de a', 'b: Texte de b', 'c: Texte de c']);
});

it('adds a section behind another one', () => {
  const { sections } = written('a', 'b');
  const key = sections.add(sections.shown[0]!.key);
  expect(sections.shown.map((each) => each.key).indexOf(key)).toBe(1);
});

it('keeps what somebody else types into a section that moves', () => {
  const { doc, sections, said } = written('a', 'b');
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  new Sections(other.getArray(SHARED.sections)).shown[1]!.body.insert(0, 'Ailleurs. ');
  sections.move(sections.shown[1]!.key, 0);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  expect(said()).toEqual(['b: Ailleurs. Texte de b', 'a: Texte de a']);
});
