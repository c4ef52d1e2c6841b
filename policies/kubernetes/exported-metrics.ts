import type { Finding, Policy, Tree } from '../law.ts';
import { metricsOf } from '../reading/promql.ts';
import exporters from '../reading/schemas/metrics.json' with { type: 'json' };
import { jsonOf, listOf, yamlOf } from '../reading/texts.ts';

/** What each job exports, from real runs or from its documentation; the file says which. */
const EXPORTS: Record<string, { source: string; names: string[] }> = exporters;
/** Jobs that ask the same program in another family. */
const TWINS: Record<string, string> = { 'probe-ipv4': 'probe-ipv6' };
/** Made by Prometheus itself. */
const OWN = new Set(['up', 'ALERTS']);

/** Every metric that an alert, a recorded series or a panel reads is exported by something that the site scrapes. */
export const exportedMetrics: Policy = {
  id: 'exported-metrics',
  title: 'every metric that a rule or a panel reads is exported by something that is scraped',
  why: 'A rule over a metric that nobody exports never fires, and nobody notices: it looks like peace.',
  check(model, tree) {
    return model.sites.flatMap((site) => judge(`${site.code}/kubernetes/monitoring`, tree));
  },
};

function judge(folder: string, tree: Tree): Finding[] {
  const config = tree.get(`${folder}/configmap-prometheus.yaml`);
  if (!config) return [];
  const jobs = new Set<string>(
    listOf(yamlOf(yamlOf(config)?.data?.['prometheus.yaml'])?.scrape_configs).map(
      (job: { job_name: string }) => job.job_name,
    ),
  );
  const scraped = new Set(
    Object.entries(EXPORTS).flatMap(([job, { names }]) =>
      jobs.has(job) || jobs.has(TWINS[job] ?? job) ? names : [],
    ),
  );
  const read = [
    ...rules(`${folder}/configmap-prometheus-rules.yaml`, tree),
    ...panels(`${folder}/configmap-grafana-dashboards.yaml`, tree),
  ];
  const recorded = new Set(read.flatMap(({ records }) => records ?? []));
  return read.flatMap(({ expr, owner, path }) =>
    metricsOf(String(expr ?? ''))
      .filter(
        (name) =>
          !OWN.has(name) &&
          !recorded.has(name) &&
          !name.startsWith('site:education_') &&
          !exports(name, scraped),
      )
      .map((name) => ({
        message: `${owner} reads ${name}, which nothing that is scraped exports`,
        path,
        text: name,
        fix: `scrape what exports ${name}, or read another metric; what is exported stands in policies/reading/schemas/metrics.json`,
      })),
  );
}

interface Read {
  expr: string;
  owner: string;
  path: string;
  records?: string;
}

function rules(path: string, tree: Tree): Read[] {
  const files: string[] = Object.values(yamlOf(tree.get(path))?.data ?? {});
  return files.flatMap((text) =>
    listOf(yamlOf(text)?.groups).flatMap(
      (group: { rules: { alert?: string; record?: string; expr: string }[] }) =>
        listOf(group.rules).map(({ alert, record, expr }) => ({
          expr,
          path,
          owner: alert ?? record!,
          records: record,
        })),
    ),
  );
}

function panels(path: string, tree: Tree): Read[] {
  const files: string[] = Object.values(yamlOf(tree.get(path))?.data ?? {});
  return files.flatMap((text) => {
    const { title, panels: all } = jsonOf(text) ?? {};
    return listOf(all).flatMap((panel: { title: string; targets?: { expr: string }[] }) =>
      (panel.targets ?? []).map(({ expr }) => ({ expr, path, owner: `panel "${title}: ${panel.title}"` })),
    );
  });
}

/** A histogram is exported under its base name and three suffixes. */
const exports = (name: string, scraped: ReadonlySet<string>): boolean =>
  scraped.has(name) || scraped.has(name.replace(/_(bucket|count|sum)$/, ''));
