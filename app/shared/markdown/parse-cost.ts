import { CodeFences } from './code-fences.ts';
import { linePrefixOf, Opened } from './line-prefix.ts';

/** What makes a text take its readers longer than its length says. Lines are counted from 1. */
export type ExcessiveCost =
  | { kind: 'nesting' | 'marks'; line: number; count: number; max: number }
  | { kind: 'effort' };

/** Quotes and lists within each other: the parser calls itself for each of them. */
const NESTING_MAX = 32;
/** Signs of one paragraph that are tried each with each: `*a_` 3,300 times took half a second, 10,000 times 7 s. */
const MARKS_MAX = 1000;
/**
 * Steps of 0.1 µs beyond those that go with the length of a text, by what the parser was measured to do: a third of a second, a whole
 * one at worst. None of 536 manuals of libraries that we use takes as many.
 */
const EFFORT_MAX = 3_000_000;

/** What is read in time that grows with the square of its number, and with which factor. */
const SQUARES = { underlined: 3, opened: 5, nested: 1.6, items: 0.2, directives: 40 };
const LAZY = 0.7;
/** A row has as many cells as the head of its table, whatever stands in it. */
const CELL = 50;
/** A sign that opens something is looked for up to the end of its paragraph. */
const LETTERS_A_STEP = 8;

/**
 * What is the matter with a text in Markdown, found in time that goes with its length; nothing, where it may be parsed. It reads lines,
 * and takes for more what only the parser could know: what it lets pass is harmless.
 */
export function excessiveCost(text: string): ExcessiveCost | undefined {
  const fences = new CodeFences();
  const counted = { underlined: 0, opened: 0, nested: 0, items: 0, directives: 0 };
  let effort = 0;
  const opened = new Opened();
  let depth = 0;
  let block = new Block(1);
  const endBlock = (next: number, columns = 0) => {
    effort += block.effort;
    block = new Block(next, columns);
  };
  for (const [at, line] of linesOf(text).entries()) {
    if (fences.has(line)) {
      endBlock(at + 2);
      opened.end();
      depth = 0;
      continue;
    }
    const isFirst = block.length === 0;
    if (/^[ \t]*$/.test(line) || /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/.test(line)) {
      if (!isFirst && /^ {0,3}-+[ \t]*$/.test(line)) counted.underlined += 1;
      if (/[-*_]/.test(line)) opened.end();
      else opened.pause();
      endBlock(at + 2);
      continue;
    }
    // A list that begins at the margin ends what was before it; a row of a table is one by itself.
    if (/^ {0,3}[-+*][ \t]+[^ \t]/.test(line)) endBlock(at + 1);
    else if (block.isTable && line.startsWith('|')) endBlock(at + 1, block.columns);
    const start = linePrefixOf(line);
    const { width, quotes, lists, rest } = start;
    depth = Math.min(depth, Math.floor(width / 2)) + quotes + lists;
    if (depth > NESTING_MAX) return { kind: 'nesting', line: at + 1, count: depth, max: NESTING_MAX };
    counted.items += lists;
    if (depth > 1) counted.nested += lists;
    counted.opened += opened.by(start);
    if (/^:{3,}[a-z]/i.test(rest)) counted.directives += 1;
    if (!isFirst && /^(?:=+|-+)[ \t]*$/.test(rest)) counted.underlined += 1;
    effort += CELL * block.columns;
    block.add(line, { hasMarker: quotes + lists > 0, rest, isSure: fences.isSure });
    if (block.marks > MARKS_MAX)
      return { kind: 'marks', line: block.line, count: block.marks, max: MARKS_MAX };
  }
  endBlock(0);
  for (const [what, factor] of Object.entries(SQUARES))
    effort += factor * counted[what as keyof typeof SQUARES] ** 2;
  return effort > EFFORT_MAX ? { kind: 'effort' } : undefined;
}

/** As the parser has them: it leaves out a byte order mark, and ends lines at three things. */
const linesOf = (text: string): string[] => text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);

/** Lines of which the parser makes one paragraph at most. */
class Block {
  length = 0;
  marks = 0;
  /** Whether it surely is a table, or a row of one: with its bars at the margin and as many cells in its head as below it. */
  isTable: boolean;
  readonly line: number;
  columns: number;
  #openers = 0;
  /** Lines behind a marker without one of their own. */
  #lazy = 0;
  #hasMarker = false;
  #head: string | undefined;
  #lines = 0;

  constructor(line: number, columns = 0) {
    this.line = line;
    this.columns = columns;
    this.isTable = columns > 0;
  }

  add(
    line: string,
    { hasMarker, rest, isSure }: { hasMarker: boolean; rest: string; isSure: boolean },
  ): void {
    for (const [run] of line.matchAll(/\*+|_+|~+|[[\]]|`+|\$+|\{|<[!?]/g)) {
      if (/^[*_~[\]]/.test(run)) this.marks += 1;
      else this.#openers += 1;
    }
    if (this.#hasMarker && !hasMarker) this.#lazy += 1;
    this.#hasMarker ||= hasMarker;
    this.length += line.length + 1;
    this.#lines += 1;
    if (this.#lines === 1) this.#head = line;
    if (!line.startsWith('|')) this.isTable = false;
    if (!/^[|:\- \t]+$/.test(rest) || !/\|/.test(rest) || !/-/.test(rest)) return;
    this.columns = Math.max(this.columns, rest.split('|').length);
    if (this.#lines === 2 && isSure && this.#head?.startsWith('|') && line.startsWith('|'))
      this.isTable = isUnder(cellsOf(this.#head), cellsOf(line));
  }

  get effort(): number {
    const scanned = ((this.marks + this.#openers) * this.length) / LETTERS_A_STEP;
    return this.marks ** 2 + scanned + LAZY * this.#lazy ** 2;
  }
}

const isUnder = (head: string[], row: string[]): boolean =>
  head.length > 0 && head.length === row.length && row.every((cell) => /^[ \t]*:?-+:?[ \t]*$/.test(cell));
/** Between bars that no backslash stands before; none, where spaces at the end make it unsure which is the last. */
const cellsOf = (line: string): string[] =>
  /[ \t]$/.test(line)
    ? []
    : line
        .replaceAll(/\\[\\|]/g, 'x')
        .replace(/^\|/, '')
        .replace(/\|$/, '')
        .split('|');
