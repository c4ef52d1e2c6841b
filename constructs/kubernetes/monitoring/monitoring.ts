import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { Namespace } from '../namespace.ts';
import { Alertmanager } from './alertmanager.ts';
import {
  BlackboxExporter,
  HOST_NAMESPACE,
  HOST_NAMESPACE_BECAUSE,
  KubeStateMetrics,
  NodeExporter,
} from './exporters.ts';
import { Grafana } from './grafana/grafana.ts';
import { MetricsApi } from './metrics-api.ts';
import { NAMESPACE } from './pods.ts';
import { Prometheus } from './prometheus.ts';

/** Everything that watches a site from within. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, at: AtSite<KubernetesSite>) {
    super(scope, id);
    new Namespace(this, `namespace-${NAMESPACE}`, { name: NAMESPACE });
    new Namespace(this, `namespace-${HOST_NAMESPACE}`, {
      name: HOST_NAMESPACE,
      level: 'privileged',
      why: HOST_NAMESPACE_BECAUSE,
    });
    new MetricsApi(this, 'metrics-api');
    new Prometheus(this, 'prometheus', at);
    new Alertmanager(this, 'alertmanager', at);
    new NodeExporter(this, 'node-exporter');
    new KubeStateMetrics(this, 'kube-state-metrics');
    new BlackboxExporter(this, 'blackbox-exporter', { site: at.site, domain: at.model.domain });
    new Grafana(this, 'grafana', at);
  }
}
