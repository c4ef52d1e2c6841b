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

/** Words of a question at most. */
const WORDS_MAX = 12;

/** What was typed as a query of the database: every word, the last one as it begins. Nothing, when there is no word in it. */
export function question(typed: string): string | undefined {
  const words = folded(typed)
    .match(/[\p{L}\p{N}]+/gu)
    ?.slice(0, WORDS_MAX);
  if (!words) return undefined;
  return words.map((word, index) => (index === words.length - 1 ? `${word}:*` : word)).join(' & ');
}

/** The same for names, which have no endings: every word as it begins. */
export function beginnings(typed: string): string | undefined {
  const words = folded(typed)
    .match(/[\p{L}\p{N}]+/gu)
    ?.slice(0, WORDS_MAX);
  return words?.map((word) => `${word}:*`).join(' & ');
}

/** The dictionary of a language. */
export const dictionaryOf = (language: string): 'english' | 'french' =>
  language === 'en' ? 'english' : 'french';
