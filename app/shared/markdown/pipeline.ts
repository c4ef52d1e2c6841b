import type { Element, ElementContent, Root } from 'hast';
import type { Html, Parents } from 'mdast';
import type { LeafDirective } from 'mdast-util-directive';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkRehype from 'remark-rehype';
import { visit } from 'unist-util-visit';
import { remarkBareUrls } from './bare-urls.ts';
import { type CourseFiles, note, rehypeFiles } from './files.ts';
import { rehypeHeadings } from './headings.ts';
import { rehypeNoBreakSpaces } from './no-break-spaces.ts';
import { excessiveCost } from './parse-cost.ts';
import { syntax, treeOf } from './syntax.ts';
import { remarkTableFormulas } from './table-formulas.ts';
import { remarkUnknownDirectives } from './unknown-directives.ts';

/** What people wrote may contain. Files, formulas and colours of code are put in after the cleaning, from what is clean. */
const schema: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: [...(defaultSchema.tagNames ?? []), 'course-file'],
  // The only identifiers are those of footnotes, which have their prefix already.
  clobber: [],
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto', 'tel'] },
  attributes: {
    ...defaultSchema.attributes,
    code: [['className', /^language-./, 'math-inline', 'math-display']],
    'course-file': ['kind', 'file', 'start', 'subtitles', 'page'],
  },
};
const IDENTIFIERS = 'texte-';

const base = syntax()
  .use(remarkTableFormulas)
  .use(remarkUnknownDirectives)
  .use(remarkBareUrls)
  .use(remarkRehype, {
    clobberPrefix: IDENTIFIERS,
    footnoteLabel: 'Notes',
    footnoteBackLabel: 'Retour au texte',
    handlers: {
      // HTML is shown as it was typed, and is none.
      html: (_state: unknown, { value }: Html, parent: Parents | undefined): ElementContent =>
        parent?.type === 'root'
          ? { type: 'element', tagName: 'p', properties: {}, children: [{ type: 'text', value }] }
          : { type: 'text', value },
      leafDirective: (
        state: { all(node: LeafDirective): ElementContent[] },
        node: LeafDirective,
      ): ElementContent => {
        const { file = '', ...more } = node.attributes ?? {};
        return {
          type: 'element',
          tagName: 'course-file',
          properties: { ...more, kind: node.name, file },
          children: state.all(node),
        };
      },
    },
  })
  .use(rehypeSanitize, schema)
  .use(rehypeReachable)
  .use(rehypeHeadings)
  .freeze();

const TABLE_PARTS = ['table', 'thead', 'tbody', 'tr'];

/** Wide tables scroll by themselves, by keyboard too, instead of the page; boxes of tasks say what they are. */
function rehypeReachable() {
  return (tree: Root) =>
    visit(tree, 'element', (node, index, parent) => {
      // React takes no spaces between cells, and no attribute without a value.
      if (TABLE_PARTS.includes(node.tagName))
        node.children = node.children.filter((child) => child.type === 'element');
      for (const [name, value] of Object.entries(node.properties))
        if (value === true && name.startsWith('data')) node.properties[name] = '';
      if (node.tagName === 'input') node.properties.ariaLabel = node.properties.checked ? 'Fait' : 'À faire';
      if (node.tagName !== 'table' || !parent || index === undefined) return undefined;
      const section: Element = {
        type: 'element',
        tagName: 'section',
        properties: { className: ['wide'], ariaLabel: 'Tableau', tabIndex: 0 },
        children: [node],
      };
      parent.children[index] = section;
      return index + 1;
    });
}

/** A text whose signs would take too long to read, as it was written; its author sees why. */
const unread = (text: string, course: CourseFiles | undefined): Root => ({
  type: 'root',
  children: [
    ...(course?.isAuthor
      ? [note('Ce texte est montré tel quel : ses signes sont trop nombreux ou trop imbriqués.')]
      : []),
    {
      type: 'element',
      tagName: 'p',
      properties: { className: ['plain'] },
      children: [{ type: 'text', value: text }],
    },
  ],
});

async function made(text: string, course: CourseFiles | undefined): Promise<Root> {
  if (excessiveCost(text)) return unread(text, course);
  let processor = base().use(rehypeFiles, { course });
  // Programs that only some texts need come only with these.
  if (text.includes('$') || /(```|~~~) *math/.test(text)) {
    const { rehypeFormulas } = await import('./formulas.ts');
    processor = processor.use(rehypeFormulas);
  }
  if (/```|~~~/.test(text)) {
    const { rehypeHighlight } = await import('./highlight.ts');
    processor = processor.use(rehypeHighlight);
  }
  if (course?.isAuthor) processor = processor.use(rehypeNoBreakSpaces);
  return (await processor.run(treeOf(text), { value: text })) as Root;
}

const KEPT_MAX = 200;
const kept = new Map<string, Promise<Root>>();

/**
 * A text in Markdown as a tree without anything that could run, the same on the server and in the browser. The last ones are kept by
 * all that they are made of: who asks for one gets what others got, and must not change it.
 */
export function markdownTree(text: string, course?: CourseFiles): Promise<Root> {
  const key = JSON.stringify([course ?? null, text]);
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value!);
  const tree = made(text, course);
  kept.set(key, tree);
  tree.catch(() => kept.delete(key));
  return tree;
}
