import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sections } from '#policies/diff/index.ts';
import { POLICIES } from '#policies/index.ts';
import type { Facts } from './facts.ts';
import { hostsOf } from './hosts.ts';
import { type Html, html, own } from './html.ts';
import { lawsOf } from './laws.ts';
import { loadOf } from './load.ts';
import { capital } from './loss.ts';
import { mapOf } from './map.ts';
import { matrixOf } from './matrix.ts';
import { addressesOf, portsOf } from './plan.ts';
import { KINDS, type Kind, kindOf, type Talk, talkOf } from './talk.ts';
import { versionsOf } from './versions.ts';

const text = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const STYLE = text('style.css');
const SCRIPT = text('in-page.js');
/** What a page may run and draw with, as its policy names it: these bytes, and nothing else. */
const hash = (bytes: string): string => `'sha256-${createHash('sha256').update(bytes).digest('base64')}'`;
const POLICY = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;

/** The platform on one page that needs no network. */
export function pageOf(facts: Facts): string {
  const talk = talkOf(facts.model);
  const parts: [id: string, title: string, body: Html][] = [
    ['map', 'Map', map(facts, talk)],
    ['survives', 'What is survived', matrixOf(facts)],
    ['bears', 'Load and headroom', loadOf(facts)],
    ['plan', 'Addresses', addressesOf(facts.model)],
    ['ports', 'Ports', portsOf(talk)],
    ['versions', 'Versions and images', versionsOf(facts.model, facts.version)],
    ['laws', 'Laws and waivers', lawsOf(facts)],
    ['changes', 'What changed', changes(facts)],
  ];
  const { domain } = facts.model;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${domain}: the platform</title>
<style>${own(STYLE)}</style>
<a class="skip" href="#main">To the content</a>
<header><div><h1>${domain}</h1><p>${about(facts)}</p></div>
<nav aria-label="Parts of the page"><ul>${parts.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav></header>
<main id="main">
<ul class="tiles">${tiles(facts)}</ul>
${parts.map(
  ([
    id,
    title,
    body,
  ]) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}
</section>
`,
)}</main>
<footer><p>Made by fredu ${facts.version} from the files of the sites; <code>npm run report</code> renews it.</p></footer>
<script>${own(SCRIPT)}</script>
</html>
`.markup;
}

const about = ({ model, tree }: Facts): string =>
  `${model.sites.map(({ code, name }) => `${name} (${code})`).join(', ')}: ${model.sites.flatMap(({ hosts }) => hosts).length} hosts, ${tree.size} files`;

function tiles({ analysis, serves, problems, model, changes: report }: Facts): Html[] {
  const sites = analysis.failures.filter(({ kind }) => kind === 'site');
  const hosts = analysis.failures.filter(({ kind }) => kind === 'host');
  const writes = (parts: typeof sites) =>
    parts.filter((part) => ['down', 'read-only'].includes(analysis.judge([part], 'at once').verdicts[1]!));
  const tile = (is: boolean | undefined, head: string, said: string, to: string): Html =>
    html`<li class="${is === undefined ? 'plain' : is ? 'good' : 'bad'}"><a href="#${to}"><b>${head}</b> ${said}</a></li>`;
  const lost = [writes(sites), writes(hosts)];
  const { percent } = serves(analysis.judge([], 'at once'));
  return [
    tile(
      lost[0]!.length === 0,
      `${sites.length - lost[0]!.length} of ${sites.length}`,
      'sites may be lost, and the app goes on writing',
      'survives',
    ),
    tile(
      lost[1]!.length === 0,
      `${hosts.length - lost[1]!.length} of ${hosts.length}`,
      'hosts may be lost, and the app goes on writing',
      'survives',
    ),
    tile(
      percent >= 100,
      `${percent} %`,
      `of the peak of ${model.load.requestsPerSecond.toLocaleString('en')} requests a second is borne`,
      'bears',
    ),
    tile(
      problems.length === 0,
      problems.length === 0 ? `${POLICIES.length}` : `${problems.length}`,
      problems.length === 0 ? 'laws, and all are kept' : `findings of ${POLICIES.length} laws`,
      'laws',
    ),
    typeof report === 'string'
      ? tile(undefined, '–', 'nothing to compare with', 'changes')
      : tile(undefined, `${report.files.changed}`, `files differ from ${report.before}`, 'changes'),
  ];
}

/** Layers that are drawn at first: what people who use the platform stand on. */
const FIRST: readonly Kind[] = ['clients', 'database', 'objects'];

function map(facts: Facts, talk: Talk): Html {
  const { model } = facts;
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) =>
    talk.flows.some((flow) => kindOf(flow) === kind),
  );
  return html`<p class="more">Choose a host to see whom it talks to and what dies with it.</p>
<form class="layers" aria-label="What the map draws">
<fieldset><legend>Conversations about</legend>${kinds.map(
    (kind) =>
      html`<label class="check ${kind}"><input type="checkbox" name="${kind}"${FIRST.includes(kind) ? html` checked` : undefined}> <span>${KINDS[kind]}</span></label>`,
  )}</fieldset>
<label class="more">or one flow <select name="flow"><option value="">all of these</option>${kinds.map(
    (kind) =>
      html`<optgroup label="${capital(KINDS[kind])}">${talk.flows.map((flow, index) => kindOf(flow) === kind && html`<option value="${index}" data-why="${flow.why}">${flow.name}</option>`)}</optgroup>`,
  )}</select></label>
<output></output>
</form>
<figure>${mapOf(model, talk, 3)}
${model.sites.length > 1 ? mapOf(model, talk, 1) : undefined}
</figure>
<p id="chosen" class="hidden" role="status"></p>
<div class="hosts">${hostsOf(facts, talk)}</div>`;
}

function changes({ changes: report }: Facts): Html {
  if (typeof report === 'string') return html`<p>Nothing was compared: ${report}.</p>`;
  const { groups, before, after } = report;
  if (groups.length === 0) return html`<p>Nothing differs between ${before} and ${after}.</p>`;
  return html`<p>From <code>${before}</code> to <code>${after}</code>.</p><div class="diff">${own(sections(report, 'h3'))}</div>`;
}
