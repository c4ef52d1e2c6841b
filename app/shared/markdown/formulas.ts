import type { Element, ElementContent, Root } from 'hast';
import temml, { type FormulaNode } from 'temml';
import { SKIP, visit } from 'unist-util-visit';
import { looksOf } from './formula-looks.ts';

/** A macro that unfolds into more than this is no formula. @see https://temml.org/docs/en/administration */
const MACROS_MAX = 500;
/** The largest thing that a formula may ask for, in em: a page is no wider. */
const SIZE_MAX = 50;

/**
 * Draws formulas as MathML of the kind that browsers draw by themselves (MathML Core), with what they were written as beside it, for those who
 * copy them. Nothing in it has a style of its own, which the policy of our pages would refuse: `formula-looks.ts` has classes instead.
 */
export function rehypeFormulas() {
  return (tree: Root) =>
    visit(tree, 'element', (node, index, parent) => {
      const classes = [node.properties.className].flat();
      const isWithin = node.tagName === 'code' && classes.includes('math-inline');
      const [code] = node.children;
      const isDisplay =
        node.tagName === 'pre' &&
        code?.type === 'element' &&
        [code.properties.className]
          .flat()
          .some((each) => each === 'math-display' || each === 'language-math');
      if (!parent || index === undefined || !(isWithin || isDisplay)) return undefined;
      parent.children[index] = drawn(textOf(node), isDisplay);
      return [SKIP, index + 1];
    });
}

function drawn(written: string, displayMode: boolean): ElementContent {
  const options = {
    displayMode,
    annotate: true,
    throwOnError: true,
    trust: false,
    maxExpand: MACROS_MAX,
    maxSize: [SIZE_MAX, SIZE_MAX] as [number, number],
  };
  try {
    const made = elementOf(temml.__renderToMathMLTree(written.trim(), options))[0]!;
    if (!displayMode) return made;
    // A formula that is wider than the page scrolls by itself, by keyboard too.
    const properties = { className: ['formula'], tabIndex: 0, role: 'group', ariaLabel: 'Formule' };
    return { type: 'element', tagName: 'div', properties, children: [made] };
  } catch (error) {
    const properties = { className: ['formula-error'], title: String((error as Error).message) };
    return { type: 'element', tagName: 'code', properties, children: [{ type: 'text', value: written }] };
  }
}

/** What the library made, as elements of the text. */
function elementOf(node: FormulaNode): ElementContent[] {
  if (typeof node.text === 'string') return [{ type: 'text', value: node.text }];
  const children = (node.children ?? []).flatMap(elementOf);
  if (node.type === undefined) return children;
  const { classes, attributes } = looksOf(node);
  const properties: Element['properties'] = { ...node.attributes, ...attributes };
  if (/^m(under|over|underover)$/.test(node.type)) lengthen(children);
  if (classes.length > 0) properties.className = classes;
  return [{ type: 'element', tagName: node.type, properties, children }];
}

const ARROW = /^[\u2190-\u2194\u21bc-\u21cc\u21d0-\u21d4]$/;
/** As many lengths of an arrow as there are classes. */
const LENGTHS_MAX = 6;

/** Says how long an arrow is that goes with what stands over or below it: Chromium does not stretch arrows. */
function lengthen(children: ElementContent[]): void {
  const arrow = children.find((each): each is Element => each.type === 'element' && each.tagName === 'mo');
  if (!arrow || !ARROW.test(textOf(arrow))) return;
  const letters = Math.max(
    0,
    ...children.map((each) => (each === arrow || each.type !== 'element' ? 0 : textOf(each).length)),
  );
  // With the arrow as its base the text has space beside it.
  const length = Math.min(LENGTHS_MAX, letters + (children[0] === arrow ? 2 : 0));
  if (length > 1)
    arrow.properties.className = [
      arrow.properties.className ?? [],
      `formula-long-${length}`,
    ].flat() as string[];
}

const textOf = (node: Element): string =>
  node.children
    .map((child) => (child.type === 'text' ? child.value : child.type === 'element' ? textOf(child) : ''))
    .join('');
