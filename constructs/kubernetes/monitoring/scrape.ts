import type { AtSite } from '#constructs/at-site.ts';
import { API } from '#shared/contract.ts';
import { FAMILIES, familyOf, preferred, withPort } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { appAddress, appSites, hostsOf, others, reachable, workers } from '#sites/questions.ts';
import { hasKubernetes, hasOctavia, type KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { type FrontName, fronts } from '../ingress/routes.ts';
import { dialled, hostTarget, type Job, nearTarget, target } from './scrape-target.ts';

/** Where secrets are mounted in the pod of Prometheus. */
export const DATABASE_CA = '/etc/prometheus/database-ca/ca.crt';
export const OBSERVER_CERTIFICATE = '/etc/prometheus/observer';
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const CLUSTER_CA = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';

/**
 * What the Prometheus of a site looks at: hosts by their addresses from the model, pods by what Kubernetes says. Every
 * target carries `site` (where it is) and `instance` (its host or pod), never a bare address.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
 */
export function scrapeJobs(at: AtSite<KubernetesSite>): Job[] {
  return [...hosts(at), ...cluster(at), ...apps(at), ...probes(at), ...observers(at)];
}

function hosts({ model, site }: AtSite): Job[] {
  const arbiters = others(model, site).filter((other) => !other.kubernetes);
  const machines = [...site.hosts, ...arbiters.flatMap((other) => other.hosts)];
  const edges = hostsOf(site, 'edge');
  return [
    {
      job_name: 'cockroachdb',
      scheme: 'https',
      metrics_path: '/_status/vars',
      tls_config: { ca_file: DATABASE_CA },
      static_configs: model.database.nodes.map((host) =>
        hostTarget(host, { address: dialled(host, site), port: PORTS.cockroachHttp }),
      ),
      // By statement the mean is enough; with its buckets each would be sixty series at every node.
      metric_relabel_configs: [drop('sql_exec_latency_detail(_internal)?_bucket')],
    },
    {
      job_name: 'node',
      static_configs: machines.map((host) =>
        hostTarget(host, {
          address: dialled(host, site),
          port: PORTS.nodeExporter,
          more: {
            role: host.role,
            // Every observer sees them; one tells.
            ...(host.site === site.code ? {} : { scope: 'platform' }),
          },
        }),
      ),
    },
    ...(edges.length > 0
      ? [
          {
            job_name: 'haproxy',
            static_configs: edges.map((host) => nearTarget(host, PORTS.haproxyMetrics)),
          },
        ]
      : []),
    ...(hasOctavia(site)
      ? [
          {
            job_name: 'octavia',
            static_configs: (['app', 'api', 'database'] as const).map((name) =>
              target({
                address: preferred(site.edge[name].address),
                port: PORTS.octaviaMetrics,
                site: site.code,
                instance: `${site.code}-${name}`,
              }),
            ),
          },
        ]
      : []),
  ];
}

/** The parts of Kubernetes itself. */
function cluster({ site }: AtSite): Job[] {
  const controlPlane = hostsOf(site, 'control-plane');
  const overTls = {
    scheme: 'https',
    tls_config: { ca_file: CLUSTER_CA },
    authorization: { credentials_file: TOKEN },
  };
  const kubelet = {
    ...overTls,
    static_configs: [...controlPlane, ...workers(site)].map((host) => nearTarget(host, PORTS.kubelet)),
  };
  return [
    { job_name: 'kubelet', ...kubelet },
    { job_name: 'cadvisor', metrics_path: '/metrics/cadvisor', ...kubelet },
    {
      job_name: 'kube-apiserver',
      ...overTls,
      static_configs: controlPlane.map((host) => nearTarget(host, PORTS.kubernetesApi)),
    },
    {
      job_name: 'etcd',
      static_configs: controlPlane.map((host) => nearTarget(host, PORTS.etcdMetrics)),
    },
  ].map((job) => ({ ...job, metric_relabel_configs: [...(NOISE[job.job_name] ?? [])] }));
}

/** Series that nobody reads: they are most of what these jobs export. */
const drop = (pattern: string) => ({ source_labels: ['__name__'], regex: pattern, action: 'drop' });
const NOISE: Record<string, object[]> = {
  cadvisor: [
    drop('container_(tasks_state|memory_failures_total|blkio.*|spec_.*|last_seen|start_time_seconds)'),
  ],
  'kube-apiserver': [
    drop(
      'apiserver_(request_sli_duration|request_body_size|response_sizes|watch_events_sizes)_.*|etcd_request_duration_.*',
    ),
  ],
};

/** Pods that export metrics: found by their label, and the name of their port or its number where an operator names it. */
const APPS: {
  job: string;
  namespace: string;
  app: string;
  port: string | number;
  label?: string;
}[] = [
  { job: 'traefik', namespace: 'traefik', app: 'traefik', port: 'metrics' },
  { job: 'education-api', namespace: 'education', app: 'education-api', port: 'metrics' },
  { job: 'pgbouncer', namespace: 'education', app: 'pgbouncer', port: 'metrics' },
  { job: 'memcached', namespace: 'education', app: 'memcached', port: 'metrics' },
  { job: 'ceph', namespace: 'rook-ceph', app: 'ceph-mgr', port: 'http-metrics' },
  { job: 'ceph-exporter', namespace: 'rook-ceph', app: 'ceph-exporter', port: PORTS.cephExporter },
  { job: 'object-store', namespace: 'rook-ceph', app: 'zone-exporter', port: 'metrics' },
  ...['education', 'monitoring', 'cockroachdb'].map((namespace) => ({
    job: `certificates-${namespace}`,
    namespace,
    app: 'certificate-exporter',
    port: 'metrics',
  })),
  { job: 'coredns', namespace: 'kube-system', app: 'kube-dns', port: 'metrics', label: 'k8s-app' },
  { job: 'kube-state-metrics', namespace: 'monitoring', app: 'kube-state-metrics', port: 'metrics' },
  { job: 'blackbox', namespace: 'monitoring', app: 'blackbox-exporter', port: 'http' },
  { job: 'prometheus', namespace: 'monitoring', app: 'prometheus', port: 'http' },
  { job: 'alertmanager', namespace: 'monitoring', app: 'alertmanager', port: 'http' },
  { job: 'grafana', namespace: 'monitoring', app: 'grafana', port: 'http' },
];
/** Those that a site has: without an object store there is no Ceph, without a database no pooler. */
const appsAt = ({ objects, database }: Site) =>
  APPS.filter(
    ({ job, namespace }) =>
      (objects || namespace !== 'rook-ceph') &&
      (database || !(job === 'pgbouncer' || namespace === 'cockroachdb')),
  );
/** Namespaces whose pods Prometheus may list. */
export const watchedNamespaces = (site: Site): string[] => [
  ...new Set(appsAt(site).map(({ namespace }) => namespace)),
];

function apps({ site }: AtSite<KubernetesSite>): Job[] {
  return appsAt(site).map(({ job, namespace, app, port, label = 'app.kubernetes.io/name' }) => ({
    job_name: job,
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
    ...(job === 'prometheus' ? { scheme: 'https', tls_config: observerTls() } : {}),
    // Its own labels say which object a series is about; the exporter's pod is of no interest.
    ...(job === 'kube-state-metrics' ? { honor_labels: true } : {}),
    relabel_configs: [
      keep([`__meta_kubernetes_pod_label_${label.replaceAll(/[^a-zA-Z0-9]/g, '_')}`], app),
      ...(typeof port === 'string'
        ? [keep(['__meta_kubernetes_pod_container_port_name'], port)]
        : [
            {
              source_labels: ['__meta_kubernetes_pod_ip'],
              regex: '(.*)',
              target_label: '__address__',
              // Kubernetes says an address of IPv6 without brackets.
              replacement: site.kubernetes.families.includes('ipv4') ? `$1:${port}` : `[$1]:${port}`,
            },
          ]),
      keep(['__meta_kubernetes_pod_phase'], 'Running'),
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'instance' },
      { source_labels: ['__meta_kubernetes_pod_node_name'], target_label: 'node' },
    ],
  }));
}
const keep = (source_labels: string[], regex: string) => ({ source_labels, regex, action: 'keep' });

/**
 * What is asked of each front: the page and a list that needs the database. Of an object store the list of buckets that
 * somebody without a name sees, which is empty: its `/swift/healthcheck` exists only where Swift is switched on.
 * @see https://github.com/rook/rook/pull/15064 (Rook's own probe asks the same)
 */
const PROBED: Record<FrontName, string[]> = {
  education: ['/', `${API.basePath}/v1/courses`],
  'object-store': ['/'],
};

/** As a client sees the platform: each public name of every site in each family that both have, and the database's certificates. */
function probes({ model, site }: AtSite<KubernetesSite>): Job[] {
  const exporter = `blackbox-exporter.monitoring.svc:${PORTS.blackbox}`;
  const probe = (job: string, { module, targets }: { module: string; targets: object[] }): Job => ({
    job_name: job,
    metrics_path: '/probe',
    params: { module: [module] },
    static_configs: targets,
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__host'], regex: '(.+)', target_label: '__param_hostname' },
      { target_label: '__address__', replacement: exporter },
    ],
  });
  // A pod without an address of a family reaches nobody over it: that says nothing of the other site.
  const spoken = FAMILIES.filter((family) => site.kubernetes.families.includes(family));
  const names = spoken.map((family) => {
    const targets = appSites(model).flatMap((front) => {
      const address = appAddress(front)[family];
      if (!address) return [];
      return fronts({ domain: model.domain, site: front }).flatMap(({ name: part, hosts: dialledNames }) =>
        dialledNames.flatMap((name) =>
          PROBED[part].map((path) => ({
            targets: [`https://${family === 'ipv6' ? `[${address}]` : address}${path}`],
            labels: { site: front.code, instance: `${name}${path}`, front: part, family, __host: name },
          })),
        ),
      );
    });
    return targets.length > 0 ? [probe(`probe-${family}`, { module: 'https', targets })] : [];
  });
  const nodes = model.database.nodes.map((host) => ({
    targets: [`https://${withPort(dialled(host, site), PORTS.cockroachHttp)}/health`],
    labels: { site: host.site, instance: host.name },
  }));
  return [
    ...names.flat(),
    probe('probe-database', { module: 'database', targets: nodes }),
    ...nameTargets({ model, site }, probe),
  ];
}

/** The resolvers of a site that its pods can ask, in a family that they have. */
export const resolversOf = ({ kubernetes }: KubernetesSite): string[] =>
  kubernetes.resolvers.filter((address) => kubernetes.families.includes(familyOf(address)));

/**
 * Whoever serves the zone, and the resolvers of this site, each by itself: one of them that is silent costs clients a second or two, and is
 * noticed by nobody before the other one goes too.
 */
function nameTargets(
  { model, site }: AtSite<KubernetesSite>,
  probe: (job: string, options: { module: string; targets: object[] }) => Job,
): Job[] {
  const one = (address: string, instance: string, front: 'name-server' | 'resolver') => ({
    targets: [withPort(address, PORTS.dns)],
    labels: { site: site.code, instance, front },
  });
  const spoken = FAMILIES.filter((family) => site.kubernetes.families.includes(family));
  const targets = [
    ...(model.dns?.servers ?? []).flatMap(({ name, address }) => {
      const family = spoken.find((each) => address[each] !== undefined);
      return family ? [one(address[family]!, name, 'name-server')] : [];
    }),
    ...resolversOf(site).map((address) => one(address, address, 'resolver')),
  ];
  return targets.length > 0 ? [probe('probe-names', { module: 'names', targets })] : [];
}

/** The Prometheus of every other site, through the node port of its workers: alive, and who it is. */
function observers({ model, site }: AtSite): Job[] {
  const peers = others(model, site).filter(hasKubernetes);
  if (peers.length === 0) return [];
  return [
    {
      job_name: 'observer',
      scheme: 'https',
      tls_config: observerTls(),
      static_configs: peers.flatMap((peer) =>
        workers(peer).map((host) =>
          hostTarget(host, { address: reachable(host), port: PORTS.prometheus.nodePort }),
        ),
      ),
      // What the others recorded of their own sites, so that each knows how the whole does.
      honor_labels: true,
      metrics_path: '/federate',
      params: { 'match[]': ['{__name__=~"site:education_(all|bad):rate.*"}'] },
      metric_relabel_configs: [{ regex: 'observer|replica', action: 'labeldrop' }],
    },
  ];
}

/** Observers know each other by certificates of the database's CA; the name in them is the same everywhere. */
export const OBSERVER_NAME = 'prometheus.monitoring.svc';
export const observerTls = () => ({
  ca_file: `${OBSERVER_CERTIFICATE}/ca.crt`,
  cert_file: `${OBSERVER_CERTIFICATE}/tls.crt`,
  key_file: `${OBSERVER_CERTIFICATE}/tls.key`,
  server_name: OBSERVER_NAME,
});
