import { findsEach } from '#scripts/testing/broken-trees.ts';
import { ratesAgree } from './rates-agree.ts';

const rules = 'sxb/kubernetes/monitoring/configmap-prometheus-rules.yaml';
const panels = 'dc/kubernetes/monitoring/configmap-grafana-dashboards.yaml';

findsEach(ratesAgree, [
  [
    rules,
    /(record: site:education_all:rate1h\n\s+expr: .*)\[1h\]/,
    '$1[5m]',
    'site:education_all:rate1h is measured over 5m',
  ],
  [
    rules,
    /(record: site:education_all:rate1h\n\s+expr: .*)method="POST"/,
    '$1method="GET"',
    /site:education_all:rate1h .* measures another thing than/,
  ],
  [
    rules,
    /(record: site:cockroachdb_up:sum)\n\s+expr: .*/,
    '$1',
    'site:cockroachdb_up:sum is recorded of nothing',
  ],
  [
    rules,
    'expr: up{job="cockroachdb"} == 0',
    'expr: up{job="cockroach"} == 0',
    /asks the job cockroach, which Prometheus does not have/,
  ],
  [
    rules,
    'expr: up{job="cockroachdb"} == 0',
    'expr: up{job="cockroachdb"} == 2',
    /waits for up to be 2; it is 0 or 1/,
  ],
  [panels, 'job=\\"cockroachdb\\"', 'job=\\"cockroachdbx\\"', /asks the job cockroachdbx/],
]);
