import type { Element, Root } from 'hast';
import { visit } from 'unist-util-visit';

/** The heading of the page is the section's, and there is one of it: what a text begins with stands below. */
const FIRST = 2;
const LAST = 6;

/** Gives the headings of a text the levels below that of its page, without a gap, whatever their author began with. */
export function rehypeHeadings() {
  return (tree: Root) => {
    const headings: Element[] = [];
    visit(tree, 'element', (node) => {
      if (/^h[1-6]$/.test(node.tagName)) headings.push(node);
    });
    const levels = [...new Set(headings.map(({ tagName }) => tagName))].sort();
    for (const heading of headings)
      heading.tagName = `h${Math.min(LAST, FIRST + levels.indexOf(heading.tagName))}`;
  };
}
