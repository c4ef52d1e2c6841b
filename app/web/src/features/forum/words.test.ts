import { expect, it } from 'vitest';
import { mentioned } from '../../../../server/routes/forum/notify.ts';
import { namedIn, naming, typed, withNames } from './words.ts';

const anne = { id: '00000000-0000-4000-8000-000000000001', name: 'Anne' };
const martin = { id: '00000000-0000-4000-8000-000000000002', name: 'Anne Martin' };
const odd = { id: '00000000-0000-4000-8000-000000000003', name: 'J. (Jo) [x]' };

it.each([
  ['Merci @Anne Martin !', [martin.id]],
  ['@Anne, et @Anne Martin', [anne.id, martin.id]],
  ['@Annette et anne@Anne.fr', []],
  ['@J. (Jo) [x] aussi', [odd.id]],
  ['personne', []],
])('%j names whom it means, as the server reads it', (text, ids) => {
  const kept = naming(text, [anne, martin, odd, null]);
  expect(mentioned(kept)).toEqual(ids);
  expect(namedIn(kept).map(({ id }) => id)).toEqual(ids);
});

it('a text that is changed again names the same people', () => {
  const kept = naming('Merci @Anne Martin !', [martin]);
  expect(typed(kept)).toBe('Merci @Anne Martin !');
  expect(naming(typed(kept), namedIn(kept))).toBe(kept);
  expect(withNames(kept)).toBe('Merci **@Anne Martin** !');
});
