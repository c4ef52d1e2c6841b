import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { contains } from '#sites/address.ts';
import { appSites } from '#sites/questions.ts';
import { alertmanagerConfig, blackboxConfig, prometheusConfig, ruleFiles, webConfig } from './config.ts';
import { scrapeJobs } from './scrape.ts';

const model = example();
const places = appSites(model).map((site) => ({ model, site }));
const work = mkdtempSync(join(tmpdir(), 'fredu-prometheus-'));
afterAll(() => rmSync(work, { recursive: true }));

interface Static {
  targets: string[];
  labels: Record<string, string>;
}
const targets = (place: (typeof places)[number], name: string): Static[] =>
  (scrapeJobs(place).find((job) => job.job_name === name)?.static_configs ?? []) as Static[];

it('watches all nine database nodes from each site, its own by their private addresses', () => {
  for (const place of places) {
    const nodes = targets(place, 'cockroachdb');
    expect(nodes).toHaveLength(9);
    for (const {
      targets: [address],
      labels,
    } of nodes) {
      const own = contains(place.site.networks.nodes.ipv4!, address!.split(':')[0]!);
      expect(own, address).toBe(labels.site === place.site.code);
    }
  }
});

it('watches every host of its site, and those of sites that cannot watch themselves', () => {
  for (const place of places) {
    const names = targets(place, 'node').map(({ labels }) => labels.instance);
    const arbiters = model.sites.filter((site) => !site.kubernetes).flatMap((site) => site.hosts);
    expect(names.sort()).toEqual([...place.site.hosts, ...arbiters].map((host) => host.name).sort());
  }
});

it('probes every public name of every site in each family that it and the observer have', () => {
  for (const place of places) {
    const v4 = targets(place, 'probe-ipv4').map(({ labels }) => `${labels.site} ${labels.instance}`);
    const v6 = targets(place, 'probe-ipv6').map(({ labels }) => `${labels.site} ${labels.instance}`);
    for (const site of appSites(model)) {
      const wanted = [`${site.code} ${model.domain}/`, `${site.code} ${site.domain}/api/v1/courses`];
      for (const name of wanted) {
        expect(v4).toContain(name);
        const both = [site, place.site].every(({ kubernetes }) => kubernetes!.families.includes('ipv6'));
        expect(v6.includes(name)).toBe(both);
      }
    }
  }
});

it('asks each name server and each resolver by itself, in a family that its pods speak', () => {
  for (const place of places) {
    const asked = targets(place, 'probe-names').map(({ labels }) => `${labels.front} ${labels.instance}`);
    expect(asked).toEqual([
      ...(place.model.dns?.servers ?? []).map(({ name }) => `name-server ${name}`),
      ...place.site.kubernetes!.resolvers.map((address) => `resolver ${address}`),
    ]);
    expect(blackboxConfig('example.org')).toContain('query_name: example.org');
  }
});

it('asks an object store what it serves with the interfaces that it has', () => {
  for (const place of places) {
    const stores = targets(place, 'probe-ipv4').filter(({ labels }) => labels.front === 'object-store');
    expect(stores.length).toBeGreaterThan(0);
    for (const { targets: asked } of stores) expect(new URL(asked[0]!).pathname).toBe('/');
  }
});

it('knows the observers of the other sites, and not itself', () => {
  for (const place of places) {
    const sites = new Set(targets(place, 'observer').map(({ labels }) => labels.site));
    expect([...sites]).toEqual(
      appSites(model)
        .filter((site) => site !== place.site)
        .map((site) => site.code),
    );
  }
});

it('lets the first observer alone speak for the whole platform while it lives', () => {
  const [first, second] = places.map((place) =>
    parse(alertmanagerConfig(place))
      .inhibit_rules.map((rule: object) => JSON.stringify(rule))
      .join(),
  );
  expect(first).not.toContain('ObserverAlive');
  expect(second).toContain(`site = \\"${places[0]!.site.code}\\"`);
});

/** Debian builds Prometheus without service discovery by Kubernetes, and its Alertmanager 0.25 is older than `url_file`. */
const forDebian = (text: string): string =>
  text
    .replaceAll(
      /kubernetes_sd_configs:\n(\s+)- role: pod\n\s+namespaces:\n\s+names:\n\s+- .*\n/g,
      'static_configs: []\n',
    )
    .replaceAll(/url_file: .*/g, 'url: https://on-call.example/hook');

/** The configuration as it lies in the pod, with certificates of our own in place of the secrets. */
async function pod(place: (typeof places)[number]): Promise<string> {
  const folder = join(work, place.site.code);
  const text = (value: string) =>
    value
      .replaceAll('/etc/prometheus', join(folder, 'etc/prometheus'))
      .replaceAll('/var/run/', `${folder}/var/run/`)
      .replaceAll('/etc/alertmanager', join(folder, 'etc/alertmanager'));
  const files: Record<string, string> = {
    'etc/prometheus/prometheus.yaml': forDebian(prometheusConfig(place)),
    'etc/prometheus/web.yaml': webConfig(),
    'etc/prometheus/blackbox.yaml': blackboxConfig('fredu.fr'),
    'etc/alertmanager/alertmanager.yaml': forDebian(alertmanagerConfig(place)),
    'etc/alertmanager/receivers/page': 'https://on-call.example/hook',
    'var/run/secrets/kubernetes.io/serviceaccount/token': 'x',
  };
  for (const [name, rules] of Object.entries(ruleFiles(place))) files[`etc/prometheus-rules/${name}`] = rules;
  for (const [path, value] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text(value));
  }
  const observer = join(folder, 'etc/prometheus/observer');
  mkdirSync(observer, { recursive: true });
  mkdirSync(join(folder, 'etc/prometheus/database-ca'), { recursive: true });
  await makeCertificate('prometheus', { key: `${observer}/tls.key`, certificate: `${observer}/tls.crt` });
  for (const copy of [
    `${observer}/ca.crt`,
    join(folder, 'etc/prometheus/database-ca/ca.crt'),
    join(folder, 'var/run/secrets/kubernetes.io/serviceaccount/ca.crt'),
  ]) {
    await run(['cp', `${observer}/tls.crt`, copy]);
  }
  return folder;
}

itJudged('promtool', 'promtool accepts the configuration and the rules', async () => {
  for (const place of places) {
    const folder = await pod(place);
    const config = await run(['promtool', 'check', 'config', join(folder, 'etc/prometheus/prometheus.yaml')]);
    expect(config.stdout + config.stderr).toContain('SUCCESS');
    expect(config.code, config.stderr).toBe(0);
    const web = await run(['promtool', 'check', 'web-config', join(folder, 'etc/prometheus/web.yaml')]);
    expect(web.code, web.stderr).toBe(0);
  }
});

itJudged('amtool', 'amtool accepts the routes', async () => {
  const folder = await pod(places[1]!);
  const { code, stderr } = await run([
    'amtool',
    'check-config',
    join(folder, 'etc/alertmanager/alertmanager.yaml'),
  ]);
  expect(code, stderr).toBe(0);
});

itJudged('amtool', 'amtool routes a page to a person, info to nobody', async () => {
  const folder = await pod(places[0]!);
  const file = `--config.file=${join(folder, 'etc/alertmanager/alertmanager.yaml')}`;
  for (const [labels, receiver] of [
    [['severity=page'], 'page'],
    [['severity=ticket'], 'ticket'],
    [['severity=info'], 'nobody'],
    [['alertname=Watchdog', 'severity=info'], 'watchdog'],
  ] as const) {
    const { stdout } = await run(['amtool', 'config', 'routes', 'test', file, ...labels]);
    expect(stdout.trim()).toBe(receiver);
  }
});

itJudged('prometheus-blackbox-exporter', 'the exporter accepts its modules', async () => {
  const folder = await pod(places[0]!);
  const file = join(folder, 'etc/prometheus/blackbox.yaml');
  const { code, stderr } = await run([
    'prometheus-blackbox-exporter',
    '--config.check',
    `--config.file=${file}`,
  ]);
  expect(code, stderr).toBe(0);
});
