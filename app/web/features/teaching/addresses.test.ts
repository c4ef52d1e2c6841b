import { expect, it } from 'vitest';
import { addressesIn } from './addresses.ts';

it.each([
  ['', []],
  ['lea@exemple.fr\nmax@exemple.fr', ['lea@exemple.fr', 'max@exemple.fr']],
  [
    'lea@exemple.fr, max@exemple.fr;zoe@exemple.fr max@b.fr',
    ['lea@exemple.fr', 'max@exemple.fr', 'zoe@exemple.fr', 'max@b.fr'],
  ],
  ['lea@exemple.fr\nLEA@exemple.fr\nlea@exemple.fr', ['lea@exemple.fr']],
  ['Léa Dupont <lea@exemple.fr>', ['lea@exemple.fr']],
  [
    '"Dupont, Léa" <lea@exemple.fr>, Max <max@exemple.fr>; zoe@exemple.fr',
    ['lea@exemple.fr', 'max@exemple.fr', 'zoe@exemple.fr'],
  ],
  ['zoe@exemple.fr, Dupont, Léa <lea@exemple.fr>', ['zoe@exemple.fr', 'lea@exemple.fr']],
  ['<mailto:lea@exemple.fr>\r\nmailto:max@exemple.fr', ['lea@exemple.fr', 'max@exemple.fr']],
  ['lea@école.test', ['lea@xn--cole-9oa.test']],
  ['léa@exemple.fr, personne, Max <rien>', ['léa@exemple.fr', 'rien']],
  ['a@', ['a@']],
])('%j', (list, addresses) => {
  expect(addressesIn(list)).toEqual(addresses);
});

it('reads a long list once', () => {
  const list = `${'a'.repeat(200_000)} ${'<"'.repeat(50_000)} ${' '.repeat(200_000)}x`;
  expect(addressesIn(list).length).toBeGreaterThan(0);
}, 5000);
