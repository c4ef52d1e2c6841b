import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { metricsOf } from '../reading/promql.ts';
import { exportedMetrics } from './exported-metrics.ts';

const model = threeSites();
const tree = artefacts(model);
const rules = 'sxb/kubernetes/monitoring/configmap-prometheus-rules.yaml';

it('our own sites keep it', () => {
  expect(exportedMetrics.check(model, tree)).toEqual([]);
});

it('finds a metric that is misspelt', () => {
  const broken = replaced(tree, rules, 'ranges_unavailable{', 'ranges_unavailible{');
  expect(exportedMetrics.check(model, broken)).toEqual([
    {
      message: 'CockroachdbRangesUnavailable reads ranges_unavailible, which nothing that is scraped exports',
      path: rules,
      text: 'ranges_unavailible',
      fix: 'scrape what exports ranges_unavailible, or read another metric; what is exported stands in policies/reading/schemas/metrics.json',
    },
  ]);
});

it('finds metrics of a job that is scraped no more', () => {
  const broken = replaced(
    tree,
    'sxb/kubernetes/monitoring/configmap-prometheus.yaml',
    'job_name: haproxy',
    'job_name: haproxy2',
  );
  const found = exportedMetrics.check(model, broken).map(({ message }) => message);
  expect(found).toContain(
    'EdgeTableFilling reads haproxy_sticktable_used, which nothing that is scraped exports',
  );
  expect(found.every((message) => message.includes('haproxy_'))).toBe(true);
});

it('tells metrics from labels, functions, numbers and durations', () => {
  expect(
    metricsOf(
      'sum by (le, site) (rate(a_bucket{job="x",le="1e9"}[5m])) / on (site) group_left () b:c > 1e-3 * 60',
    ),
  ).toEqual(['a_bucket', 'b:c']);
});
