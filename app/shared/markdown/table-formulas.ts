import type { Nodes, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import { linePrefixOf } from './line-prefix.ts';

/** Stands for a bar within a formula while a text is parsed: as long, and no letter of any text. */
const STAND_IN = '\ufdd0';

/**
 * A text whose tables have no bars within formulas, which would end cells: `$|x|$` is one cell. Only rows that have not as many cells as
 * their table has columns are read so; in the others – `|5$|6$|` – each bar is a border. Everything stays at its place.
 */
export function hideFormulaBars(text: string): string {
  if (!text.includes('$') || !text.includes('|') || text.includes(STAND_IN)) return text;
  // As the parser ends lines; what ends them stays beside them.
  const lines = text.split(/(\r\n|\n|\r)/);
  for (let at = 2; at < lines.length; at += 2) {
    const columns = columnsUnder(lines[at]!);
    if (columns === 0 || lines[at - 2] === '') continue;
    lines[at - 2] = rowAside(lines[at - 2]!, columns);
    for (at += 2; at < lines.length && /[^ \t>]/.test(lines[at]!); at += 2)
      lines[at] = rowAside(lines[at]!, columns);
  }
  return lines.join('');
}

/** How many columns a line of dashes makes; none, if it is no such line. */
function columnsUnder(line: string): number {
  const { rest } = linePrefixOf(line);
  if (!/^[|:\- \t]+$/.test(rest) || !rest.includes('-')) return 0;
  const cells = cellsOf(rest);
  return cells.every((cell) => /^[ \t]*:?-+:?[ \t]*$/.test(cell)) ? cells.length : 0;
}

function rowAside(line: string, columns: number): string {
  if (!line.includes('$') || cellsOf(linePrefixOf(line).rest).length === columns) return line;
  return line.replaceAll(CODE_OR_FORMULA, (part) =>
    part.startsWith('$') ? part.replaceAll(/\\.|\|/g, (each) => (each === '|' ? STAND_IN : each)) : part,
  );
}

/** What a backslash stands before, code, and formulas by the rules of `inline-formulas.ts`. */
const CODE_OR_FORMULA =
  /\\.|(?<!`)(`+)(?!`)[^`|]*\1(?!`)|\$\$(?:\\.|[^$\\])+\$\$|\$(?![\s$])(?:\\.|[^$\\])*(?<![\s$])\$(?!\d)/gsu;

/** Between bars that no backslash stands before; the first and the last may be missing. */
const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replaceAll(/\\[\\|]/g, 'x')
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split('|');

/** Puts the bars back, and takes from a formula in a cell the backslash without which its bar would have been a border. */
export function remarkTableFormulas() {
  return (tree: Root, file: { toString(): string }) => {
    // Where a text has the letter itself, nothing was put aside.
    if (!String(file).includes(STAND_IN)) visit(tree, (node) => withBars(node));
    visit(tree, 'tableCell', (cell) =>
      visit(cell, 'inlineMath', (node) => {
        node.value = node.value.replaceAll('\\|', '|');
        node.data = { ...node.data, hChildren: [{ type: 'text', value: node.value }] };
      }),
    );
  };
}

/** In whatever a node says of itself; its children have their turn. */
function withBars(node: Nodes): void {
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(STAND_IN, '|');
    if (Array.isArray(value)) return value.map(within);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, within(each)]));
  };
  for (const [name, value] of Object.entries(node))
    if (!['type', 'children', 'position'].includes(name)) Object.assign(node, { [name]: within(value) });
}
