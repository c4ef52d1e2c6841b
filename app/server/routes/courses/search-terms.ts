/** What nobody sees: soft hyphens, joiners, marks of direction. They stand within words that were pasted from elsewhere. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Words as they are searched: without accents, case, ligatures and what nobody sees, for documents and questions alike. Endings are taken
 * off by the database, whose dictionaries for French and English PostgreSQL and CockroachDB share; neither lets us add accents to them there.
 */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(UNSEEN, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ');

/** A word, with the signs behind its last letter that make another one of it: C, C++, C#. */
const WORD = /([\p{L}\p{N}]+)((?<=\p{L})[+#]+(?![+#\p{L}\p{N}]))?/gu;
const SIGNS: Record<string, string> = { '+': 'plus', '#': 'sharp' };
/** Scripts that put no spaces between words. */
const UNSPACED = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}`;
const RUN = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, 'gu');
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');
const LETTERS = /[\p{L}\p{N}]+/gu;
const SPECIAL = new RegExp(`[${UNSPACED}]|\\p{L}[+#]`, 'u');
/** Letters of a word that count: longer ones are no words, and a database leaves them out. */
const LETTERS_MAX = 64;

/**
 * The words of a text in their order. This is the only place where texts and questions are taken apart: what the database is given are these
 * words with spaces between them, of which its own parser makes the same. `client/serveur`, `2.71828`, a domain, a file’s name are
 * several; of a script without spaces each two letters that follow each other are one, and the last letter.
 */
export const words = (text: string): string[] =>
  folded(text)
    .split('\n')
    // Few lines have what takes a second look.
    .flatMap((line) => (SPECIAL.test(line) ? special(line) : (line.match(LETTERS) ?? []).map(shortened)));

function special(line: string): string[] {
  const found: string[] = [];
  for (const [, word = '', signs] of line.matchAll(WORD)) {
    let last = '';
    for (const [run] of word.matchAll(RUN)) {
      last = IS_UNSPACED.test(run) ? '' : run;
      if (last) found.push(shortened(run));
      else found.push(...pairs([...run]));
    }
    if (signs && last) found.push(shortened(last + [...signs].map((sign) => SIGNS[sign]).join('')));
  }
  return found;
}
const pairs = (letters: string[]): string[] => letters.map((letter, at) => letter + (letters[at + 1] ?? ''));
const shortened = (word: string): string =>
  word.length > LETTERS_MAX ? [...word].slice(0, LETTERS_MAX).join('') : word;

/**
 * Bytes of a tsvector, which may have 1 MiB: up to the first number all words are kept, with how often they stand there; up to the second
 * those that are new. A text in a language reaches neither, for it has some ten thousand different words.
 * @see https://www.postgresql.org/docs/18/textsearch-limitations.html
 */
const ALL_BYTES = 400_000;
const NEW_BYTES = 1_000_000;
/** Of a lexeme beside its letters, and of each place where it stands. */
const LEXEME_BYTES = 3;
const PLACE_BYTES = 2;

/** The words of a document, as its database takes them. */
export function searchable(parts: string[]): string {
  const known = new Set<string>();
  const kept: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    for (const word of words(part)) {
      const isKnown = known.has(word);
      const cost = PLACE_BYTES + (isKnown ? 0 : LEXEME_BYTES + Buffer.byteLength(word));
      if (bytes + cost > (isKnown ? ALL_BYTES : NEW_BYTES)) continue;
      bytes += cost;
      known.add(word);
      kept.push(word);
    }
  }
  return kept.join(' ');
}

/** The words of a title with their endings; two titles of the same ones are the same. */
export const titleWords = (parts: string[]): string => words(parts.join(' ')).join(' ');

/** Words of a question at most. */
const WORDS_MAX = 24;
const isLetter = (word: string): boolean => IS_UNSPACED.test(word) && [...word].length === 1;
/** The words that are asked for. The last letter of a script without spaces stands in the word before it already. */
const wordsOf = (typed: string): string[] =>
  words(typed)
    .filter((word, at, all) => at === 0 || !isLetter(word) || !all[at - 1]!.endsWith(word))
    .slice(0, WORDS_MAX);
/** A word of a question; one letter of a script without spaces is the beginning of a word. */
const term = (word: string): string => (isLetter(word) ? `${word}:*` : word);
const allOf = (asked: string[]): string => asked.map(term).join(' & ');

/** What was typed as a query of the database: every word, the last one as it begins. Nothing, when there is no word in it. */
export function question(typed: string): string | undefined {
  const asked = wordsOf(typed);
  const last = asked.pop();
  return last === undefined ? undefined : [...asked.map(term), `${last}:*`].join(' & ');
}

/** The same with the last word as it is typed, for what is not asked for as it begins; and all of it as `titleWords` has a title. */
export const exactly = (typed: string): { all: string; title: string } => ({
  all: allOf(wordsOf(typed)),
  title: titleWords([typed]),
});

/**
 * The word that is being typed, for words that have their endings yet: without it `programmati` finds no `programmation`, which is
 * kept as `programm`. And the words before it, where there are any.
 */
export function typing(typed: string): { last: string; before: string | undefined } | undefined {
  const asked = wordsOf(typed);
  const last = asked.pop();
  return last === undefined ? undefined : { last: `${last}:*`, before: allOf(asked) || undefined };
}

/** The same for names, which have no endings: every word as it begins. */
export function beginnings(typed: string): string | undefined {
  const asked = wordsOf(typed);
  return asked.length === 0 ? undefined : asked.map((word) => `${word}:*`).join(' & ');
}

/** The dictionary of a language. */
export const dictionaryOf = (language: string): 'english' | 'french' =>
  language === 'en' ? 'english' : 'french';
