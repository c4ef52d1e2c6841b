import { expect, it } from 'vitest';
import { matched } from './matched.ts';

const marked = (text: string, question?: string) =>
  matched(text, question)
    .map(({ text: piece, isMatch }) => (isMatch ? `[${piece}]` : piece))
    .join('');

it.each([
  ['Suites numériques', 'numerique', 'Suites [numériques]'],
  ['L’Œuvre et l’été', 'ete', 'L’Œuvre et l’[été]'],
  ['La programmation en C', 'programmer', 'La [programmation] en C'],
  ['Le calcul intégral', 'le', 'Le calcul intégral'],
  ['Camille Fournier', 'FOURN', 'Camille [Fournier]'],
  ['Un cours', undefined, 'Un cours'],
  ['🙂 Ondes', 'ondes', '🙂 [Ondes]'],
  ['', 'ondes', ''],
])('%s, by %s', (text, question, words) => expect(marked(text, question)).toBe(words));

it('loses nothing of the text', () => {
  for (const text of ['İstanbul et ses ondes', 'ﬁn des ondes', 'Straße', 'e\u0301te\u0301 ondes'])
    expect(
      matched(text, 'ondes été')
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
});
