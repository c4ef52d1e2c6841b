import { POLICIES } from '#policies/index.ts';
import { DECLINED } from '#policies/named/declined.ts';
import { NAMED } from '#policies/named/packs.ts';
import { WAIVERS } from '#policies/named/waivers.ts';
import type { Problem } from '#sites/load/problem.ts';
import type { Facts } from './facts.ts';
import { type Html, html, idOf } from './html.ts';
import { tableOf } from './table.ts';

/** What is broken, then every law with its reason, named checks, what is waived and what is declined. */
export function lawsOf({ problems, notes }: Facts): Html {
  const named = NAMED.flatMap(({ checks }) => checks);
  const broken = new Set(problems.map(({ code }) => code));
  return html`${problems.length === 0 ? html`<p>All ${POLICIES.length} laws are kept.</p>` : html`<h3>Findings</h3>${findings(problems)}`}
${notes.length > 0 && html`<h3>What a lab does not promise</h3>${findings(notes)}`}
<h3>Laws (${POLICIES.length})</h3>
${tableOf(
  { id: 'laws-all', caption: 'Laws', head: ['law', 'what holds', 'kept'], filter: true },
  POLICIES.map(({ id, title, why }) => ({
    id: idOf('law', id),
    cells: [
      id,
      html`<details><summary>${title}</summary><p>${why}</p></details>`,
      broken.has(id) ? html`<b class="said down">broken</b>` : 'yes',
    ],
  })),
)}
<h3>Named checks (${named.length})</h3>
<p>Mistakes that others have given a name: ${NAMED.map(({ tool, checks }) => `${tool} ${checks.length}`).join(', ')}.</p>
<details><summary>All named checks</summary>${tableOf(
    { id: 'named', caption: 'Named checks', head: ['check', 'what holds', 'kept'], filter: true },
    named.map(({ id, title }) => ({
      cells: [id, title, broken.has(id) ? html`<b class="said down">broken</b>` : 'yes'],
    })),
  )}</details>
<h3>Waivers (${WAIVERS.length})</h3>
${tableOf(
  { id: 'waivers', caption: 'Waivers', head: ['check', 'object', 'reason', 'since'] },
  WAIVERS.map(({ check, object, reason, since }) => ({ cells: [check, object, reason, since] })),
)}
<details><summary>Checks of others that are declined (${DECLINED.length})</summary>${tableOf(
    { id: 'declined', caption: 'Declined checks', head: ['check', 'reason', 'what holds instead'] },
    DECLINED.map(({ check, reason, instead = '' }) => ({ cells: [check, reason, instead] })),
  )}</details>`;
}

const findings = (all: readonly Problem[]): Html =>
  html`<ul class="findings">${all.map(
    ({ code, message, file, line, fix }) =>
      html`<li><b>${code}</b>: ${message}<br><code>${file}:${line}</code>${fix && html`<br>fix: ${fix}`}</li>`,
  )}</ul>`;
