import type { Element, Root } from 'hast';
import { visit } from 'unist-util-visit';
import { note } from './files.ts';

/** A mark of a heading, a list or a quote, and behind it a space that looks like one and is none to Markdown. */
const UNREAD = /^[ \t]{0,3}(#{1,6}|[-+*]|\d{1,9}[.)])[\u00a0\u2007\u202f]/;

/** Tells an author which lines are no headings and no lists because the space behind their mark does not break. */
export function rehypeNoBreakSpaces() {
  return (tree: Root) =>
    visit(tree, 'element', (node, index, parent) => {
      if (node.tagName !== 'p' || !parent || index === undefined) return undefined;
      const mark = markIn(node);
      if (mark === undefined) return undefined;
      parent.children.splice(
        index + 1,
        0,
        note(
          `L’espace derrière « ${mark} » est insécable, et la ligne reste du texte : mettez une espace ordinaire.`,
        ),
      );
      return index + 2;
    });
}

/** The mark of the first line that was meant as something else; lines begin a paragraph, or behind a break. */
function markIn({ children }: Element): string | undefined {
  for (const [at, child] of children.entries()) {
    if (child.type !== 'text') continue;
    for (const [number, line] of child.value.split('\n').entries()) {
      const isStart = number > 0 || at === 0;
      const mark = isStart ? UNREAD.exec(line)?.[1] : undefined;
      if (mark !== undefined) return mark;
    }
  }
  return undefined;
}
