import type { Element, Root } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { visit } from 'unist-util-visit';
import { expect, it } from 'vitest';
import type { CourseFiles } from './files.ts';
import { markdownHtml } from './html.ts';
import { ATTACKS } from './xss-corpus.ts';

const course: CourseFiles = {
  courseId: 'c1',
  isAuthor: true,
  files: [
    { name: 'a.png', mediaType: 'image/png' },
    { name: 'v.mp4', mediaType: 'video/mp4' },
    { name: '"><script>alert(1)</script>.png', mediaType: 'image/png' },
    { name: 'javascript:alert(1)', mediaType: 'text/plain' },
    { name: '..', mediaType: 'text/plain' },
  ],
};

/** What a page of ours may be made of; whatever else appears is a hole. */
const ELEMENTS = new Set(
  `a annotation audio blockquote br code del em figcaption figure h1 h2 h3 h4 h5 h6 hr img input li math menclose mfrac mi mn mo
  mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover ol p picture pre section
  semantics source span strong sup table tbody td th thead tr track ul video`.split(/\s+/),
);

function holes(tree: Root): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if (node.type !== 'element' && node.type !== 'text' && node.type !== 'root') found.push(node.type);
    if (node.type !== 'element') return;
    if (!ELEMENTS.has(node.tagName)) found.push(`<${node.tagName}>`);
    for (const [name, value] of Object.entries((node as Element).properties)) {
      if (/^on/i.test(name) || /^(style|srcDoc|formAction|action|data|xLinkHref)$/i.test(name)) {
        // KaTeX marks what it cannot read with a colour of its own.
        if (name !== 'style' || value !== 'color:#cc0000') found.push(`${node.tagName} ${name}`);
      }
      if (name === 'href' && !/^(https?:|mailto:|tel:|#|\/|[^:]*$)/i.test(String(value)))
        found.push(`href ${value}`);
      if (name === 'src' && !/^\/api\/v1\/courses\/c1\/files\/[^/]+$/.test(String(value)))
        found.push(`src ${value}`);
      // A list of addresses: one, without what would begin a second.
      if (name === 'srcSet' && !/^\/api\/v1\/courses\/c1\/files\/[^/\s,]+$/.test(String(value)))
        found.push(`srcset ${value}`);
    }
  });
  return found;
}

it('knows enough attacks', () => {
  expect(new Set(ATTACKS).size).toBeGreaterThanOrEqual(60);
});

it.each(ATTACKS)('lets nothing run: %j', async (text) => {
  for (const reader of [course, { ...course, isAuthor: false }, undefined])
    expect(holes(fromHtml(await markdownHtml(text, reader), { fragment: true }))).toEqual([]);
});

it('would find a hole', () => {
  for (const html of [
    '<script>x</script>',
    '<img src=x onerror=y>',
    '<a href="javascript:x">y</a>',
    '<img src="https://x/y">',
    '<img srcset="https://x/y">',
    '<img srcset="/api/v1/courses/c1/files/a.png, https://x/y">',
    '<p style="color:red">',
    '<!--x-->',
    '<iframe srcdoc="x"></iframe>',
  ])
    expect(holes(fromHtml(html, { fragment: true })), html).not.toEqual([]);
});
