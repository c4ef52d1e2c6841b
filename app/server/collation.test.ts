import { expect, it } from 'vitest';
import { byName } from './collation.ts';

it('names stand as in a French dictionary, their numbers as numbers', () => {
  const names = [
    'TP10.pdf',
    'Zèbre',
    'TP2.pdf',
    'abricot',
    'Élan',
    'cote',
    'côté',
    'coté',
    'côte',
    'œuvre',
    'Orage',
    'tp2.txt',
  ];
  const sorted = names.map((name, at) => ({ name, id: String(at) })).sort(byName);
  expect(sorted.map(({ name }) => name)).toEqual([
    'abricot',
    'cote',
    'coté',
    'côte',
    'côté',
    'Élan',
    'œuvre',
    'Orage',
    'TP2.pdf',
    'tp2.txt',
    'TP10.pdf',
    'Zèbre',
  ]);
  expect(byName({ name: 'a', id: '2' }, { name: 'a', id: '1' })).toBeGreaterThan(0);
});
