/** A piece of a page in which nothing is left to escape. */
export interface Html {
  readonly markup: string;
}
type Part = string | number | Html | false | undefined | readonly Part[];

/** A template of HTML or SVG: what is put into it is escaped, but for pieces made by it. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html => ({
  markup: strings.reduce((all, text, index) => all + markupOf(parts[index - 1]) + text),
});

/** The text of a file that is the page's own: its style, its script. */
export const own = (markup: string): Html => ({ markup });

function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Signs with a meaning in HTML as entities; those that no one sees, or that turn the direction of writing, as their code. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (each) =>
      each === '\n' || each === '\t' ? each : `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/[&<>"']/g, (each) => ENTITIES[each]!);

/** Data for the page's script, inside of a `script` element. */
export const json = (value: unknown): Html => own(JSON.stringify(value).replaceAll('<', '\\u003c'));

/** What of a name may be an element's id. */
export const idOf = (kind: string, name: string): string => `${kind}-${name.replaceAll(/[^\w.-]/g, '_')}`;
