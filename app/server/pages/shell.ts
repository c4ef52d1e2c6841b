import { READ_ID, type Read } from '#shared/drawn-page.ts';
import { escaped } from './html.ts';

/** What a page says of itself to whom does not look at it: search engines, and programs that show a link. */
export interface Head {
  title: string;
  description: string;
  /** Its one address, with the name of the site. Nothing for a page that nobody should find. */
  canonical?: string;
  /** What it is, in the words of schema.org. */
  thing?: object;
  language?: string;
}

/** Data within a page: nothing in it ends its element. */
const data = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
/** As long as search engines show. */
const DESCRIPTION_MAX = 300;

/** The page that was built, with what stands in it by the address that was asked for; what is not whole the browser draws anew. */
export function filled(
  shell: string,
  { head, body, read, isWhole = true }: { head: Head; body: string; read: Read; isWhole?: boolean },
): string {
  return shell
    .replace(/<!--head-->[\s\S]*<!--\/head-->/, () => headOf(head))
    .replace('<div id="root"></div>', () => `<div id="root"${isWhole ? ' data-whole' : ''}>${body}</div>`)
    .replace('<!--read-->', () => `<script type="application/json" id="${READ_ID}">${data(read)}</script>`);
}

function headOf({ title, description, canonical, thing, language = 'fr' }: Head): string {
  const short = escaped(description.replaceAll(/\s+/g, ' ').trim().slice(0, DESCRIPTION_MAX));
  const named = escaped(title);
  return [
    `<title>${named}</title>`,
    `<meta name="description" content="${short}" />`,
    `<meta property="og:title" content="${named}" />`,
    `<meta property="og:description" content="${short}" />`,
    '<meta property="og:site_name" content="fredu" />',
    '<meta property="og:type" content="website" />',
    `<meta property="og:locale" content="${language === 'fr' ? 'fr_FR' : escaped(language)}" />`,
    '<meta name="twitter:card" content="summary" />',
    ...(canonical
      ? [
          `<link rel="canonical" href="${escaped(canonical)}" />`,
          `<meta property="og:url" content="${escaped(canonical)}" />`,
          `<meta property="og:image" content="${escaped(new URL('/apple-touch-icon.png', canonical).href)}" />`,
        ]
      : ['<meta name="robots" content="noindex" />']),
    ...(thing ? [`<script type="application/ld+json">${data(thing)}</script>`] : []),
  ].join('\n    ');
}
