/** A place in a file that a person can click on. Lines and columns count from 1. */
export interface Position {
  /** As it is reached from the project's folder: `sites/sxb.yaml`. */
  file: string;
  line: number;
  column: number;
  /** The line as it stands there. */
  source: string;
}

/**
 * Something wrong in what a person wrote, or in what was made of it: the one shape of all of them. The
 * printer below is for people; `--json` writes the same objects.
 */
export interface Problem extends Position {
  /** In kebab case and stable: `error[network-overlap]`. */
  code: string;
  /** A note changes no exit code: it says what a platform as it is written does not have. */
  severity: 'error' | 'note';
  /** The fact, with its numbers. */
  message: string;
  /** The second place, where two disagree. */
  other?: Position;
  /** The line of a site file that what was generated comes from, where it can be known. */
  cause?: Position;
  found?: string;
  allowed?: string[];
  /** An edit that the reader can make. */
  fix: string;
  /** What would happen otherwise. */
  why: string;
  /** The edit of `fix` as a program can make it, where it is one. */
  edit?: Edit;
}
/** A change of the value at a path of a YAML file: set to another one, removed, or found under another key. */
export type Edit = { file: string; path: Path } & ({ set: unknown } | { remove: true } | { rename: string });
/** Keys and indices, from the top of a file. */
export type Path = (string | number)[];

/** By file, line and column. */
export const sorted = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort(
    (a, b) =>
      order(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      order(a.code, b.code) ||
      order(a.message, b.message),
  );
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** All of them for a person at a terminal, an empty line between two. */
export const print = (problems: readonly Problem[]): string =>
  sorted(problems)
    .map((problem) => `${block(problem)}\n`)
    .join('\n');

function block({
  severity,
  code,
  message,
  other,
  cause,
  found,
  allowed,
  fix,
  why,
  ...place
}: Problem): string {
  const width = String(Math.max(place.line, other?.line ?? 0, cause?.line ?? 0)).length;
  const gutter = ' '.repeat(width);
  const notes: [name: string, text: string | undefined][] = [
    ['found', found],
    ['allowed', allowed?.join(', ')],
    ['fix', fix],
    ['why', why],
  ];
  return [
    `${severity}[${code}]: ${plain(message)}`,
    ...excerpt(place, '-->', width),
    ...(other ? excerpt(other, ':::', width) : []),
    ...(cause ? excerpt(cause, '<--', width) : []),
    ...notes.flatMap(([name, text]) => (text === undefined ? [] : [`${gutter} = ${name}: ${plain(text)}`])),
  ].join('\n');
}

function excerpt({ file, line, column, source }: Position, arrow: string, width: number): string[] {
  const gutter = ' '.repeat(width);
  const { shown, caret } = window(source, column - 1);
  return [
    `${gutter}${arrow} ${file}:${line}:${column}`,
    `${gutter} |`,
    `${String(line).padStart(width)} | ${shown}`.trimEnd(),
    `${gutter} | ${' '.repeat(caret)}^`,
  ];
}

const WIDTH = 140;
/** The part of a line that fits a terminal, and where the column is in it. */
function window(source: string, index: number): { shown: string; caret: number } {
  const start = index < WIDTH - 20 ? 0 : index - WIDTH / 2;
  const before = (start > 0 ? '…' : '') + plain(source.slice(start, index));
  const after = plain(source.slice(index, start + WIDTH)) + (source.length > start + WIDTH ? '…' : '');
  return { shown: before + after, caret: [...before].length };
}

/** Text that cannot move the cursor of a terminal: a space for each control character, a tab among them. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
