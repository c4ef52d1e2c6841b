/**
 * Words as they are searched: without accents, case and ligatures, for documents and questions alike. Endings are taken off by the
 * database, whose dictionaries for French and English PostgreSQL and CockroachDB share; neither lets us add accents to them there.
 */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll(/[’']/g, ' ');

/** Words of a document that are searched at most, in characters: a tsvector may have 1 MiB. */
const DOCUMENT_MAX = 200_000;
export const searchable = (parts: string[]): string => folded(parts.join('\n')).slice(0, DOCUMENT_MAX);

const wordsIn = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
/** The words of a title with their endings, taken apart as those of a question are: `Node.js` is two. */
export const titleWords = (parts: string[]): string => wordsIn(parts.join(' ')).join(' ');

/** Words of a question at most. */
const WORDS_MAX = 12;
const wordsOf = (typed: string): string[] => wordsIn(typed).slice(0, WORDS_MAX);

/** What was typed as a query of the database: every word, the last one as it begins. Nothing, when there is no word in it. */
export function question(typed: string): string | undefined {
  const words = wordsOf(typed);
  return words.length === 0 ? undefined : `${words.join(' & ')}:*`;
}

/**
 * The word that is being typed, for words that have their endings yet: without it `programmati` finds no `programmation`, which is
 * kept as `programm`. And the words before it, where there are any.
 */
export function typing(typed: string): { last: string; before: string | undefined } | undefined {
  const words = wordsOf(typed);
  const last = words.pop();
  return last === undefined ? undefined : { last: `${last}:*`, before: words.join(' & ') || undefined };
}

/** The same for names, which have no endings: every word as it begins. */
export function beginnings(typed: string): string | undefined {
  const words = wordsOf(typed);
  return words.length === 0 ? undefined : words.map((word) => `${word}:*`).join(' & ');
}

/** The dictionary of a language. */
export const dictionaryOf = (language: string): 'english' | 'french' =>
  language === 'en' ? 'english' : 'french';
