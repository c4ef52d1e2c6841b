import { App, Chart } from 'cdk8s';
import { Namespace } from '../constructs/namespace.ts';
import { PriorityClasses } from '../constructs/priority-classes.ts';
import type { Model, Site } from '../sites/model.ts';

/** One Kubernetes object, as it is written. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/** Everything that runs in the cluster of a site; nothing, where the site has no Kubernetes. */
export function kubernetes(_model: Model, site: Site): KubernetesObject[] {
  if (!site.kubernetes) return [];
  const chart = new Chart(new App(), site.code, { disableResourceNameHashes: true });
  new PriorityClasses(chart);
  new Namespace(chart, { name: 'traefik' });
  new Namespace(chart, { name: 'education' });
  return chart.toJson();
}
