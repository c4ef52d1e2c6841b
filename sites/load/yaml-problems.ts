import type { Problem } from '../problem.ts';
import type { Mistake, Source } from './source.ts';

/** What keeps a file from being YAML, in words of ours: one problem a line, for the parser often stumbles twice over one mistake. */
export function yamlProblems(source: Source): Problem[] {
  const lines = new Set<number>();
  return source.errors.flatMap((mistake) => {
    const place = source.at(mistake.offset);
    if (lines.has(place.line)) return [];
    lines.add(place.line);
    const words = WORDS[mistake.code]?.(mistake) ?? {
      message: `this is no YAML: ${mistake.message}`,
      fix: ANY,
    };
    return [
      {
        code: `yaml-${mistake.code.toLowerCase().replaceAll('_', '-')}`,
        severity: 'error' as const,
        ...place,
        ...words,
        why: WHY[mistake.code] ?? 'what cannot be read with certainty is not guessed',
      },
    ];
  });
}

const ANY = 'write it as the lines around it are written';
const ALIGN = 'begin all keys of one map in the same column';

/** @see https://eemeli.org/yaml/#errors for what each code means */
const WORDS: Record<string, (mistake: Mistake) => { message: string; fix: string }> = {
  ALIAS: ({ message }) => ({
    message: `\`${message}\` stands for a value that is written elsewhere`,
    fix: 'write the value itself',
  }),
  BAD_INDENT: ({ message }) =>
    message.startsWith('Flow')
      ? {
          message: `a ${message.startsWith('Flow map') ? 'map' : 'list'} that was opened above this line is not closed`,
          fix: `write ${message.startsWith('Flow map') ? '}' : ']'} at its end`,
        }
      : { message: 'this line is indented unlike the keys around it', fix: ALIGN },
  BAD_SCALAR_START: ({ message }) => ({
    message: `a value cannot begin with ${message.split(' ').at(-1)} unless it is quoted`,
    fix: 'put the value in single quotes',
  }),
  BLOCK_AS_IMPLICIT_KEY: () => ({
    message: 'a second `key: value` begins where a value is expected',
    fix: 'put it on a line of its own, or quote the value if the colon belongs to it',
  }),
  DUPLICATE_KEY: () => ({
    message: 'this key stands twice in one map',
    fix: 'remove one of the two',
  }),
  MISSING_CHAR: ({ message }) =>
    message.includes('quote')
      ? {
          message: 'the quote that opens here is never closed',
          fix: 'write the same quote at the end of the value',
        }
      : { message: `a sign is missing here: ${message}`, fix: ANY },
  MULTILINE_IMPLICIT_KEY: () => ({
    message: 'this line holds no `key: value`',
    fix: 'write a colon and a space between key and value',
  }),
  MULTIPLE_DOCS: () => ({
    message: 'a second document begins here',
    fix: 'remove the line `---` and what follows; each site has a file of its own',
  }),
  NON_STRING_KEY: () => ({ message: 'this key is no plain word', fix: 'write a name before the colon' }),
  TAB_AS_INDENT: () => ({ message: 'this line is indented with a tab', fix: 'indent with spaces' }),
  TAG_RESOLVE_FAILED: ({ message }) => ({
    message: `the tag \`${message.split(' ').at(-1)}\` is unknown`,
    fix: 'remove the tag, or quote the value if the tag belongs to it',
  }),
  UNEXPECTED_TOKEN: ({ message }) => ({
    message: `something stands here that does not belong: ${message}`,
    fix: 'remove it, or close what was opened before it',
  }),
};
const WHY: Record<string, string> = {
  ALIAS: 'these files are read by people in one sitting, each value where it is used',
  DUPLICATE_KEY: 'the last one would win in silence',
  TAB_AS_INDENT: 'YAML counts spaces: a tab is as wide as each editor likes',
};
