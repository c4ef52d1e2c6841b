import { App, Chart } from 'cdk8s';
import { Ceph } from '#constructs/kubernetes/ceph/ceph.ts';
import { ObjectStore } from '#constructs/kubernetes/ceph/object-store.ts';
import { ObjectStoreUsers } from '#constructs/kubernetes/ceph/object-store-users.ts';
import { ZoneExporter } from '#constructs/kubernetes/ceph/zone-exporter.ts';
import { COCKROACHDB, Cockroachdb, PRIVILEGED_BECAUSE } from '#constructs/kubernetes/database/cockroachdb.ts';
import { CockroachdbSetup, setupSite } from '#constructs/kubernetes/database/cockroachdb-setup.ts';
import { Education } from '#constructs/kubernetes/education/education.ts';
import { Memcached } from '#constructs/kubernetes/education/memcached.ts';
import { Pgbouncer } from '#constructs/kubernetes/education/pgbouncer.ts';
import { Gateway } from '#constructs/kubernetes/ingress/gateway.ts';
import { Ingresses } from '#constructs/kubernetes/ingress/ingress.ts';
import { PublicCertificates } from '#constructs/kubernetes/ingress/tls.ts';
import { Traefik } from '#constructs/kubernetes/ingress/traefik.ts';
import {
  CertificateExporter,
  certificateSecrets,
} from '#constructs/kubernetes/monitoring/certificate-exporter.ts';
import { Monitoring } from '#constructs/kubernetes/monitoring/monitoring.ts';
import { Namespace } from '#constructs/kubernetes/namespace.ts';
import { NetworkPolicies } from '#constructs/kubernetes/network-policies.ts';
import { PriorityClasses } from '#constructs/kubernetes/priority-classes.ts';
import { Quotas } from '#constructs/kubernetes/quotas.ts';
import { running } from '#constructs/kubernetes/workload-demand.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { yaml } from '#constructs/yaml.ts';
import type { Model, Site } from '#sites/model.ts';

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
  const chart = newChart(site);
  new PriorityClasses(chart);
  new Namespace(chart, { name: 'traefik' });
  new Namespace(chart, { name: 'education' });
  if (site.database) {
    new Namespace(chart, { name: COCKROACHDB, level: 'privileged', why: PRIVILEGED_BECAUSE });
    new Cockroachdb(chart, { model, site });
    if (site === setupSite(model)) new CockroachdbSetup(chart, { model });
    new Pgbouncer(chart, { model, site, user: 'education', name: 'pgbouncer' });
  }
  if (site.objects) {
    new Ceph(chart, { site });
    new ObjectStore(chart, { model, site });
    new ZoneExporter(chart, { model, site });
    if (site === model.objects!.primary) new ObjectStoreUsers(chart, { model, site });
  }
  new Memcached(chart);
  new Traefik(chart, { model, site });
  new Ingresses(chart, { model, site });
  new Gateway(chart, { model, site });
  new PublicCertificates(chart, { model, site });
  new Education(chart, { model, site });
  new Monitoring(chart, { model, site });
  for (const [namespace, secrets] of certificateSecrets(model, site))
    new CertificateExporter(chart, { model, namespace, secrets });
  const objects = chart.toJson() as KubernetesObject[];
  return [...objects, ...guards(model, site, objects)];
}

/** What holds for every namespace, made when all of them are known: who may talk, and how much may run. */
function guards(model: Model, site: Site, objects: KubernetesObject[]): KubernetesObject[] {
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const chart = newChart(site);
  new NetworkPolicies(chart, { model, site, namespaces, runs: running(objects) });
  new Quotas(chart, { site, objects });
  return chart.toJson();
}

const newChart = (site: Site) => new Chart(new App(), site.code, { disableResourceNameHashes: true });

/** Each object as one file: `kubernetes/education/deployment-education-api.yaml`, what a reviewer looks for. */
export const manifests = (objects: KubernetesObject[]): TextFile[] =>
  objects.map((object) => [`kubernetes/${fileName(object)}`, yaml(object)]);

function fileName({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${namespace ?? 'cluster'}/${kind.toLowerCase()}-${name.replaceAll(/[^a-z0-9.-]/g, '-')}.yaml`;
}
