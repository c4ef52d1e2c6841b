import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { INVISIBLE } from './invisible.ts';
import type { Path, Position } from './problem.ts';
import { starred } from './secrets.ts';

/** One YAML file as it was read: what it says, and where each value stands. */
export interface Source {
  /** As messages name it: `sites/sxb.yaml`. */
  file: string;
  /** Everything that keeps it from being YAML as we read it, in the order of the file. */
  errors: Mistake[];
  /** What it says; undefined where the errors are such that nobody can tell. */
  data: unknown;
  /** Where an offset of the text is. */
  at(offset: number): Position;
  /**
   * Where the value at a path stands. What covers several lines is found by its key, and what is not there by the nearest
   * thing around it that is.
   */
  value(path: Path): Position;
  /** Where the key that ends a path stands. */
  key(path: Path): Position;
  /** The text of a single value as a person wrote it, before it became a number or a truth. */
  raw(path: Path): string | undefined;
  /** The single value that an offset of the text is in. */
  holder(offset: number): Holder | undefined;
}
/** A single value: its path, and where its text is. */
interface Holder {
  path: Path;
  start: number;
  end: number;
}
/** What is wrong with a text as YAML: the parser's code or one of ours, its words, and where. */
export interface Mistake {
  code: string;
  message: string;
  offset: number;
  /** Of a key that stands twice: the key as a path, and where it stands first. */
  twice?: { path: Path; offset: number };
}

export function parse(file: string, written: string): Source {
  // What nobody sees is a mistake of its own; without it the rest is read as it looks, each letter in its place.
  const text = written.charAt(0) + written.slice(1).replaceAll(INVISIBLE, (each) => ' '.repeat(each.length));
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, stringKeys: true });
  const lines = starred(written).split(/\r?\n/);
  const errors = mistakes(document, text);
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col), source: lines[line - 1] ?? '' };
  };
  const sameLine = (a: number, b: number) => counter.linePos(a).line === counter.linePos(b).line;

  function find(node: unknown, [step, ...rest]: Path, part: 'key' | 'value'): number | undefined {
    if (isSeq<Node>(node)) {
      const item = node.items[Number(step)];
      return item && (find(item, rest, part) ?? start(item));
    }
    if (!isMap<Node, Node | null>(node)) return undefined;
    const pair = pairsOf(node).get(String(step));
    if (!pair) return undefined;
    const { key, value } = pair;
    const own =
      part === 'value' && value?.range && sameLine(start(key), start(value)) ? start(value) : start(key);
    if (rest.length === 0) return own;
    return find(value, rest, part) ?? (isScalar(value) ? own : start(key));
  }
  const place = (path: Path, part: 'key' | 'value') =>
    at(find(document.contents, path, part) ?? (document.contents ? start(document.contents) : 0));

  const lost = errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  return {
    file,
    errors,
    data: lost ? undefined : document.toJS(),
    at,
    value: (path) => place(path, 'value'),
    key: (path) => place(path, 'key'),
    raw(path) {
      const node = path.reduce<unknown>(
        (at, step) =>
          isMap<Node, Node | null>(at)
            ? pairsOf(at).get(String(step))?.value
            : isSeq(at)
              ? at.items[Number(step)]
              : undefined,
        document.contents,
      );
      return isScalar(node) ? node.source : undefined;
    },
    holder: (offset) => holder(document.contents, offset, []),
  };
}

/** The pairs of a map by their keys, of two that are alike the first; looked up once, for a file of many mistakes asks often. */
const known = new WeakMap<YAMLMap<Node, Node | null>, Map<string, Pair<Node, Node | null>>>();
function pairsOf(map: YAMLMap<Node, Node | null>): Map<string, Pair<Node, Node | null>> {
  const pairs =
    known.get(map) ??
    new Map(
      map.items.toReversed().flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])),
    );
  known.set(map, pairs);
  return pairs;
}

function holder(node: unknown, offset: number, path: Path): Holder | undefined {
  const within = (item: unknown, step: string | number) => holder(item, offset, [...path, step]);
  if (isScalar(node)) {
    const [start, end] = node.range ?? [0, 0];
    return start <= offset && offset < end ? { path, start, end } : undefined;
  }
  const found = isMap(node)
    ? node.items.map(({ key, value }) => within(value, isScalar(key) ? String(key.value) : ''))
    : isSeq(node)
      ? node.items.map(within)
      : [];
  return found.find((each) => each !== undefined);
}

const start = (node: Node): number => node.range?.[0] ?? 0;

function mistakes(document: Document, text: string): Mistake[] {
  const found: Mistake[] = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    code,
    message,
    // A person looks for what is indented, not for the margin before it.
    offset: code === 'BAD_INDENT' ? pos[0] + text.slice(pos[0]).search(/\S|$/) : pos[0],
  }));
  const encoding = text.indexOf('\ufffd');
  if (encoding >= 0) found.push({ code: 'ENCODING', message: '', offset: encoding });
  const mark = (code: string, is: (mistake: Mistake) => boolean) =>
    found.find((mistake) => mistake.code === code && is(mistake));
  visit(document, {
    // Aliases make what a person reads differ from what is meant, and a few lines of them fill the memory.
    Alias: (_, node) =>
      void found.push({ code: 'ALIAS', message: `*${node.source}`, offset: start(node as Node) }),
    Pair(_, { key }, ancestors) {
      const twice = isScalar(key) && mark('DUPLICATE_KEY', ({ offset }) => offset === start(key as Node));
      const map = ancestors.at(-1);
      if (!twice || !isMap<Node>(map)) return;
      const first = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key.value)!;
      const keys = [...ancestors, { key }].flatMap((each) =>
        'key' in each && isScalar(each.key) ? [each.key] : [],
      );
      twice.twice = { path: keys.map(({ value }) => String(value)), offset: start(first.key) };
    },
    // The parser misses what closes where it did not come; a person looks for what was opened.
    Collection(_, node) {
      if (!node.flow || !node.range || /[}\]]$/.test(text.slice(node.range[0], node.range[1]))) return;
      const [, end] = node.range;
      const what = isMap(node) ? 'Flow map' : 'Flow sequence';
      const unclosed = found.find(({ message, offset }) => message.startsWith(what) && offset >= end);
      if (unclosed) unclosed.offset = node.range[0];
    },
    Scalar(_, { type, range }) {
      const unclosed = mark('MISSING_CHAR', ({ offset }) => offset === range?.[1]);
      if (unclosed && type?.startsWith('QUOTE')) unclosed.offset = range![0];
    },
  });
  return found.sort((a, b) => a.offset - b.offset);
}
