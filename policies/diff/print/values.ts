import type { Data } from '../../reading/objects.ts';
import { type Field, pathOf } from '../compare.ts';
import { steps } from '../sequence.ts';

/** Longer values are cut: the whole one stands in the JSON. */
const WIDTH = 120;
/** Unchanged words that stay around a change of a long text. */
const AROUND = 3;

/** Control characters, and those that turn the direction of writing, as their code: no file moves the reader's cursor. */
export const safe = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (each) =>
    each === '\n' || each === '\t' ? each : `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** One field as lines: its path and what it was and is; of texts of several lines or of many words only what differs. */
export function fieldLines({ steps: path, how, before, after }: Field): string[] {
  const name = safe(pathOf(path)) || 'all';
  if (how === 'order') return [`${name}: the same, in another order`];
  if (how === 'moved') return [`${name}: in another order: ${brief(after)}`];
  if (how === 'added') return block(`${name}: +`, after);
  if (how === 'removed') return block(`${name}: -`, before);
  if (typeof before === 'string' && typeof after === 'string') {
    if (before.includes('\n') || after.includes('\n')) return [`${name}:`, ...lineChanges(before, after)];
    if (before.length + after.length > WIDTH) return [`${name}: ${wordChanges(before, after)}`];
  }
  return [`${name}: ${brief(before)} -> ${brief(after)}`];
}

function block(head: string, value: Data): string[] {
  if (typeof value === 'string' && value.includes('\n')) {
    const lines = value.trimEnd().split('\n');
    return [`${head} ${lines.length} lines, "${cut(lines[0] ?? '', 60)}" …`];
  }
  return [`${head} ${brief(value)}`];
}
/** A value in one line. */
export const brief = (value: Data): string =>
  cut(typeof value === 'string' ? value || '""' : JSON.stringify(value), WIDTH);
const cut = (text: string, width: number): string => {
  const said = safe(text);
  return said.length > width ? `${said.slice(0, width - 1)}…` : said;
};

const LINES_MAX = 12;
function lineChanges(before: string, after: string): string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const found = steps(old, fresh).flatMap(([gone, come]) =>
    gone !== undefined && come !== undefined
      ? []
      : gone !== undefined
        ? [`  - ${cut(old[gone]!, WIDTH)}`]
        : [`  + ${cut(fresh[come!]!, WIDTH)}`],
  );
  return found.length > LINES_MAX
    ? [...found.slice(0, LINES_MAX), `  … ${found.length - LINES_MAX} more lines`]
    : found;
}

/** `… dport 26257 [+10.0.0.9+] accept`: what came in `[+ +]`, what went in `[- -]`. */
function wordChanges(before: string, after: string): string {
  const split = (text: string) => text.split(/(?<=[\s,])/);
  const [old, fresh] = [split(before), split(after)];
  const words = steps(old, fresh).map(([gone, come]) => {
    if (gone !== undefined && come !== undefined) return { same: old[gone]! };
    return gone !== undefined ? { gone: old[gone]! } : { come: fresh[come!]! };
  });
  const near = words.map((_, index) =>
    words.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((each) => !('same' in each)),
  );
  let text = '';
  for (const [index, word] of words.entries()) {
    if (!near[index]) text += text.endsWith('… ') ? '' : '… ';
    else if ('same' in word) text += word.same;
    else if ('gone' in word) text += `[-${word.gone!.trim()}-] `;
    else text += `[+${word.come!.trim()}+] `;
  }
  return cut(text.trim(), 4 * WIDTH);
}
