import type { Fired } from '#policies/whatif/alerts.ts';
import type { Part } from '#policies/whatif/parts.ts';
import { quorumsOf } from '#policies/whatif/quorum.ts';
import { allReasons } from '#policies/whatif/reasons.ts';
import { type Repair, repairsOf, repairText } from '#policies/whatif/repairs.ts';
import { type Lasting, lastingsOf, lastingText } from '#policies/whatif/timers.ts';
import type { Verdict } from '#policies/whatif/verdicts.ts';
import type { Facts } from './facts.ts';
import { type Html, html } from './html.ts';

/** What one failure does, at once and when what heals by itself has healed. */
export interface Loss {
  part: Part;
  phases: Phase[];
  alerts: Fired[];
  lasts: Lasting[];
  mends: Repair[];
}
interface Phase {
  when: 'at once' | 'later';
  services: { name: string; verdict: Verdict; because: string[] }[];
  majorities: string[];
  percent: number;
}

const known = new WeakMap<Part, Loss>();

export function lossOf(facts: Facts, part: Part): Loss {
  const found = known.get(part) ?? made(facts, part);
  known.set(part, found);
  return found;
}

function made({ analysis: { world, judge }, alerts, serves }: Facts, part: Part): Loss {
  const phases = (part.orderly ? (['at once'] as const) : (['at once', 'later'] as const)).map(
    (when): Phase => {
      const judged = judge([part], when);
      return {
        when,
        services: allReasons(world, judged) as Phase['services'],
        majorities: quorumsOf(world, judged),
        percent: serves(judged).percent,
      };
    },
  );
  return {
    part,
    phases,
    alerts: alerts([part]),
    lasts: lastingsOf(world, [part]),
    mends: repairsOf(world, [part], judge([part], 'at once')),
  };
}

function phaseText({ services, percent }: Phase): Html {
  const not = services.filter(({ verdict }) => verdict !== 'up');
  const peak = html`What is left serves ${percent} % of the peak.`;
  if (not.length === 0) return html`every service is up. ${peak}</p>`;
  const lines = not.map(
    ({ name, verdict, because }) =>
      html`<li><b class="said ${verdict}">${name} ${verdict}</b>${because.length > 0 && `: ${because.join('; ')}`}</li>`,
  );
  return html`${peak}</p><ul>${lines}</ul>`;
}

/** It in words: services that are not up as ever, who tells of it, how long, what mends it. */
export function lossText({ phases, alerts, lasts, mends }: Loss): Html {
  const [now, later] = phases.map(phaseText);
  const same = now?.markup === later?.markup;
  const hurt = [
    html`<p><b>${same ? 'At once, and later' : 'At once'}</b>: ${now}`,
    ...(later && !same ? [html`<p><b>Later</b>, when what heals by itself has healed: ${later}`] : []),
  ];
  const terms = [
    ['Who tells of it', alerts.map(alertText).join(', ') || 'no alert'],
    ['How long', lasts.map((each) => `${lastingText(each)} (${each.timer})`).join('; ')],
    ['What mends it', mends.map((each) => `${repairText(each)}: ${each.run}`).join('; ')],
  ] as const;
  return html`${hurt}<dl>${terms
    .filter(([, said]) => said !== '')
    .map(([head, said]) => html`<dt>${head}</dt><dd>${said}</dd>`)}</dl>`;
}

/** `0.3 s until the service address leads elsewhere` */
/** `NodeDown after 3m` */
export const alertText = ({ name, after }: Fired): string => `${name}${after ? ` after ${after}` : ''}`;

/** A sentence begins so. */
export const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
