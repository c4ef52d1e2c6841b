import type { Root } from 'mdast';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import remarkParse from 'remark-parse';
import { type Processor, unified } from 'unified';
import { inlineFormulas } from './inline-formulas.ts';
import { hideFormulaBars } from './table-formulas.ts';

/** Formulas between single dollars are read by our rule, those between more by the library’s. */
function remarkDollars(this: Processor): void {
  const data = this.data();
  data.micromarkExtensions ??= [];
  data.micromarkExtensions.push(inlineFormulas);
}

/** The Markdown that people write here: GFM, formulas, directives. */
export const syntax = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkMath, { singleDollarTextMath: false })
  .use(remarkDollars)
  .use(remarkDirective)
  .freeze();

/** A text as a tree, each of whose nodes knows where in the text it stands. Bars of formulas in tables are `remarkTableFormulas`’ to put back. */
export const treeOf = (text: string): Root => syntax.parse(hideFormulaBars(text));
