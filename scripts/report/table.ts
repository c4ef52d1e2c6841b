import { type Html, html } from './html.ts';

type Cell = string | Html;

/** A table that scrolls by itself where the screen is narrow; the first cell of each row names it. */
export function tableOf(
  { caption, head, id, filter }: { caption: string; head: readonly string[]; id: string; filter?: boolean },
  rows: readonly { id?: string; cells: readonly Cell[] }[],
): Html {
  return html`${filter && html`<form class="filters" data-for="${id}"><label>Search in ${caption.toLowerCase()} <input type="search" name="words" autocomplete="off"></label><output></output></form>`}
<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table id="${id}"><caption class="hidden">${caption}</caption>
<thead><tr>${head.map((each) => html`<th scope="col">${each}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ id: own, cells: [first = '', ...more] }) =>
      html`<tr${own === undefined ? undefined : html` id="${own}"`}><th scope="row">${first}</th>${more.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
