import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { daemon, run } from '#scripts/lib/run.ts';
import { type Failure, machine, observers, scraped } from '#scripts/testing/failure.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { alertmanagerConfig, ruleFiles } from './config.ts';

const model = threeSites();
const [pm1, pm2] = ['sxb-pm1', 'sxb-pm2'].map((name) => machine(model, name)) as [string[], string[]];

/** Most alerts of a lost host or site wait for less; those of what ends by itself wait for an hour. */
const SOON = '40m';
const LATER = '70m';

/** Pages and, behind a dash, what must be among the tickets, as each observer tells them; an observer not named pages nobody. */
type Notified = Record<string, string>;

/**
 * What may be lost, and who is notified of what: the table of the platform's promises, kept by alerts. Where nobody is left to
 * observe, the on-call service hears that Watchdog stopped.
 */
const TABLE: [what: string, failure: Failure, notified: Notified, at?: string][] = [
  ['nothing', {}, {}],
  ['a database node of the arbiter', { hosts: ['do-node1'] }, { sxb: '- NodeDown' }],
  [
    'a machine of sxb',
    { hosts: pm1 },
    { sxb: '- NodeDown KubeNodeNotReady CephOsdDown CephMonitorsFew CephWarning' },
  ],
  [
    'two machines of sxb',
    { hosts: [...pm1, ...pm2] },
    { sxb: 'CephGroupsInactive EtcdNoLeader TraefikDown - NodeDown' },
  ],
  ['sxb', { sites: ['sxb'] }, { dc: 'SiteLost' }],
  ['dc', { sites: ['dc'] }, { sxb: 'SiteLost' }],
  ['do', { sites: ['do'] }, { sxb: 'CockroachdbSiteDown - NodeDown' }],
  [
    'sxb and a node of dc',
    { sites: ['sxb'], hosts: ['dc-worker1'] },
    { dc: 'SiteLost CockroachdbRangesUnavailable PublicNameDown - NodeDown' },
  ],
  [
    'sxb and a node of do',
    { sites: ['sxb'], hosts: ['do-node1'] },
    { dc: 'SiteLost CockroachdbRangesUnavailable PublicNameDown - NodeDown' },
  ],
  [
    'sxb and do',
    { sites: ['sxb', 'do'] },
    { dc: 'SiteLost CockroachdbSiteDown CockroachdbRangesUnavailable PublicNameDown' },
  ],
  ['sxb and dc', { sites: ['sxb', 'dc'] }, {}],
  [
    'a node of each of three sites',
    { hosts: [...pm1, 'dc-worker1', 'do-node1'] },
    { sxb: 'CockroachdbRangesUnavailable PublicNameDown - NodeDown', dc: '- CephOsdDown' },
  ],
  ['the line between sxb and dc, both see do', { cut: ['sxb', 'dc'] }, { sxb: 'SiteLost', dc: 'SiteLost' }],
  ['one edge', { hosts: ['sxb-edge1'] }, { sxb: '- NodeDown' }],
  [
    'both edges',
    { hosts: ['sxb-edge1', 'sxb-edge2'] },
    { sxb: 'PublicNameDown - NodeDown', dc: 'CephSyncStopped' },
  ],
  [
    'the private authority, in a month',
    { certificateDays: 20 },
    { sxb: '- DatabaseCertificateEnding ClientCertificateEnding', dc: '- ClientCertificateEnding' },
    LATER,
  ],
  [
    'the private authority, tomorrow',
    { certificateDays: 1 },
    { sxb: 'CertificateEnded ClientCertificateEnded', dc: 'ClientCertificateEnded' },
  ],
  [
    'the licence, in two weeks',
    { series: [['seconds_until_enterprise_license_expiry{job="cockroachdb"}', '1209600x100']] },
    { sxb: '- CockroachdbLicenceEnding' },
    LATER,
  ],
  [
    'the time of a host',
    { series: [['clock_offset_meannanos{job="cockroachdb",instance="dc-worker1",site="dc"}', '15e7x100']] },
    { sxb: 'CockroachdbClockOffset' },
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'fredu-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));
type Alert = Record<string, string>;

/** What fires at an observer. promtool lists all of it when it expects nothing. */
async function firing(site: KubernetesSite, failure: Failure, at = SOON): Promise<Alert[]> {
  const place = { model, site };
  const files = Object.entries(ruleFiles(place)).map(([name, text]) => {
    const file = join(folder, `${site.code}-${name}`);
    writeFileSync(file, text);
    return file;
  });
  const file = join(folder, `${site.code}-test.yaml`);
  const test = {
    interval: '1m',
    input_series: scraped(place, failure).map(([series, values]) => ({ series, values })),
    promql_expr_test: [{ expr: 'ALERTS{alertstate="firing"}', eval_time: at, exp_samples: [] }],
  };
  writeFileSync(file, stringify({ rule_files: files, evaluation_interval: '1m', tests: [test] }));
  const { stdout, stderr } = await run(['promtool', 'test', 'rules', file]);
  const text = stdout + stderr;
  expect(text).toContain('got: {'); // Watchdog at least
  return [...text.matchAll(/\{(__name__="ALERTS"[^}]*)\}/g)].map(([, labels]) =>
    Object.fromEntries([...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!])),
  );
}

interface Inhibition {
  source_matchers: string[];
  target_matchers: string[];
  equal?: string[];
}
const matches = (alert: Alert, matchers: string[]): boolean =>
  matchers.every((matcher) => {
    const [, name, operator, value] = /^(\w+) (=~|!=|=) "(.*)"$/.exec(matcher)!;
    const own = alert[name!] ?? '';
    if (operator === '=~') return new RegExp(`^(?:${value})$`).test(own);
    return (own === value) === (operator === '=');
  });
/** What Alertmanager keeps to itself, as it reads its rules: an alert that matches both sides does not silence its like. */
const silenced = (alert: Alert, all: Alert[], rules: Inhibition[]): boolean =>
  rules.some(
    ({ source_matchers: source, target_matchers: target, equal = [] }) =>
      matches(alert, target) &&
      all.some(
        (other) =>
          matches(other, source) &&
          !(matches(other, target) && matches(alert, source)) &&
          equal.every((name) => (alert[name] ?? '') === (other[name] ?? '')),
      ),
  );
const inhibitions = (site: KubernetesSite): Inhibition[] =>
  parse(alertmanagerConfig({ model, site })).inhibit_rules;

const words = (text: string): string[] => text.split(' ').filter(Boolean).sort();
const names = (alerts: Alert[], severity: string): string[] =>
  [...new Set(alerts.filter((each) => each.severity === severity).map((each) => each.alertname!))].sort();

for (const [what, failure, notified, at] of TABLE) {
  itJudged('promtool', `lost: ${what}`, async () => {
    const there = observers(model, failure);
    if (there.length === 0) expect(Object.keys(notified)).toEqual([]);
    const heard = await Promise.all(
      there.map(async (site) => {
        const all = await firing(site, failure, at);
        expect(names(all, 'info'), 'what on-call misses when it stops').toContain('Watchdog');
        const rules = inhibitions(site);
        return all.filter((alert) => !silenced(alert, all, rules));
      }),
    );
    for (const [index, { code }] of there.entries()) {
      const [pages = '', tickets = ''] = (notified[code] ?? '').split(/ ?- ?/);
      expect(names(heard[index]!, 'page'), `pages of ${code}`).toEqual(words(pages));
      expect(names(heard[index]!, 'ticket'), `tickets of ${code}`).toEqual(
        what === 'nothing' ? [] : expect.arrayContaining(words(tickets)),
      );
    }
  });
}
const OWN = 'http://127.0.0.1:29093';
/** The real Alertmanager with the routes of a site, its web hooks at `hook`; stopped afterwards. */
async function withAlertmanager(
  site: KubernetesSite,
  hook: string,
  use: (get: (path: string) => Promise<Response | undefined>) => Promise<void>,
): Promise<void> {
  const file = join(folder, 'alertmanager.yaml');
  // Debian's 0.25 is older than `url_file`.
  writeFileSync(
    file,
    alertmanagerConfig({ model, site }).replaceAll(/url_file: \S*\/(\w+)/g, `url: ${hook}/$1`),
  );
  const alertmanager = daemon(
    [
      'prometheus-alertmanager',
      `--config.file=${file}`,
      `--storage.path=${mkdtempSync(join(folder, 'alertmanager-'))}`,
      `--web.listen-address=${OWN.slice('http://'.length)}`,
      '--cluster.listen-address=',
    ],
    { log: join(folder, 'alertmanager.log') },
  );
  const get = async (path: string) => fetch(OWN + path).catch(() => undefined);
  try {
    for (let tries = 0; !(await get('/-/ready'))?.ok && tries < 100; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    await use(get);
  } finally {
    await alertmanager.stop();
  }
}
const tell = (alerts: Alert[]) =>
  fetch(`${OWN}/api/v2/alerts`, {
    method: 'POST',
    body: JSON.stringify(alerts.map(({ __name__, alertstate, ...labels }) => ({ labels }))),
    headers: { 'Content-Type': 'application/json' },
  });
/** What became of each alert, once Alertmanager has looked at all of them: active or suppressed. */
async function decided(get: (path: string) => Promise<Response | undefined>, count: number) {
  let shown: { labels: Alert; status: { state: string } }[] = [];
  // An alert is looked at when its group is sent.
  for (let tries = 0; tries < 100; tries += 1) {
    shown = await (await get('/api/v2/alerts'))!.json();
    if (shown.length === count && shown.every(({ status }) => status.state !== 'unprocessed')) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return shown;
}
const NOBODY = 'http://127.0.0.1:9';

itJudged('prometheus-alertmanager', 'Alertmanager keeps to itself what the table says it does', async () => {
  const failure: Failure = { sites: ['sxb'], hosts: ['dc-worker1'] };
  const [site] = observers(model, failure);
  const all = await firing(site!, failure);
  await withAlertmanager(site!, NOBODY, async (get) => {
    await tell(all);
    const shown = await decided(get, all.length);
    const key = (labels: Alert) => `${labels.alertname} ${labels.site ?? ''} ${labels.instance ?? ''}`;
    const rules = inhibitions(site!);
    expect(
      shown
        .filter(({ status }) => status.state === 'active')
        .map(({ labels }) => key(labels))
        .sort(),
    ).toEqual(
      all
        .filter((alert) => !silenced(alert, all, rules))
        .map(key)
        .sort(),
    );
  });
});

itJudged('prometheus-alertmanager', 'a page silences no ticket that has another cause', async () => {
  const [site] = observers(model, {});
  const about = { site: 'sxb', component: 'platform', scope: 'platform' };
  const name = { instance: 's3.sxb.fredu.fr/', family: 'ipv4' };
  const all: Alert[] = [
    { alertname: 'PublicNameDown', severity: 'page', ...about, ...name },
    { alertname: 'PublicNameSlow', severity: 'ticket', ...about, ...name },
    { alertname: 'CertificateEnding', severity: 'ticket', ...about, ...name },
    { alertname: 'DatabaseCertificateEnding', severity: 'ticket', ...about, instance: 'sxb-worker1' },
  ];
  await withAlertmanager(site!, NOBODY, async (get) => {
    await tell(all);
    const shown = await decided(get, all.length);
    expect(Object.fromEntries(shown.map(({ labels, status }) => [labels.alertname!, status.state]))).toEqual({
      PublicNameDown: 'active',
      PublicNameSlow: 'suppressed',
      CertificateEnding: 'active',
      DatabaseCertificateEnding: 'active',
    });
  });
});

itJudged('prometheus-alertmanager', 'Watchdog comes every minute', async () => {
  const heard: number[] = [];
  const hook = createServer((request, answer) => {
    if (request.url === '/watchdog') heard.push(Date.now());
    answer.end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const { port } = hook.address() as AddressInfo;
  try {
    const [site] = observers(model, {});
    await withAlertmanager(site!, `http://127.0.0.1:${port}`, async () => {
      const end = Date.now() + 150_000;
      // Prometheus says it again at each evaluation.
      while (heard.length < 3 && Date.now() < end) {
        await tell([{ alertname: 'Watchdog', severity: 'info' }]);
        await new Promise((resolve) => setTimeout(resolve, 5_000));
      }
    });
    const gaps = heard.slice(1).map((time, index) => (time - heard[index]!) / 1000);
    expect(gaps).toHaveLength(2);
    for (const gap of gaps) {
      expect(gap).toBeGreaterThan(50);
      expect(gap).toBeLessThan(70);
    }
  } finally {
    hook.close();
  }
});
