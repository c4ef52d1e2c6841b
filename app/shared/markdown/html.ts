import rehypeStringify from 'rehype-stringify';
import { unified } from 'unified';
import type { CourseFiles } from './files.ts';
import { markdownTree } from './pipeline.ts';

const writer = unified().use(rehypeStringify, { closeSelfClosing: true }).freeze();

/** A text in Markdown as HTML, as the pages show it. */
export const markdownHtml = async (text: string, course?: CourseFiles): Promise<string> =>
  writer.stringify(await markdownTree(text, course));
