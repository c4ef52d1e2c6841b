import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { Component, type ComponentProps, type ReactNode, Suspense, use } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

/** What people wrote may contain; formulas are marked as such and drawn after the cleaning. */
const schema = {
  ...defaultSchema,
  clobberPrefix: 'texte-',
  attributes: {
    ...defaultSchema.attributes,
    code: [
      ...(defaultSchema.attributes?.code ?? []),
      ['className', /^language-./, 'math-inline', 'math-display'] as never,
    ],
  },
};
const base = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkMath)
  .use(remarkRehype)
  .use(rehypeSanitize, schema);

type Processor = Pick<typeof base, 'parse' | 'run'>;

/** Formulas become MathML, which browsers draw and read out themselves; the program for it comes only with a formula. */
async function processorFor(text: string): Promise<Processor> {
  if (!text.includes('$')) return base;
  const { default: rehypeKatex } = await import('rehype-katex');
  return base().use(rehypeKatex, { output: 'mathml' }) as unknown as Processor;
}

async function rendered(text: string): Promise<ReactNode> {
  const processor = await processorFor(text);
  const tree = await processor.run(processor.parse(text));
  return toJsxRuntime(tree as never, { Fragment, jsx, jsxs, components: { table: Table, input: Task } });
}

/** Wide tables scroll by themselves, by keyboard too, instead of the page. */
function Table(props: ComponentProps<'table'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus to be scrolled by keyboard
    <section className="wide" aria-label="Tableau" tabIndex={0}>
      <table {...props} />
    </section>
  );
}

const Task = (props: ComponentProps<'input'>) => (
  <input {...props} aria-label={props.checked ? 'Fait' : 'À faire'} />
);

const kept = new Map<string, Promise<ReactNode>>();
function once(text: string): Promise<ReactNode> {
  const known = kept.get(text);
  if (known) return known;
  if (kept.size > 100) kept.clear();
  const made = rendered(text);
  kept.set(text, made);
  return made;
}

const Text = ({ text }: { text: string }) => use(once(text));

/** Markdown as its author meant it, without anything that could run. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="prose">
      <Plain text={text}>
        <Suspense fallback={<p className="plain">{text}</p>}>
          <Text text={text} />
        </Suspense>
      </Plain>
    </div>
  );
}

/** Shows the text as it was written where drawing it fails. */
class Plain extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError = () => ({ failed: true });
  override render() {
    return this.state.failed ? <p className="plain">{this.props.text}</p> : this.props.children;
  }
}
