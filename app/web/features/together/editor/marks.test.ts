import { EditorState, type StateCommand } from '@codemirror/state';
import { expect, it } from 'vitest';
import { around, atLines, link } from './marks.ts';

/** What a command makes of a text; `|` stands at both ends of what is chosen. */
function made(text: string, command: StateCommand): string {
  const [before, chosen = '', after] = text.split('|');
  const state = EditorState.create({
    doc: [before, chosen, after].join(''),
    selection: { anchor: before!.length, head: before!.length + chosen.length },
  });
  let next = state;
  command({
    state,
    dispatch(transaction) {
      next = transaction.state;
    },
  });
  const { from, to } = next.selection.main;
  const doc = next.doc.toString();
  return `${doc.slice(0, from)}|${doc.slice(from, to)}|${doc.slice(to)}`;
}

it('marks what is chosen, and takes the mark away again', () => {
  expect(made('un |mot| ici', around('**'))).toBe('un **|mot|** ici');
  expect(made('un **|mot|** ici', around('**'))).toBe('un |mot| ici');
  expect(made('un || ici', around('$'))).toBe('un $||$ ici');
});

it('marks whole lines', () => {
  expect(made('a\n|b\nc|', atLines('- '))).toBe('a\n- |b\n- c|');
  expect(made('a\n- |b|', atLines('- '))).toBe('a\n|b|');
});

it('makes a link whose address is typed next', () => {
  expect(made('voir |le cours|', link)).toBe('voir [le cours](|https://|)');
});
