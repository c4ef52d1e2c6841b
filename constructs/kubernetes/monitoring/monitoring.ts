import { Construct } from 'constructs';
import type { Model, Site } from '#sites/model.ts';
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
import { NAMESPACE } from './pods.ts';
import { Prometheus } from './prometheus.ts';

/** Everything that watches a site from within. */
export class Monitoring extends Construct {
  constructor(scope: Construct, { model, site }: { model: Model; site: Site }) {
    super(scope, 'monitoring');
    new Namespace(this, { name: NAMESPACE });
    new Namespace(this, { name: HOST_NAMESPACE, level: 'privileged', why: HOST_NAMESPACE_BECAUSE });
    new Prometheus(this, { model, site });
    new Alertmanager(this, { model, site });
    new NodeExporter(this);
    new KubeStateMetrics(this);
    new BlackboxExporter(this, { site });
    new Grafana(this, { model, site });
  }
}
