import type { Part } from '#policies/whatif/parts.ts';
import { servicesOf, VERDICTS } from '#policies/whatif/verdicts.ts';
import type { Facts } from './facts.ts';
import { type Html, html, json } from './html.ts';

/** Beyond it the page would outgrow what a browser opens at once; `npm run whatif -- --explain` tells one pair then. */
const PAIRS_MAX = 20_000;

/** Any two failures, chosen from two lists, against every service: each alone, and both. */
export function pairPickerOf({ analysis }: Facts): Html {
  const { failures } = analysis;
  if (failures.length ** 2 / 2 > PAIRS_MAX)
    return html`<p>There are too many pairs for a page: <code>npm run whatif -- --explain "${failures[0]!.id} + ${failures.at(-1)!.id}"</code> explains one.</p>`;
  const kinds = Map.groupBy(failures.entries(), ([, { kind }]) => kind);
  const list = (name: string, label: string, chosen: number) =>
    html`<label for="pair-${name}">${label}</label> <select id="pair-${name}" name="${name}">${[...kinds].map(
      ([kind, parts]) =>
        html`<optgroup label="${kind}">${parts.map(([index, { id }]) => html`<option value="${index}"${index === chosen ? html` selected` : undefined}>${id}</option>`)}</optgroup>`,
    )}</select>`;
  const [first, second] = [0, failures.findIndex(({ kind }) => kind === 'host')];
  return html`<form class="pair more" aria-label="Two failures">${list('first', 'Without', first)} ${list('second', 'and', second)}</form>
<div id="both" class="why more" role="status"></div>
<script type="application/json" id="pairs">${json(pairsOf(analysis))}</script>`;
}

/**
 * The verdicts of each pair, and of each failure with itself, as the number of a state: a digit a service at once, then a digit a service
 * later. Row `i` begins with `i` itself.
 */
function pairsOf({ failures, world, judge }: Facts['analysis']) {
  const numbers = new Map<string, number>();
  const stateOf = (parts: readonly Part[]): number => {
    const state = (['at once', 'later'] as const)
      .map((phase) =>
        judge(parts, phase)
          .verdicts.map((verdict) => VERDICTS.indexOf(verdict))
          .join(''),
      )
      .join(' ');
    const known = numbers.get(state) ?? numbers.size;
    numbers.set(state, known);
    return known;
  };
  const rows = failures.map((first, index) =>
    failures.slice(index).map((second) => stateOf(first === second ? [first] : [first, second])),
  );
  return {
    services: servicesOf(world),
    verdicts: VERDICTS,
    names: failures.map(({ id }) => id),
    states: [...numbers.keys()],
    rows,
  };
}
