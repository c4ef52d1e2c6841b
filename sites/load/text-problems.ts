import { INVISIBLE } from './invisible.ts';
import type { Path, Problem } from './problem.ts';
import { secretsIn } from './secrets.ts';
import type { Source } from './source.ts';

/** Bytes of a file: a site of 1,000 hosts has half of it. What is larger was not written by a person. */
export const BYTES_MAX = 256 * 1024;

/** What is wrong with a whole file, so that nothing in it can be judged; none or one. */
export function unreadable(file: string, text: string): Problem | undefined {
  const said = UNREADABLE.find(({ is }) => is(text));
  if (!said) return undefined;
  const { code, words, fix, why } = said;
  const message = `${file} ${words(text)}`;
  return { code, severity: 'error', message, file, line: 1, column: 1, source: '', fix, why };
}

const lone = (text: string): number => text.match(/\r(?!\n)/g)?.length ?? 0;
const UNREADABLE: {
  code: string;
  is(text: string): boolean;
  words(text: string): string;
  fix: string;
  why: string;
}[] = [
  {
    code: 'file-size',
    is: (text) => text.length > BYTES_MAX,
    words: (text) => `has ${text.length} characters; ${BYTES_MAX} are read`,
    fix: 'write one site a file, or remove what is no description of a site',
    why: 'people read these files, and so does every review of a change',
  },
  {
    code: 'yaml-encoding',
    // Every other byte of a letter in UTF-16 is none.
    is: (text) => (text.slice(0, 200).match(/\0/g)?.length ?? 0) > Math.min(200, text.length) / 4,
    words: () => 'is in UTF-16, not in UTF-8',
    fix: 'save it as UTF-8, or run `iconv -f UTF-16 -t UTF-8`',
    why: 'what cannot be read with certainty is not guessed',
  },
  {
    code: 'line-ends',
    is: (text) => lone(text) > 0 && !text.includes('\n'),
    words: (text) => `ends its ${lone(text)} lines by CR alone (U+000D), so all of it is one line`,
    fix: 'save it with line ends of Unix (LF) or of Windows (CRLF)',
    why: 'a comment would reach to the end of the file',
  },
];

/** What stands in a text that belongs in no such file, with the path of the value that it is in. */
export interface Stray {
  problem: Problem;
  path?: Path;
  /** Lines about which nothing else is said: their other mistakes have the same cause. */
  lines: { first: number; last: number };
}

/** Secrets, and characters that nobody sees. */
export const strays = (source: Source, text: string): Stray[] => [
  ...secretsIn(text).map(({ kind, start, end }): Stray => {
    const path = source.holder(start)?.path;
    const place = source.at(start);
    const fix =
      kind === 'a private key' ? 'the public key, which is in the file that ends in .pub' : 'its name';
    return {
      problem: {
        code: 'secret-here',
        severity: 'error',
        ...place,
        message: `${kind} of ${end - start} characters stands here, which is not shown`,
        fix: `remove it and make a new one, for this one has been seen; what may stand here is ${fix}`,
        why: 'these files are kept in git for good, and read by many; secrets are made at the site that uses them',
      },
      path,
      lines: { first: place.line, last: source.at(end).line + 1 },
    };
  }),
  ...hidden(source, text),
];

/** One a line: what was pasted once has often several. */
function hidden(source: Source, text: string): Stray[] {
  const byLine = new Map<number, Stray>();
  for (const { 0: character, index } of text.slice(1).matchAll(INVISIBLE)) {
    const offset = index + 1;
    const place = source.at(offset);
    const before = place.source.slice(0, place.column - 1);
    if (byLine.has(place.line) || (/(^|\s)#/.test(before) && !BIDI.test(character))) continue;
    const holder = source.holder(offset);
    const spaced = /\p{Zs}/u.test(character);
    const edit = holder && {
      file: source.file,
      path: holder.path,
      set: text
        .slice(holder.start, holder.end)
        .replaceAll(INVISIBLE, (each) => (/\p{Zs}/u.test(each) ? ' ' : ''))
        .trim(),
    };
    byLine.set(place.line, {
      problem: {
        code: 'invisible-character',
        severity: 'error',
        ...place,
        message: `${codePoint(character)} stands ${after(before)}: nobody sees it, and it is part of the text`,
        fix: spaced
          ? 'write a plain space in its place'
          : 'delete it; where the cursor does not stop, write the line again',
        why: 'text that looks alike would differ, and nobody could see why',
        ...(edit && !/^['"|>]/.test(edit.set) ? { edit } : {}),
      },
      ...(holder ? { path: holder.path } : {}),
      lines: { first: place.line, last: place.line },
    });
  }
  return [...byLine.values()];
}
const BIDI = /\p{Bidi_Control}/u;
const after = (before: string): string => {
  const word = before.trim().split(/\s+/).at(-1);
  return word ? `after \`${word}\`` : 'at the beginning of this line';
};

const NAMES: Record<number, string> = {
  0: 'NUL',
  27: 'escape',
  127: 'delete',
  133: 'next line',
  160: 'no-break space',
  173: 'soft hyphen',
  8203: 'zero-width space',
  8204: 'zero-width non-joiner',
  8205: 'zero-width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8238: 'right-to-left override',
  8239: 'narrow no-break space',
  8288: 'word joiner',
  12288: 'ideographic space',
  65279: 'byte order mark',
};
/** `U+00A0 (no-break space)`. */
function codePoint(character: string): string {
  const number = character.codePointAt(0)!;
  const kind = /\p{Cc}/u.test(character)
    ? 'a control character'
    : /\p{Zs}/u.test(character)
      ? 'a space'
      : 'a mark without width';
  return `U+${number.toString(16).toUpperCase().padStart(4, '0')} (${NAMES[number] ?? kind})`;
}
