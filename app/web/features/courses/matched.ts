/** A piece of a text, and whether it is one of the words that were searched. */
export interface Piece {
  text: string;
  isMatch: boolean;
}

/** Without accents and case, and as long as it was: a letter for each. */
const folded = (text: string): string =>
  [...text]
    .map((letter) => {
      const plain = letter.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
      return plain.length === letter.length ? plain : letter.toLowerCase().slice(0, letter.length);
    })
    .join('');
const WORD = /[\p{L}\p{N}]+/gu;
/** Letters that begin a word alike, for endings do not matter to the search either. */
const STEM_LETTERS = 5;
/** Shorter words stand everywhere. */
const LETTERS_MIN = 3;

/** A text in pieces, with the words in it that a question asked for, however they end. */
export function matched(text: string, question: string | undefined): Piece[] {
  const asked = (folded(question ?? '').match(WORD) ?? []).filter((word) => word.length >= LETTERS_MIN);
  if (asked.length === 0) return [{ text, isMatch: false }];
  const stems = asked.map((word) => word.slice(0, Math.max(STEM_LETTERS, word.length - 2)));
  const pieces: Piece[] = [];
  let at = 0;
  const add = (to: number, isMatch: boolean) => {
    if (to > at) pieces.push({ text: text.slice(at, to), isMatch });
    at = to;
  };
  for (const { 0: word, index } of folded(text).matchAll(WORD)) {
    if (!stems.some((stem) => word.startsWith(stem))) continue;
    add(index, false);
    add(index + word.length, true);
  }
  add(text.length, false);
  return pieces;
}
