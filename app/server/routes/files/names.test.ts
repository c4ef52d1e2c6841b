import { expect, it } from 'vitest';
import { checkedName, contentDisposition, freeName } from './names.ts';

it.each([
  ['poly.pdf', ['poly.pdf'], 'poly (2).pdf'],
  ['poly.pdf', ['poly.pdf', 'poly (2).pdf'], 'poly (3).pdf'],
  ['cours.fr.vtt', ['cours.fr.vtt'], 'cours (2).fr.vtt'],
  ['LISEZMOI', ['LISEZMOI'], 'LISEZMOI (2)'],
])('%s is free as another name beside %j: %s', (name, taken, free) => {
  expect(freeName(name, new Set(taken))).toBe(free);
});

it('a name that is made shorter for its number stays one that a file may have', () => {
  for (const first of ['', 'a']) {
    const name = `${first}${'\u{1F409}'.repeat(98)}.md`;
    const free = freeName(name, new Set([name]));
    expect(checkedName(free)).toBe(free);
    expect(decodeURIComponent(contentDisposition('inline', free).split("''")[1]!)).toBe(free);
  }
});
