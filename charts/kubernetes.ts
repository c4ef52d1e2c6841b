import { App, Chart } from 'cdk8s';
import { COCKROACHDB, Cockroachdb, PRIVILEGED_BECAUSE } from '../constructs/cockroachdb.ts';
import { CockroachdbSetup, setupSite } from '../constructs/cockroachdb-setup.ts';
import { Memcached } from '../constructs/memcached.ts';
import { Namespace } from '../constructs/namespace.ts';
import { Pgbouncer } from '../constructs/pgbouncer.ts';
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
export function kubernetes(model: Model, site: Site): KubernetesObject[] {
  if (!site.kubernetes) return [];
  const chart = new Chart(new App(), site.code, { disableResourceNameHashes: true });
  new PriorityClasses(chart);
  new Namespace(chart, { name: 'traefik' });
  new Namespace(chart, { name: 'education' });
  if (site.database) {
    new Namespace(chart, { name: COCKROACHDB, level: 'privileged', why: PRIVILEGED_BECAUSE });
    new Cockroachdb(chart, { model, site });
    if (site === setupSite(model)) new CockroachdbSetup(chart, { model });
    new Pgbouncer(chart, { model, site, user: 'education', name: 'pgbouncer' });
  }
  new Memcached(chart);
  return chart.toJson();
}
