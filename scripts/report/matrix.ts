import type { Part } from '#policies/whatif/parts.ts';
import { repairText } from '#policies/whatif/repairs.ts';
import { lastingText } from '#policies/whatif/timers.ts';
import { servicesOf, type Verdict } from '#policies/whatif/verdicts.ts';
import { togetherText } from '../lib/whatif-text.ts';
import type { Facts } from './facts.ts';
import { type Html, html, json } from './html.ts';
import { alertText, type Loss, lossOf } from './loss.ts';
import { pairPickerOf } from './pairs.ts';

const SIGNS: Record<Verdict, string> = { up: '·', degraded: '~', 'read-only': 'r', down: '✕' };

/** Every failure and every state of maintenance against every service; what the page's script explains of a cell. */
export function matrixOf(facts: Facts): Html {
  const { analysis, coverage } = facts;
  const services = servicesOf(analysis.world);
  const losses = [...analysis.failures, ...analysis.maintenance].map((part) => lossOf(facts, part));
  const kinds = [...new Set(losses.map(({ part }) => part.kind))];
  const count = (value: number) => value.toLocaleString('en');
  const [head = '', ...pairs] = togetherText(analysis, coverage, Number.POSITIVE_INFINITY)
    .trimEnd()
    .split('\n');
  return html`<p>${count(coverage.states)} states were looked at: ${analysis.failures.length} failures, ${analysis.maintenance.length} states of maintenance, and ${count(coverage.pairs)} pairs of them. <span class="more">Point at a cell, or move through the table with the arrow keys, to read why.</span></p>
<form class="filters" data-for="matrix">
<label>Search <input type="search" name="words" autocomplete="off" placeholder="worker, etcd, sxb…"></label>
<label>Kind <select name="kind"><option value="">all</option>${kinds.map((kind) => html`<option>${kind}</option>`)}</select></label>
<label class="check"><input type="checkbox" name="felt"> only what somebody notices</label>
<output></output>
</form>
<p class="legend">${(Object.keys(SIGNS) as Verdict[]).map((verdict) => html`<span class="said ${verdict}">${SIGNS[verdict]} ${verdict}</span> `)}<span>a›b: a at once, b when what heals by itself has healed</span></p>
<div class="scroll tall" role="region" tabindex="0" aria-label="Matrix of failures and services">
<table id="matrix" aria-describedby="why">
<thead><tr><th scope="col">without</th>${services.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">of the peak</th></tr></thead>
<tbody>${losses.map((loss, index) => row(loss, index))}</tbody>
</table></div>
<div id="why" class="why" role="status"><p>No cell is chosen.</p></div>
<script type="application/json" id="reasons">${json(reasonsOf(losses))}</script>
<h3>Two at once</h3>
${pairPickerOf(facts)}
${
  pairs.length === 0
    ? html`<p>${head}</p>`
    : html`<details><summary>${head} (${pairs.length})</summary><ul class="pairs">${pairs.map((each) => html`<li>${each.trim()}</li>`)}</ul></details>`
}`;
}

function row({ part, phases }: Loss, index: number): Html {
  const [now, later = now] = phases;
  const felt = phases.some(({ services }) => services.some(({ verdict }) => verdict !== 'up'));
  const cells = now!.services.map(({ verdict }, service) => {
    const then = later!.services[service]!.verdict;
    const worst = verdict === 'up' ? then : verdict;
    const signs = verdict === then ? SIGNS[verdict] : `${SIGNS[verdict]}›${SIGNS[then]}`;
    const words = verdict === then ? verdict : `${verdict}, later ${then}`;
    return html`<td class="${worst}"><span aria-hidden="true">${signs}</span><span class="hidden">${words}</span></td>`;
  });
  return html`<tr data-row="${index}" data-kind="${part.kind}"${felt ? html` data-felt` : undefined}><th scope="row">${part.id}${describes(part)}</th>${cells}<td class="number${now!.percent < 100 ? ' down' : ''}">${now!.percent} %</td></tr>
`;
}

/** What an id does not say. */
const describes = ({ kind, words }: Part): Html | undefined =>
  ['machine', 'licence', 'authority'].includes(kind)
    ? html`<small> ${words.replace(/^the machine \S+ \((.*)\)$/, '$1')}</small>`
    : undefined;

/** Texts once, and for each row, phase and service the numbers of those that say why. */
function reasonsOf(losses: readonly Loss[]) {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const rows = losses.map(({ part, phases, alerts, lasts, mends }) => ({
    words: numberOf(part.words),
    phases: phases.map(({ services, majorities }) => ({
      verdicts: services.map(({ verdict }) => numberOf(verdict)),
      because: services.map((each) => each.because.map(numberOf)),
      majorities: majorities.map(numberOf),
    })),
    alerts: alerts.map((each) => numberOf(alertText(each))),
    lasts: lasts.map((each) => numberOf(lastingText(each))),
    mends: mends.map((each) => numberOf(`${repairText(each)}: ${each.run}`)),
  }));
  return { texts: [...numbers.keys()], rows };
}
