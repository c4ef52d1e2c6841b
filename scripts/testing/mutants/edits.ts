import { type Dice, pick } from './dice.ts';

/** One small change of a text. */
export interface Edit {
  /** What was done, for the list: `drops`, `address`, `number` … */
  how: (typeof HOW)[number];
  /** The line before, without its indentation. */
  from: string;
  /** The line after; empty where it is gone. */
  to: string;
  text: string;
}
export const HOW = ['drop', 'order', 'address', 'number', 'timer', 'name', 'loosen'] as const;

/** Words of the whole tree that an edit may put in the place of another. */
export interface Vocabulary {
  addresses: string[];
}

const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g;
const IPV6 = /(?<![\w:])(?:[0-9a-f]{1,4}:+){2,7}(?:[0-9a-f]{1,4})?(?![\w:.])/g;
export const addressesIn = (text: string): string[] => [
  ...(text.match(IPV4) ?? []),
  ...(text.match(IPV6) ?? []),
];

const COMMENT = /^\s*(#|\/\/|--|;|<!--|$)/;
/** What is left of a line without its indentation, list mark and key. */
const TIMER = /(?<![\w.-])(\d+)(ms|s|min|m|h|d)(?![\w-])/g;
const NUMBER = /(?<![\w.:/-])\d+(?![\w.:]|-\d)/g;
const WORD = /(?<![\w$%{./-])[A-Za-z][A-Za-z0-9_-]{2,}(?![\w:=(])/g;

const LOOSER: [pattern: RegExp, other: string][] = [
  [/\bpolicy drop\b/, 'policy accept'],
  [/\b(drop|reject)\b/, 'accept'],
  [/\bdeny\b/, 'allow'],
  [/\bfalse\b/, 'true'],
  [/\btrue\b/, 'false'],
  [/\bno\b/, 'yes'],
  [/\byes\b/, 'no'],
  [/\brequired\b/, 'optional'],
  [/\bhttps:/, 'http:'],
  [/\balways\b/i, 'no'],
  [/\/(2[4-9]|3[0-2]|48|64|128)\b/, '/8'],
  [/\bIPv4\b/, 'IPv6'],
  [/\bTCP\b/, 'UDP'],
  [/\btcp\b/, 'udp'],
];

/** One edit of a text that changes more than a comment; undefined where none is to be had. */
export function edit(text: string, vocabulary: Vocabulary, roll: Dice): Edit | undefined {
  const lines = text.split('\n');
  const places = lines.flatMap((line, index) => (COMMENT.test(line) || !/\w/.test(line) ? [] : [index]));
  if (places.length === 0) return undefined;
  // Not every line has an address or a timer in it: a few tries find one that has.
  for (let tries = 0; tries < 40; tries += 1) {
    const how = pick(roll, HOW);
    const at = pick(roll, places);
    const changed = change(how, lines, at, vocabulary, roll);
    if (changed === undefined || changed.text === text) continue;
    return { how, from: lines[at]!.trim(), ...changed };
  }
  return undefined;
}

type Changed = { to: string; text: string } | undefined;
function change(how: Edit['how'], lines: string[], at: number, vocabulary: Vocabulary, roll: Dice): Changed {
  const line = lines[at]!;
  const rewritten = (to: string | undefined): Changed =>
    to === undefined || to === line
      ? undefined
      : { to: to.trim(), text: [...lines.slice(0, at), to, ...lines.slice(at + 1)].join('\n') };
  switch (how) {
    case 'drop':
      return { to: '', text: [...lines.slice(0, at), ...lines.slice(endOf(lines, at))].join('\n') };
    case 'order':
      return swapped(lines, at);
    case 'address':
      return rewritten(
        instead(line, [IPV4, IPV6], roll, (found) => {
          const others = vocabulary.addresses.filter(
            (each) => each !== found && each.includes(':') === found.includes(':'),
          );
          return others.length > 0 ? pick(roll, others) : undefined;
        }),
      );
    case 'timer':
      return rewritten(
        instead(line, [TIMER], roll, (found) => {
          const [, count = '', unit = ''] = /^(\d+)(\D+)$/.exec(found) ?? [];
          return `${Math.max(1, Math.floor(Number(count) / 10)) === Number(count) ? Number(count) * 10 : Math.max(1, Math.floor(Number(count) / 10))}${unit}`;
        }),
      );
    case 'number':
      return rewritten(
        instead(line, [NUMBER], roll, (found) => {
          const number = Number(found);
          return String(
            pick(roll, [number + 1, number * 2 + 1, Math.floor(number / 2) - (number < 2 ? 1 : 0)]),
          );
        }),
      );
    case 'name':
      return rewritten(
        instead(line, [WORD], roll, (found) => {
          const words = lines.flatMap((each) => (COMMENT.test(each) ? [] : (each.match(WORD) ?? [])));
          const others = words.filter((each) => each !== found);
          return others.length > 0 && roll(2) === 0 ? pick(roll, others) : `${found}x`;
        }),
      );
    case 'loosen': {
      const ways = LOOSER.filter(([pattern]) => pattern.test(line));
      if (ways.length === 0) return undefined;
      const [pattern, other] = pick(roll, ways);
      return rewritten(line.replace(pattern, other));
    }
  }
}

/** The line with one of the places that match written again. */
function instead(
  line: string,
  patterns: RegExp[],
  roll: Dice,
  other: (found: string) => string | undefined,
): string | undefined {
  const matches = patterns.flatMap((pattern) => [...line.matchAll(pattern)]);
  if (matches.length === 0) return undefined;
  const { 0: found, index } = pick(roll, matches);
  const word = other(found);
  return word === undefined ? undefined : line.slice(0, index) + word + line.slice(index + found.length);
}

const indentOf = (line: string): number => /^\s*/.exec(line)![0].length;
/** The line after a block: what is indented deeper belongs to the line before, and so does the bracket that closes it. */
function endOf(lines: string[], at: number): number {
  const depth = indentOf(lines[at]!);
  let end = at + 1;
  while (end < lines.length && lines[end]!.trim() !== '' && indentOf(lines[end]!) > depth) end += 1;
  if (end > at + 1 && /^\s*[}\])]/.test(lines[end] ?? '') && indentOf(lines[end]!) === depth) end += 1;
  return end;
}
/** The block changed with its neighbour of the same depth. */
function swapped(lines: string[], at: number): Changed {
  const middle = endOf(lines, at);
  const next = lines[middle];
  if (next === undefined || COMMENT.test(next) || indentOf(next) !== indentOf(lines[at]!)) return undefined;
  if (/^\s*[}\])]/.test(next)) return undefined;
  const end = endOf(lines, middle);
  const [first, second] = [lines.slice(at, middle), lines.slice(middle, end)];
  return {
    to: `${next.trim()} (before it)`,
    text: [...lines.slice(0, at), ...second, ...first, ...lines.slice(end)].join('\n'),
  };
}
