import { findsEach } from '#scripts/testing/broken-trees.ts';
import { grafanaSources } from './grafana-sources.ts';

const grafana = 'sxb/kubernetes/monitoring/configmap-grafana.yaml';

findsEach(grafanaSources, [
  [grafana, 'url: https://prometheus', 'url: http://prometheus', /where nobody answers/],
  [grafana, 'tlsAuth: true', 'tlsAuth: false', /shows no certificate, or believes any/],
  [grafana, / {10}tlsClientKey: .*\n/, '', /reads tlsClientKey from undefined/],
  [grafana, 'editable: false', 'editable: true', /editable true/],
  [grafana, 'serverName: prometheus.monitoring.svc', 'serverName: grafana', /expects grafana behind/],
  [grafana, 'org_role = Viewer', 'org_role = Admin', /whoever comes by may change it/],
  [
    grafana,
    'disable_initial_admin_creation = true',
    'disable_initial_admin_creation = false',
    /an admin whose password is admin/,
  ],
  [grafana, 'allowUiUpdates: false', 'allowUiUpdates: true', /lets them be changed or deleted/],
]);
