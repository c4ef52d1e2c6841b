import { App, Chart } from 'cdk8s';
import { joinList } from '#constructs/cockroachdb-node.ts';
import { appImage } from '#constructs/images.ts';
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
import { fronts } from '#constructs/kubernetes/ingress/routes.ts';
import { acmeKey, PublicCertificates } from '#constructs/kubernetes/ingress/tls.ts';
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
import { keepsStates } from '#constructs/openstack/state-bucket.ts';
import { sqlFiles } from '#constructs/platform/sql/files.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { yaml } from '#constructs/yaml.ts';
import type { Model, Site } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import { hasDatabase, hasKubernetes, hasObjects, type KubernetesSite } from '#sites/site-kinds.ts';
import { machinesAtApp } from '#sites/traffic/conversations.ts';

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
  if (!hasKubernetes(site)) return [];
  const chart = newChart(site);
  new PriorityClasses(chart, 'priority-classes');
  new Namespace(chart, 'namespace-traefik', { name: 'traefik' });
  new Namespace(chart, 'namespace-education', { name: 'education' });
  database(chart, model, site);
  objectStore(chart, model, site);
  new Memcached(chart, 'memcached');
  ingress(chart, model, site);
  new Education(chart, 'education', { model, site });
  new Monitoring(chart, 'monitoring', { model, site });
  for (const [namespace, secrets] of certificateSecrets({ model, site })) {
    const image = appImage('education-api', model);
    new CertificateExporter(chart, `certificate-exporter-${namespace}`, { image, namespace, secrets });
  }
  const objects = chart.toJson() as KubernetesObject[];
  return [...objects, ...guards(model, site, objects)];
}

function database(chart: Chart, model: Model, site: KubernetesSite): void {
  if (!hasDatabase(site)) return;
  new Namespace(chart, 'namespace-cockroachdb', {
    name: COCKROACHDB,
    level: 'privileged',
    why: PRIVILEGED_BECAUSE,
  });
  new Cockroachdb(chart, 'cockroachdb', {
    site,
    join: joinList(model, site),
    hasBackups: model.objects !== undefined,
  });
  if (site === setupSite(model)) new CockroachdbSetup(chart, 'cockroachdb-setup', { files: sqlFiles(model) });
  new Pgbouncer(chart, 'pgbouncer', {
    site,
    database: model.database.name,
    user: 'education',
    name: 'pgbouncer',
  });
}

function objectStore(chart: Chart, model: Model, site: KubernetesSite): void {
  if (!model.objects || !hasObjects(site)) return;
  const { realm, primary } = model.objects;
  new Ceph(chart, 'ceph', { site });
  new ObjectStore(chart, 'object-store', { site, realm, primary });
  new ZoneExporter(chart, 'zone-exporter', { site, realm });
  if (site !== primary) return;
  new ObjectStoreUsers(chart, 'object-store-users', {
    site,
    realm,
    keepDays: model.database.backup.keepDays,
    keepsStates: keepsStates(model),
  });
}

function ingress(chart: Chart, model: Model, site: KubernetesSite): void {
  const { domain, contact, limits, dns } = model;
  const offered = fronts({ domain, site });
  new Traefik(chart, 'traefik', {
    site,
    fronts: offered,
    requestsPerSecond: limits.requestsPerSecond,
    machines: machinesAtApp(model, site),
  });
  new Ingresses(chart, 'ingresses', { fronts: offered });
  new Gateway(chart, 'gateway', { fronts: offered });
  new PublicCertificates(chart, 'public-certificates', {
    fronts: offered,
    domain,
    contact,
    tsigKey: acmeKey(site.code),
    nameServer: dns?.servers[0]?.name,
  });
}

/** What holds for every namespace, made when all of them are known: who may talk, and how much may run. */
function guards(model: Model, site: KubernetesSite, objects: KubernetesObject[]): KubernetesObject[] {
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const nodes = { workers: workers(site).length, controlPlane: hostsOf(site, 'control-plane').length };
  const chart = newChart(site);
  new NetworkPolicies(chart, { model, site, namespaces, runs: running(objects) });
  new Quotas(chart, 'quotas', { objects, nodes });
  return chart.toJson();
}

const newChart = (site: Site) => new Chart(new App(), site.code, { disableResourceNameHashes: true });

/** Each object as one file: `kubernetes/education/deployment-education-api.yaml`, what a reviewer looks for. */
export const manifests = (objects: KubernetesObject[]): TextFile[] =>
  objects.map((object) => [`kubernetes/${fileName(object)}`, yaml(object)]);

function fileName({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${namespace ?? 'cluster'}/${kind.toLowerCase()}-${name.replaceAll(/[^a-z0-9.-]/g, '-')}.yaml`;
}
