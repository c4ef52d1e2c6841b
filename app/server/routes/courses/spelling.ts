import { setImmediate as others } from 'node:timers/promises';
import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { words } from './search-terms.ts';
import { PUBLIC } from './visibility.ts';

/** A word that public courses have in their titles, subjects, levels, tags or names of authors. */
interface Known {
  /** As most of them write it, with its accents. */
  written: string;
  count: number;
  /** A bit for each letter that it has: two words that differ in many have many between them. */
  letters: number;
}
/** By their folded form, and those by their length. */
interface Vocabulary {
  words: Map<string, Known>;
  byLength: Map<number, string[]>;
}

const PUBLIC_TITLES = sql`select c.title || ' ' || c.subject || ' ' || c.level || ' ' || array_to_string(c.tags, ' ') || ' ' ||
    coalesce((select string_agg(p.name, ' ') from course_authors a join people p on p.id = a.person_id where a.course_id = c.id), '') as text from courses c
  where ${PUBLIC} and c.published_at is not null order by c.published_at desc, c.id desc limit 20000`;
/** Titles that are read at a stretch; requests are answered between. */
const STRETCH = 200;
const KEPT_MILLISECONDS = 5 * 60_000;
/** Shorter words have too many neighbours. */
const LETTERS_MIN = 4;
/** Mistakes in a word: a letter too many, too few, another one, or two that changed places. */
const mistakesIn = (word: string): number => (word.length < 6 ? 1 : 2);
const TYPED_WORD = /[\p{L}\p{M}\p{N}\p{Cf}]+/gu;

/** Spells what was typed as courses spell it; nothing, where each word is known or has no neighbour. */
export type Speller = (typed: string) => Promise<string | undefined>;

/** A speller by the public courses, whose words are read when they are asked for and then kept for some minutes. */
export function speller(db: Database): Speller {
  let read: { at: number; vocabulary: Promise<Vocabulary> } | undefined;
  return async (typed) => {
    if (!read || performance.now() - read.at > KEPT_MILLISECONDS) {
      const vocabulary = vocabularyOf(db);
      read = { at: performance.now(), vocabulary };
      vocabulary.catch(() => {
        read = undefined;
      });
    }
    const vocabulary = await read.vocabulary;
    let isMended = false;
    const spelled = typed.replaceAll(TYPED_WORD, (word) => {
      const [folded = '', ...more] = words(word);
      if (more.length > 0 || folded.length < LETTERS_MIN || vocabulary.words.has(folded)) return word;
      const nearest = nearestTo(folded, vocabulary);
      if (!nearest) return word;
      isMended = true;
      return nearest.written;
    });
    return isMended ? spelled : undefined;
  };
}

async function vocabularyOf(db: Database): Promise<Vocabulary> {
  const titles = await query<{ text: string }>(db, PUBLIC_TITLES);
  const found = new Map<string, Map<string, number>>();
  for (const [at, { text }] of titles.entries()) {
    if (at % STRETCH === STRETCH - 1) await others();
    for (const [typed] of text.matchAll(TYPED_WORD)) {
      const [folded = '', ...more] = words(typed);
      if (more.length > 0 || folded.length < LETTERS_MIN) continue;
      const forms = found.get(folded) ?? new Map<string, number>();
      found.set(folded, forms);
      const written = typed.toLowerCase();
      forms.set(written, (forms.get(written) ?? 0) + 1);
    }
  }
  const known = new Map<string, Known>();
  for (const [folded, forms] of found) {
    const [written = folded] = [...forms].sort(([, one], [, other]) => other - one)[0] ?? [];
    const count = [...forms.values()].reduce((sum, each) => sum + each, 0);
    known.set(folded, { written, count, letters: lettersOf(folded) });
  }
  return { words: known, byLength: Map.groupBy(known.keys(), (word) => word.length) };
}

/** The word with the fewest mistakes between; of several the one that most courses have. */
function nearestTo(word: string, { words: known, byLength }: Vocabulary): Known | undefined {
  const max = mistakesIn(word);
  const letters = lettersOf(word);
  let nearest: { known: Known; mistakes: number } | undefined;
  for (let length = word.length - max; length <= word.length + max; length += 1) {
    for (const other of byLength.get(length) ?? []) {
      const each = known.get(other)!;
      // Another letter takes one away and brings one.
      if (bitsIn(letters ^ each.letters) > 2 * max) continue;
      const mistakes = mistakesBetween(word, other, max);
      if (mistakes > max) continue;
      if (
        !nearest ||
        mistakes < nearest.mistakes ||
        (mistakes === nearest.mistakes && each.count > nearest.known.count)
      )
        nearest = { known: each, mistakes };
    }
  }
  return nearest?.known;
}

const lettersOf = (word: string): number => {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
};
function bitsIn(number: number): number {
  let rest = number;
  let count = 0;
  for (; rest !== 0; count += 1) rest &= rest - 1;
  return count;
}

/** Letters to add, take away, change, or change with the next one; more than `max` is not counted on. */
export function mistakesBetween(one: string, other: string, max: number): number {
  let [before, last, row]: [number[], number[], number[]] = [
    [],
    [],
    Array.from({ length: other.length + 1 }, (_, at) => at),
  ];
  for (let i = 1; i <= one.length; i += 1) {
    [before, last, row] = [last, row, [i]];
    let least = i;
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      let count = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) count = Math.min(count, before[j - 2]! + 1);
      row.push(count);
      least = Math.min(least, count);
    }
    if (least > max) return max + 1;
  }
  return row.at(-1)!;
}
