import type { Link, Root, Text } from 'mdast';
import { visit } from 'unist-util-visit';

/** What ends a sentence or a quotation, and no address: closing signs of all scripts, points, an ellipsis. */
const CLOSING = /[\p{Pe}\p{Pf}\p{Cf}…?!.,:;*_~'"、。！？；：，]/u;

/** Ends bare addresses before `»`, `…`, `’`, `”` and their like: the parser knows ASCII signs only. */
export function remarkBareUrls() {
  return (tree: Root, file: { toString(): string }) => {
    const source = String(file);
    visit(tree, 'link', (node, index, parent) => {
      const [text, ...more] = node.children;
      if (!parent || index === undefined || text?.type !== 'text' || more.length > 0) return undefined;
      if (!isBare(node, text, source)) return undefined;
      const length = lengthOf(text.value);
      if (length === text.value.length) return undefined;
      const behind = text.value.slice(length);
      node.url = node.url.slice(0, -behind.length);
      text.value = text.value.slice(0, length);
      parent.children.splice(index + 1, 0, { type: 'text', value: behind });
      return index + 2;
    });
  };
}

/** Whether an address was typed as it is, without signs that make a link of it. */
const isBare = ({ url, position }: Link, { value }: Text, source: string): boolean =>
  url.endsWith(value) && !/[<[]/.test(source[position?.start.offset ?? -1] ?? '');

/** Letters of an address without what closes something behind it; a bracket that it opened is its own. */
function lengthOf(address: string): number {
  const letters = [...address];
  // Where the parser saw an end it is right.
  if (/^[\0-\x7f]$/.test(letters.at(-1)!)) return address.length;
  const count = (sign: string) => letters.filter((each) => each === sign).length;
  let unopened = count(')') - count('(');
  while (letters.length > 0 && CLOSING.test(letters.at(-1)!)) {
    if (letters.at(-1) === ')') {
      if (unopened <= 0) break;
      unopened -= 1;
    }
    letters.pop();
  }
  return letters.join('').length;
}
