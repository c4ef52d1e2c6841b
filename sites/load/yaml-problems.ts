import type { Problem } from './problem.ts';
import type { Mistake, Source } from './source.ts';

/**
 * What keeps a file from being YAML, in words of ours. One problem a line, for the parser often stumbles twice over one
 * mistake; and none after a sign that closes what was not open, for all the rest then seems to be outside the file.
 */
export function yamlProblems(source: Source): Problem[] {
  const end = source.errors.findIndex(({ message }) => message.includes('in YAML stream'));
  const byLine = new Map<number, Mistake>();
  for (const mistake of end < 0 ? source.errors : source.errors.slice(0, end + 1)) {
    const { line } = source.at(mistake.offset);
    const before = byLine.get(line);
    // Of brackets within brackets the innermost was forgotten.
    if (!before || (isOpen(before) && isOpen(mistake))) byLine.set(line, mistake);
  }
  return [...byLine.values()].map((mistake) => {
    const { code, offset, twice } = mistake;
    const place = source.at(offset);
    const [word = ''] = place.source.slice(place.column - 1).split(/[\s,\]}]/);
    const words = WORDS[isOpen(mistake) ? 'OPEN' : code] ?? OTHER;
    return {
      code: `yaml-${code.toLowerCase().replaceAll('_', '-')}`,
      severity: 'error',
      ...place,
      ...(twice ? { other: source.at(twice.offset) } : {}),
      ...words({ ...mistake, word: word || place.source.charAt(place.column - 1) }),
      why: WHY[code] ?? 'what cannot be read with certainty is not guessed',
    };
  });
}

const isOpen = ({ message }: Mistake): boolean => message.startsWith('Flow');

type Words = (mistake: Mistake & { word: string }) => { message: string; fix: string };

const OTHER: Words = ({ message }) => ({
  message: `this cannot be read as YAML: ${message}`,
  fix: 'write it as the lines around it are written',
});

/** @see https://eemeli.org/yaml/#errors for what each code means */
const WORDS: Record<string, Words> = {
  ALIAS: ({ message }) => ({
    message: `\`${message}\` stands for a value that is written elsewhere`,
    fix: 'write the value itself',
  }),
  BAD_INDENT: () => ({
    message: 'this line is indented unlike the keys around it',
    fix: 'begin all keys of one map in the same column',
  }),
  BAD_SCALAR_START: ({ word }) => ({
    message: `a value cannot begin with ${word.charAt(0)} unless it is quoted`,
    fix: 'put the value in single quotes',
  }),
  BLOCK_AS_IMPLICIT_KEY: () => ({
    message: 'a second `key: value` begins where a value is expected',
    fix: 'put it on a line of its own, or quote the value if the colon belongs to it',
  }),
  DUPLICATE_KEY: ({ word }) => ({
    message: `\`${word.replace(/:$/, '')}\` stands twice in one map`,
    fix: 'remove one of the two',
  }),
  ENCODING: () => ({ message: 'this file is not in UTF-8', fix: 'save it as UTF-8' }),
  MISSING_CHAR: (mistake) =>
    mistake.message.includes('quote')
      ? {
          message: 'the quote that opens here is never closed',
          fix: 'write the same quote at the end of the value',
        }
      : OTHER(mistake),
  MULTILINE_IMPLICIT_KEY: () => ({
    message: 'this line holds no `key: value`',
    fix: 'write a colon and a space between key and value',
  }),
  MULTIPLE_DOCS: () => ({
    message: 'a second document begins here',
    fix: 'remove the line `---` and what follows; each site has a file of its own',
  }),
  NON_STRING_KEY: () => ({ message: 'this key is no plain word', fix: 'write a name before the colon' }),
  OPEN: ({ message }) => {
    const [what, sign] = message.startsWith('Flow map') ? ['map', '}'] : ['list', ']'];
    return { message: `the ${what} that opens here is not closed`, fix: `write ${sign} at its end` };
  },
  TAB_AS_INDENT: () => ({ message: 'this line is indented with a tab', fix: 'indent with spaces' }),
  TAG_RESOLVE_FAILED: ({ word }) => ({
    message: `the tag \`${word}\` is not understood`,
    fix: 'remove the tag, or quote the value if the tag belongs to it',
  }),
  UNEXPECTED_TOKEN: ({ word }) => ({
    message: /^[}\]]/.test(word) ? `\`${word}\` closes what is not open` : `\`${word}\` is not expected here`,
    fix: 'remove it',
  }),
};
const WHY: Record<string, string> = {
  ALIAS: 'these files are read by people in one sitting, each value where it is used',
  DUPLICATE_KEY: 'the last one would win in silence',
  TAB_AS_INDENT: 'YAML counts spaces: a tab is as wide as each editor likes',
};
