import { visit } from 'unist-util-visit';
import { nameIn } from './files.ts';
import { excessiveCost } from './parse-cost.ts';
import { treeOf } from './syntax.ts';

/** Where a text names a file: from the first to behind the last letter of the name as it is written. */
export interface FileReference {
  name: string;
  start: number;
  end: number;
  /** In an address a name is encoded, in braces it is quoted. */
  kind: 'address' | 'attribute';
}

/** The destination of a link or picture behind its words, in angle brackets or bare. @see https://spec.commonmark.org/0.31.2/#link-destination */
const DESTINATION = /\]\([ \t\n]*(?:<([^<>\n]*)>|([^\s<>]+?))(?=[ \t\n]+["'(]|[ \t\n]*\)$)/g;
const DEFINED = /^\[[^\]]*\]:[ \t\n]*(?:<([^<>\n]*)>|(\S+))/;
const ATTRIBUTE = /\b(?:file|subtitles)=(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`{}]+))/g;

/** The files that a text names, in the order in which they stand. Names in code and formulas are words, as in a text that is not read. */
export function referencesIn(text: string): FileReference[] {
  if (excessiveCost(text)) return [];
  const found: FileReference[] = [];
  const add = (written: string | undefined, start: number, kind: FileReference['kind']) => {
    if (written === undefined) return;
    if (kind === 'attribute') {
      const name = written
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&')
        .normalize('NFC')
        .trim();
      found.push({ name, start, end: start + written.length, kind });
      return;
    }
    const named = nameIn(written);
    if (!named) return;
    const end = start + (written.split('#')[0] ?? '').length;
    found.push({ name: named.name.normalize('NFC').trim(), start, end, kind });
  };
  visit(treeOf(text), (node) => {
    const from = node.position?.start.offset;
    if (from === undefined) return;
    const source = text.slice(from, node.position?.end.offset);
    switch (node.type) {
      case 'link':
      case 'image': {
        // Words may have brackets and links of their own; the destination stands behind them.
        const words = node.type === 'link' ? node.children.at(-1)?.position?.end.offset : undefined;
        const skipped = words === undefined ? 0 : words - from;
        const match = [...source.slice(skipped).matchAll(DESTINATION)].at(-1);
        const written = match?.[1] ?? match?.[2];
        if (match && written !== undefined)
          add(written, from + skipped + match.index + match[0].lastIndexOf(written), 'address');
        break;
      }
      case 'definition': {
        const match = DEFINED.exec(source);
        const written = match?.[1] ?? match?.[2];
        if (match && written !== undefined) add(written, from + match[0].lastIndexOf(written), 'address');
        break;
      }
      case 'leafDirective': {
        const braces = source.lastIndexOf('{');
        if (braces < 0) break;
        for (const match of source.slice(braces).matchAll(ATTRIBUTE)) {
          const written = match[1] ?? match[2] ?? match[3];
          if (written !== undefined)
            add(
              written,
              from + braces + match.index + match[0].indexOf(written, match[0].indexOf('=')),
              'attribute',
            );
        }
        break;
      }
    }
  });
  return found.sort((a, b) => a.start - b.start);
}

/** Whether a text may name a file, without parsing it: its name stands somewhere, in any of the ways in which it may be written. */
export function mayName(text: string, name: string): boolean {
  const decoded = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (written) => {
    try {
      return decodeURIComponent(written);
    } catch {
      return written;
    }
  });
  const unquoted = (each: string) =>
    each.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  return [text, decoded].some((each) =>
    [each, unquoted(each)].some((written) => written.normalize('NFC').includes(name)),
  );
}

/** The same text with a file's new name wherever it had the old one. */
export function renamedIn(text: string, from: string, to: string): string {
  let renamed = text;
  for (const { name, start, end, kind } of referencesIn(text).reverse()) {
    if (name !== from) continue;
    const isQuoted = /["'<]/.test(text[start - 1] ?? '');
    const attribute = to.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
    const written =
      kind === 'attribute'
        ? isQuoted
          ? attribute
          : `"${attribute}"`
        : encodeURIComponent(to).replaceAll(/[()]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
    renamed = renamed.slice(0, start) + written + renamed.slice(end);
  }
  return renamed;
}
