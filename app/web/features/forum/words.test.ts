import { expect, it } from 'vitest';
import { mentioned } from '#server/routes/forum/notify.ts';
import { withNames } from '#shared/markdown/mentions.ts';
import { beginningAt, labelOf, namedIn, naming, typed } from './words.ts';

const person = (number: number, name: string) => ({
  id: `00000000-0000-4000-8000-00000000000${number}`,
  name,
});
const anne = person(1, 'Anne');
const martin = person(2, 'Anne Martin');
const odd = person(3, 'J. (Jo) [x]');
const emma = person(4, 'Emma Martin');
const other = person(5, 'Emma Martin');

it.each([
  ['Merci @Anne Martin !', [martin.id]],
  ['@Anne, et @Anne Martin', [anne.id, martin.id]],
  ['@Annette et anne@Anne.fr', []],
  ['@J. (Jo) [x] aussi', [odd.id]],
  ['personne', []],
])('%j names whom it means, as the server reads it', (text, ids) => {
  const kept = naming(text, [], [anne, martin, odd, anne, null]);
  expect(mentioned(kept)).toEqual(ids);
  expect(namedIn(kept).map(({ id }) => id)).toEqual(ids);
});

it('of two people of one name it is the one who was chosen, and nobody where none was', () => {
  const people = [emma, other];
  expect(mentioned(naming('@Emma Martin', [], people))).toEqual([]);
  expect(mentioned(naming('@Emma Martin', [other], people))).toEqual([other.id]);
  expect(labelOf(emma, [other])).toBe('Emma Martin (2)');
  const both = naming(`@${labelOf(other, [])} et @${labelOf(emma, [other])}`, [other, emma], people);
  expect(mentioned(both)).toEqual([other.id, emma.id]);
  expect(typed(both)).toBe('@Emma Martin et @Emma Martin (2)');
  // An edit of another letter moves no mention.
  expect(naming(`${typed(both)}.`, namedIn(both), people)).toBe(`${both}.`);
});

it('a text that is changed again names the same people', () => {
  const kept = naming('Merci @Anne Martin !', [martin], []);
  expect(typed(kept)).toBe('Merci @Anne Martin !');
  expect(naming(typed(kept), namedIn(kept), [])).toBe(kept);
  expect(withNames(kept)).toBe('Merci **@Anne Martin** !');
});

it('the signs of a name mean nothing', () => {
  expect(withNames(naming('@Jean *dit* _Jo_ !', [person(6, 'Jean *dit* _Jo_')], []))).toBe(
    String.raw`**@Jean \*dit\* \_Jo\_** !`,
  );
});

it.each([
  ['Merci @In', 'In'],
  ['@Jean-Él', 'Jean-Él'],
  ['@Emma Ma', 'Emma Ma'],
  ['a@exemple', undefined],
  ['@', undefined],
  ['@I', undefined],
  ['@Inès\n', undefined],
])('%j is the beginning of the name %j', (before, name) => {
  expect(beginningAt(before)).toBe(name);
});
