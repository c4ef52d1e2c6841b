import { between, growing, type Rules } from '../rule.ts';
import { scrapeJobs } from '../scrape.ts';

/** Those who watch, watched: an observer that fails silently is worse than none. */
export const observers: Rules = (place) => {
  const discovered = scrapeJobs(place)
    .filter((job) => job.kubernetes_sd_configs)
    .map(({ job_name: name }) => name);
  const all = discovered.map((job): [string, string] => [`up{job="${job}",instance="a"}`, '1x60']);
  return {
    component: 'observers',
    alerts: [
      {
        alert: 'PrometheusRulesFailing',
        expr: 'increase(prometheus_rule_evaluation_failures_total[10m]) > 0',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} fails to judge {{ $labels.rule_group }}',
        impact: 'Alerts of that group do not come.',
        steps: ['`kubectl -n monitoring logs {{ $labels.instance }} | grep -i "evaluating rule"`'],
        ...growing('prometheus_rule_evaluation_failures_total{instance="prometheus-0",rule_group="g"}', 1, 0),
      },
      {
        alert: 'PrometheusCannotTell',
        expr: 'rate(prometheus_notifications_errors_total[10m]) > 0',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} cannot reach {{ $labels.alertmanager }}',
        impact: 'Alerts are found and not passed on.',
        steps: ['`kubectl -n monitoring get pods -l app.kubernetes.io/name=alertmanager -o wide`'],
        ...growing('prometheus_notifications_errors_total{instance="prometheus-0",alertmanager="a"}', 2, 0),
      },
      {
        alert: 'PrometheusConfigurationRefused',
        expr: 'prometheus_config_last_reload_successful == 0',
        for: '5m',
        severity: 'ticket',
        summary: '{{ $labels.instance }} runs with an old configuration',
        impact: 'New targets and rules are missing.',
        steps: ['`kubectl -n monitoring logs {{ $labels.instance }} | grep -i "loading config"`'],
        ...between('prometheus_config_last_reload_successful{instance="prometheus-0"}', 0, 1),
      },
      {
        alert: 'PrometheusReplicaDown',
        expr: 'count(up{job="prometheus"} == 1) < 2',
        for: '15m',
        severity: 'ticket',
        summary: 'Only {{ $value }} of two observers runs',
        impact: 'The next failure leaves the site unwatched.',
        steps: ['`kubectl -n monitoring get pods -l app.kubernetes.io/name=prometheus -o wide`'],
        ...between('up{job="prometheus",instance="prometheus-0"}', 1, Number.NaN, '25m'),
        quiet: {
          series: [
            ['up{job="prometheus",instance="prometheus-0"}', '1x60'],
            ['up{job="prometheus",instance="prometheus-1"}', '1x60'],
          ],
          at: '25m',
        },
      },
      {
        alert: 'PrometheusTargetsGone',
        // A job that finds no pod at all has no target that could be down.
        expr: [
          ...discovered.map((job) => `absent(up{job="${job}"} == 1)`),
          'count by (job) (up{job!="observer"} == 0) / count by (job) (up) > 0.5',
        ].join(' or '),
        for: '10m',
        severity: 'ticket',
        summary: 'Most targets of {{ $labels.job }} do not answer',
        impact: 'What they measure is not seen; alerts that need it stay quiet.',
        steps: [
          'One cause for many: a NetworkPolicy, a certificate, a name? `up{job="{{ $labels.job }}"}` in Grafana, then `curl` from the pod.',
        ],
        fires: { series: all.filter(([name]) => !name.includes('"blackbox"')), at: '25m' },
        quiet: { series: all, at: '25m' },
      },
      {
        alert: 'PrometheusStoreFailing',
        expr: 'increase(prometheus_tsdb_compactions_failed_total[3h]) > 0 or increase(prometheus_tsdb_head_series_not_found_total[3h]) > 1000',
        severity: 'ticket',
        summary: '{{ $labels.instance }} cannot keep its history',
        impact: 'Its disk is full or broken; soon it forgets.',
        steps: ['`kubectl -n monitoring logs {{ $labels.instance }} | grep -i compact`, `df` on its worker'],
        ...growing('prometheus_tsdb_compactions_failed_total{instance="prometheus-0"}', 0.1, 0, '60m'),
      },
      {
        alert: 'AlertmanagerFailing',
        expr: 'rate(alertmanager_notifications_failed_total[10m]) / rate(alertmanager_notifications_total[10m]) > 0.1',
        for: '5m',
        severity: 'page',
        summary: '{{ $labels.instance }} cannot tell people through {{ $labels.integration }}',
        impact: 'Nobody hears of anything at this site; the other observer tells you this.',
        steps: [
          'Does the web hook answer? Its address lies in the secret alertmanager-receivers.',
          'Is the way out open (flow `alertmanager-to-on-call`)?',
        ],
        fires: {
          series: [
            [
              'alertmanager_notifications_failed_total{instance="alertmanager-0",integration="webhook"}',
              '0+5x60',
            ],
            ['alertmanager_notifications_total{instance="alertmanager-0",integration="webhook"}', '0+10x60'],
          ],
          at: '25m',
        },
        quiet: {
          series: [
            [
              'alertmanager_notifications_failed_total{instance="alertmanager-0",integration="webhook"}',
              '0x60',
            ],
            ['alertmanager_notifications_total{instance="alertmanager-0",integration="webhook"}', '0+10x60'],
          ],
          at: '25m',
        },
      },
      {
        alert: 'AlertmanagerDown',
        expr: 'absent(up{job="alertmanager"} == 1)',
        for: '5m',
        severity: 'page',
        summary: 'No Alertmanager of this site runs',
        impact: 'Nobody hears of anything; the on-call service misses the Watchdog.',
        steps: ['`kubectl -n monitoring get pods -l app.kubernetes.io/name=alertmanager`'],
        ...between('up{job="alertmanager",instance="alertmanager-0"}', 0, 1),
      },
      {
        alert: 'AlertmanagerSplit',
        expr: 'min(alertmanager_cluster_members) < 2',
        for: '15m',
        severity: 'ticket',
        summary: 'The two Alertmanagers of this site do not know each other',
        impact: 'Every alert is sent twice, and a silence holds at one of them only.',
        steps: [
          '`kubectl -n monitoring get pods -l app.kubernetes.io/name=alertmanager -o wide`: is one away?',
          'Both well? Their port 9094 between them: flow `alertmanager-peers`.',
        ],
        ...between('alertmanager_cluster_members{job="alertmanager",instance="alertmanager-0"}', 1, 2, '25m'),
      },
      {
        alert: 'ClusterStateUnknown',
        expr: 'absent(up{job="kube-state-metrics"} == 1)',
        for: '10m',
        severity: 'ticket',
        summary: 'kube-state-metrics does not answer',
        impact: 'Alerts about pods and deployments stay quiet.',
        steps: ['`kubectl -n monitoring logs deploy/kube-state-metrics`'],
        ...between('up{job="kube-state-metrics",instance="k"}', 0, 1),
      },
      {
        alert: 'ProbesGone',
        expr: 'absent(up{job="blackbox"} == 1)',
        for: '10m',
        severity: 'ticket',
        summary: 'The blackbox exporter does not answer',
        impact: 'Nobody looks at the platform as its clients do.',
        steps: ['`kubectl -n monitoring logs deploy/blackbox-exporter`'],
        ...between('up{job="blackbox",instance="b"}', 0, 1),
      },
      {
        alert: 'GrafanaDown',
        expr: 'absent(up{job="grafana"} == 1)',
        for: '15m',
        severity: 'info',
        summary: 'Grafana does not answer',
        impact: 'No dashboards; alerts come all the same.',
        steps: ['`kubectl -n monitoring logs deploy/grafana`'],
        ...between('up{job="grafana",instance="g"}', 0, 1, '25m'),
      },
    ],
  };
};
