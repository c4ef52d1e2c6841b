import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { POLICIES } from '#policies/index.ts';
import { NAMED } from '#policies/named/packs.ts';
import { WAIVERS } from '#policies/named/waivers.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { THREE_SITES, threeSites } from '#scripts/testing/three-sites.ts';
import { FLOWS } from '#sites/traffic/flows.ts';
import { factsOf } from './facts.ts';
import { escaped, idOf } from './html.ts';
import { pageOf } from './page.ts';
import { talkOf } from './talk.ts';

const model = threeSites();
const facts = factsOf(model, { version: '1.2.3', changes: 'nobody asked' });
const page = pageOf(facts);
const hosts = model.sites.flatMap((site) => site.hosts);
const folder = mkdtempSync(join(tmpdir(), 'fredu-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('is below 1.5 MB for three sites', () => {
  expect(Buffer.byteLength(page)).toBeLessThan(1_500_000);
});

it('has every host as a link of both maps, and what dies with it', () => {
  for (const { name } of hosts) {
    expect(page.split(`href="#${idOf('host', name)}" class="box`), name).toHaveLength(3);
    expect(page).toContain(`id="${idOf('host', name)}"`);
    expect(page).toContain(`<h5>Without the host ${name} (`);
  }
});

it('has every failure and every state of maintenance as a row, with as many cells as there are services', () => {
  const rows = page.match(/<tr data-row=[\s\S]*?<\/tr>/g)!;
  expect(rows).toHaveLength(facts.analysis.failures.length + facts.analysis.maintenance.length);
  const services = facts.analysis.judge([], 'at once').verdicts.length;
  for (const row of rows) expect(row.match(/<td/g)).toHaveLength(services + 1);
});

it('has every law, named check, waiver, and every flow that somebody has', () => {
  for (const { id, title } of POLICIES) {
    expect(page).toContain(`id="${idOf('law', id)}"`);
    expect(page).toContain(escaped(title));
  }
  for (const { id } of NAMED.flatMap(({ checks }) => checks)) expect(page).toContain(escaped(id));
  for (const { reason } of WAIVERS) expect(page).toContain(escaped(reason));
  const { flows } = talkOf(model);
  for (const { name } of flows) expect(page).toContain(`id="${idOf('flow', name)}"`);
  // All capabilities are in use there, so that nobody's flow is missing.
  expect(flows.map(({ name }) => name).toSorted()).toEqual(FLOWS.map(({ name }) => name).toSorted());
});

it('asks nobody: nothing in it leads out, and its policy would not let it', () => {
  expect(page).not.toMatch(/\s(src|srcset|action|data|poster)="/);
  expect(page).not.toMatch(/<(link|img|iframe|object|base)\b/);
  expect(page).not.toMatch(/url\(|@import/);
  for (const [, to] of page.matchAll(/\shref="([^"]*)"/g)) expect(to).toMatch(/^#/);
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).not.toMatch(/\son\w+="|\sstyle="/);
});

it('has each id once, and every link leads to one', () => {
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  for (const [, to] of page.matchAll(/\shref="#([^"]*)"/g)) expect(ids).toContain(to);
});

it('escapes whatever stands in the files of the sites', () => {
  const hostile = threeSites();
  hostile.sites[0]!.name = `</script><img src=x onerror="alert('1')">`;
  const made = pageOf({ ...facts, model: hostile });
  expect(made).not.toContain('<img');
  expect(made).toContain('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;');
});

it('escapes what it hands to its script', () => {
  const { texts } = JSON.parse(/id="reasons">(.*)<\/script>/.exec(page)![1]!) as { texts: string[] };
  expect(texts).toContain('the site sxb');
  expect(/id="reasons">(.*)<\/script>/.exec(page)![1]).not.toContain('<');
});

it('names what is broken', () => {
  const problems = [{ ...problem, message: 'only <2> voters' }];
  const made = pageOf({ ...facts, problems });
  expect(made).toContain('only &lt;2&gt; voters');
  expect(made.match(/<b class="said down">broken<\/b>/g)).toHaveLength(1);
});
const problem = {
  code: 'database-survival',
  severity: 'error' as const,
  file: 'dist/platform/sql/zones.sql',
  line: 3,
  column: 1,
  source: '',
  fix: 'give it more',
  why: '',
};

it('makes the same bytes twice, and a page of other platforms', () => {
  expect(pageOf(factsOf(threeSites(), { version: '1.2.3', changes: 'nobody asked' }))).toBe(page);
  const small = example();
  const made = pageOf(factsOf(small, { version: '1.2.3', changes: 'nobody asked' }));
  for (const { name } of small.sites.flatMap((site) => site.hosts)) expect(made).toContain(`>${name}<`);
});

const report = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../report.ts'), '--sites', THREE_SITES, ...args], {
    encoding: 'utf8',
  });

it('writes where --out says, and says so', () => {
  const out = join(folder, 'deeper/page.html');
  const { status, stdout } = report('--out', out);
  expect(stdout).toMatch(/page\.html shows the platform \(\d+ kB\)\n$/);
  expect(status).toBe(0);
  expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
});

it('says in one line what it cannot do', () => {
  const unknown = report('--since', 'no-such-ref', '--out', join(folder, 'no.html'));
  expect(unknown.stderr).toMatch(/^error: .*no-such-ref.*\n$/);
  expect(unknown.status).toBe(2);
  const nowhere = report('--out', '/proc/no/report.html');
  expect(nowhere.stderr).toMatch(/^error: cannot write .*\n$/);
  expect(nowhere.status).toBe(2);
});
