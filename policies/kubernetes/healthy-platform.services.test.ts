import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Site } from '#sites/model.ts';
import { appSites, workers } from '#sites/questions.ts';
import { amount, type Data, ofKind, type Workload, workloads } from '../reading/objects.ts';
import { metricsOf } from '../reading/promql.ts';
import { questions, SERVED } from './probed-paths.ts';

/**
 * From the first minute of a healthy platform on no alert is sent. What daemons answer follows from the rendered
 * files – which paths they serve, which pods, backends, quotas and units there are – and from a table of what each counts
 * while all is well.
 */
const model = threeSites();
const tree = artefacts(model);
const folder = mkdtempSync(join(tmpdir(), 'fredu-healthy-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Labels = Record<string, string>;
type Series = [name: string, labels: Labels, values: number | string];
/** A counter that grows by so much a minute. */
const growing = (step: number): string => `0+${step}x100`;
const written = ([name, labels, values]: Series) => ({
  series: `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`,
  values: typeof values === 'number' ? `${values}x100` : values,
});
const DAY = 86_400;

/** What each node or pod of a job counts. */
const PER_TARGET: Record<string, [name: string, values: number | string, labels?: Labels][]> = {
  cockroachdb: [
    ['ranges_unavailable', 0],
    ['ranges_underreplicated', 0],
    ['capacity', 500e9],
    ['capacity_available', 490e9],
    ['clock_offset_meannanos', 1e5],
    ['schedules_BACKUP_last_completed_time', 0],
    ['schedules_BACKUP_failed', 0],
    ['seconds_until_enterprise_license_expiry', 300 * DAY],
    ['admission_io_overload', 0],
    ['sys_cpu_combined_percent_normalized', 0.1],
    ['storage_write_stalls', 0],
    ['storage_disk_stalled', 0],
    ['sys_uptime', growing(60)],
    ['rpc_connection_unhealthy', 0],
    ['liveness_heartbeatlatency_bucket', growing(10), { le: '1e7' }],
    ['liveness_heartbeatlatency_bucket', growing(10), { le: '+Inf' }],
    ['kv_replica_circuit_breaker_num_tripped_replicas', 0],
    ['round_trip_latency_bucket', growing(10), { le: '2e7' }],
    ['round_trip_latency_bucket', growing(10), { le: '+Inf' }],
    ['intentcount', 0],
    ['sys_fd_open', 500],
    ['sys_fd_softlimit', 1e6],
    ['sql_conns', 2],
    ['sql_query_count', growing(60)],
    ['sql_failure_count', 0],
    ['sql_service_latency_bucket', growing(60), { le: '1e7' }],
    ['sql_service_latency_bucket', growing(60), { le: '+Inf' }],
    ['build_timestamp', 1, { tag: 'v1' }],
    ['sys_rss', 1e9],
  ],
  node: [
    ['node_filesystem_avail_bytes', 5e10, { mountpoint: '/', fstype: 'ext4' }],
    ['node_filesystem_size_bytes', 1e11, { mountpoint: '/', fstype: 'ext4' }],
    ['node_filesystem_readonly', 0, { mountpoint: '/', fstype: 'ext4' }],
    ['node_memory_MemAvailable_bytes', 5e9],
    ['node_memory_MemTotal_bytes', 1e10],
    ['node_vmstat_oom_kill', 0],
    ['node_timex_sync_status', 1],
    ['node_timex_maxerror_seconds', 0.01],
    ['node_timex_offset_seconds', 0.0001],
    ['time_source_answers', 1, { source: 'ntp1.example' }],
    ['node_network_receive_errs_total', 0, { device: 'eth0' }],
    ['node_network_transmit_errs_total', 0, { device: 'eth0' }],
    ['node_nf_conntrack_entries', 100],
    ['node_nf_conntrack_entries_limit', 100_000],
    ['node_filefd_allocated', 1000],
    ['node_filefd_maximum', 1e6],
    ['node_hwmon_temp_celsius', 50, { chip: 'cpu_thermal' }],
  ],
  haproxy: [
    ['haproxy_process_current_connections', 10],
    ['haproxy_process_max_connections', 20_000],
    ['haproxy_server_check_up_down_total', 0, { proxy: 'websecure', server: 'w' }],
  ],
  octavia: [['octavia_pool_status', 0, { pool: 'p', state: 'DOWN' }]],
  cadvisor: [['container_oom_events_total', 0, { container: 'c' }]],
  kubelet: [
    ['kubelet_volume_stats_available_bytes', 9e11, { persistentvolumeclaim: 'data' }],
    ['kubelet_volume_stats_capacity_bytes', 1e12, { persistentvolumeclaim: 'data' }],
  ],
  'kube-apiserver': [
    ['apiserver_request_total', growing(100), { code: '200' }],
    ['apiserver_request_duration_seconds_bucket', growing(100), { verb: 'GET', le: '0.1' }],
    ['apiserver_request_duration_seconds_bucket', growing(100), { verb: 'GET', le: '+Inf' }],
    ['aggregator_unavailable_apiservice', 0, { name: 'v1beta1.metrics.k8s.io' }],
    ['apiserver_client_certificate_expiration_seconds_bucket', 0, { le: '1.5552e7' }],
    ['apiserver_client_certificate_expiration_seconds_bucket', growing(10), { le: '3.1104e7' }],
    ['apiserver_client_certificate_expiration_seconds_bucket', growing(10), { le: '+Inf' }],
  ],
  etcd: [
    ['etcd_server_has_leader', 1],
    ['etcd_server_leader_changes_seen_total', 1],
    ['etcd_disk_wal_fsync_duration_seconds_bucket', growing(100), { le: '0.008' }],
    ['etcd_disk_wal_fsync_duration_seconds_bucket', growing(100), { le: '+Inf' }],
    ['etcd_mvcc_db_total_size_in_bytes', 1e7],
    ['etcd_server_quota_backend_bytes', 2e9],
  ],
  coredns: [['coredns_dns_responses_total', growing(100), { rcode: 'NOERROR' }]],
  traefik: [
    ['traefik_entrypoint_requests_total', growing(100), { entrypoint: 'websecure', code: '200' }],
    ['traefik_service_requests_total', growing(100), { service: 'api', code: '200' }],
    ['traefik_service_request_duration_seconds_bucket', growing(100), { service: 'api', le: '0.1' }],
    ['traefik_service_request_duration_seconds_bucket', growing(100), { service: 'api', le: '+Inf' }],
    ['traefik_config_last_reload_success', 0],
    ['traefik_config_reloads_total', 3],
    ['traefik_tls_certs_not_after', 80 * DAY, { cn: 'x' }],
  ],
  pgbouncer: [
    ['pgbouncer_up', 1],
    ['pgbouncer_pools_client_maxwait_seconds', 0, { database: 'fredu' }],
    ['pgbouncer_pools_server_active_connections', 1, { database: 'fredu' }],
    ['pgbouncer_databases_pool_size', 20, { database: 'fredu' }],
  ],
  memcached: [
    ['memcached_up', 1],
    ['memcached_commands_total', growing(10), { command: 'get', status: 'miss' }],
    ['memcached_items_evicted_total', 0],
  ],
  'education-api': [
    ['nodejs_eventloop_lag_p99_seconds', 0.02],
    ...['200', '404'].map((status): [string, string, Labels] => [
      'http_request_duration_seconds_count',
      growing(50),
      { method: 'GET', route: '/api/v1/courses', status },
    ]),
    ...['200', '404'].map((status): [string, string, Labels] => [
      'http_request_duration_seconds_bucket',
      growing(50),
      { method: 'GET', route: '/api/v1/courses', status, le: '0.5' },
    ]),
  ],
  ceph: [
    ['ceph_health_status', 0],
    ['ceph_pg_total', 64],
    ['ceph_pg_active', 64],
    ['ceph_pg_degraded', 0],
    ['ceph_healthcheck_slow_ops', 0],
    ['ceph_osd_stat_bytes', 2e12, { ceph_daemon: 'osd.0' }],
    ['ceph_osd_stat_bytes_used', 1e11, { ceph_daemon: 'osd.0' }],
    ...['a', 'b', 'c'].flatMap((name): [string, number, Labels][] => [
      ['ceph_mon_quorum_status', 1, { ceph_daemon: `mon.${name}` }],
      ['ceph_osd_up', 1, { ceph_daemon: `osd.${name}` }],
    ]),
  ],
  'ceph-exporter': [
    ['ceph_rgw_req', growing(100), { instance_id: '1' }],
    ['ceph_rgw_failed_req', growing(1), { instance_id: '1' }],
    ['ceph_data_sync_from_zone_poll_latency_count', growing(3), { source_zone: 'other' }],
    ['ceph_data_sync_from_zone_fetch_errors', 0, { source_zone: 'other' }],
  ],
  'object-store': [
    ['object_store_looked_timestamp_seconds', growing(60)],
    ['object_store_sync_known', 1, { kind: 'data', source: 'other' }],
    ['object_store_sync_lag_seconds', 0, { kind: 'data', source: 'other' }],
    ...model.sites.flatMap((site): [string, number, Labels][] =>
      site.objects
        ? [
            [
              'object_store_zone_master',
              site === model.objects!.primary ? 1 : 0,
              { zone: site.objects.zone },
            ],
            [
              'object_store_zone_read_only',
              site === model.objects!.primary ? 0 : 1,
              { zone: site.objects.zone },
            ],
          ]
        : [],
    ),
  ],
  prometheus: [
    ['prometheus_rule_evaluation_failures_total', 0],
    ['prometheus_notifications_errors_total', 0],
    ['prometheus_config_last_reload_successful', 1],
    ['prometheus_tsdb_compactions_failed_total', 0],
    ['prometheus_tsdb_head_series_not_found_total', 0],
  ],
  alertmanager: [
    ['alertmanager_notifications_failed_total', 0, { integration: 'webhook' }],
    ['alertmanager_notifications_total', growing(1), { integration: 'webhook' }],
    ['alertmanager_cluster_members', 2],
  ],
};
for (const namespace of ['education', 'monitoring', 'cockroachdb'])
  PER_TARGET[`certificates-${namespace}`] = [
    ['certificate_readable', 1, { secret: 's', file: 'tls.crt' }],
    ['certificate_not_after_timestamp_seconds', 365 * DAY, { secret: 's', file: 'tls.crt' }],
  ];
/** Not there on a healthy platform, and why that is well. */
const ABSENT: Record<string, string> = {
  ceph_health_detail: 'a check is listed while it is raised',
  node_textfile_mtime_seconds: 'compared with the clock, which starts at 0 here',
  fredu_etcd_backup_success_seconds: 'the cluster is younger than the first snapshot may be',
  kube_pod_status_phase: 'no pod waits: promtool takes pods that are not given for that',
  kube_pod_container_status_restarts_total: 'nothing restarted',
  kube_deployment_status_condition: 'no rollout is stuck',
};

const mine = (site: Site) => (each: { site: string }) => each.site === site.code;
const configOf = (site: Site): Data =>
  parse(
    ofKind(tree, 'ConfigMap').find((each) => mine(site)(each) && each.object.data?.['prometheus.yaml'])!
      .object.data['prometheus.yaml'],
  );
const kept = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));

/** Pods of a workload while all is well. */
const podsOf = (site: Site, { kind, replicas }: Workload): number =>
  kind === 'DaemonSet' ? workers(site).length : replicas;

/** Everything with a target: that it answers, and what it counts. */
function scraped(site: Site): Series[] {
  const asked = questions(tree).filter((each) => each.path.startsWith(`${site.code}/kubernetes/monitoring/`));
  return configOf(site).scrape_configs.flatMap((job: Data): Series[] => {
    const count = (labels: Labels): Series[] => [
      ['up', { job: job.job_name, ...labels }, 1],
      ...(PER_TARGET[job.job_name] ?? []).map(
        ([name, values, more]): Series => [name, { job: job.job_name, ...labels, ...more }, values],
      ),
    ];
    if (job.metrics_path === '/probe')
      return job.static_configs.flatMap(({ targets: [target], labels }: Data): Series[] => {
        const question = asked.find(({ text }) => text === target);
        const all = { job: job.job_name, ...kept(labels) };
        // Name servers are not asked for a path.
        const well =
          !question || SERVED[question.program]!.serves(tree, question.site).includes(question.asked);
        return [
          ['probe_success', all, well ? 1 : 0],
          ['probe_duration_seconds', all, 0.2],
          ['probe_ssl_earliest_cert_expiry', all, 80 * DAY],
        ];
      });
    if (job.static_configs)
      return job.static_configs.flatMap(({ targets, labels }: Data) =>
        targets.flatMap(() => count(kept(labels))),
      );
    const [namespace] = job.kubernetes_sd_configs[0].namespaces.names;
    const app = job.relabel_configs[0].regex;
    const own = workloads(tree).find(
      (each) =>
        mine(site)(each) && each.namespace === namespace && each.labels['app.kubernetes.io/name'] === app,
    );
    return Array.from({ length: own ? podsOf(site, own) : 2 }, (_, index) =>
      // The managers of Ceph and the zone exporter count the same; one is enough.
      ['ceph', 'object-store'].includes(job.job_name) && index > 0
        ? ([['up', { job: job.job_name, instance: `${app}-${index}` }, 1]] as Series[])
        : count({ instance: `${app}-${index}` }),
    ).flat();
  });
}

/** What kube-state-metrics says of the objects of the tree. */
function cluster(site: Site): Series[] {
  const all = workloads(tree).filter(mine(site));
  const of = (kind: string) => all.filter((each) => each.kind === kind);
  const per = (each: Workload, key: string) => ({ namespace: each.namespace, [key]: each.name });
  const used = (namespace: string, resource: string): number =>
    all
      .filter((each) => each.namespace === namespace && each.kind !== 'Job')
      .reduce((sum, each) => {
        const [verb, what = ''] = resource.split('.');
        const one = each.containers.reduce(
          (total: number, { resources: own }: Data) => total + amount(own?.[verb!]?.[what]),
          0,
        );
        return sum + podsOf(site, each) * (resource === 'pods' ? 1 : one);
      }, 0);
  return [
    ...[...site.hosts.filter(({ role }) => role === 'control-plane'), ...workers(site)].flatMap(
      ({ name }): Series[] => [
        ['kube_node_status_condition', { node: name, condition: 'Ready', status: 'true' }, 1],
        ['kube_node_created', { node: name }, 0],
      ],
    ),
    ...of('Deployment').flatMap((each): Series[] => [
      ['kube_deployment_spec_replicas', per(each, 'deployment'), each.replicas],
      ['kube_deployment_status_replicas_available', per(each, 'deployment'), each.replicas],
    ]),
    ...of('StatefulSet').flatMap((each): Series[] => [
      ['kube_statefulset_replicas', per(each, 'statefulset'), each.replicas],
      ['kube_statefulset_status_replicas_ready', per(each, 'statefulset'), each.replicas],
    ]),
    ...of('DaemonSet').flatMap((each): Series[] => [
      ['kube_daemonset_status_number_ready', per(each, 'daemonset'), podsOf(site, each)],
      ['kube_daemonset_status_desired_number_scheduled', per(each, 'daemonset'), podsOf(site, each)],
    ]),
    ...of('Job').flatMap((each): Series[] => [
      ['kube_job_status_failed', per(each, 'job_name'), 0],
      ['kube_job_status_succeeded', per(each, 'job_name'), 1],
    ]),
    ...ofKind(tree, 'HorizontalPodAutoscaler')
      .filter(mine(site))
      .flatMap(({ namespace, name, object }): Series[] => {
        const labels = { namespace, horizontalpodautoscaler: name };
        return [
          ['kube_horizontalpodautoscaler_status_current_replicas', labels, object.spec.minReplicas],
          ['kube_horizontalpodautoscaler_spec_max_replicas', labels, object.spec.maxReplicas],
        ];
      }),
    ...ofKind(tree, 'PodDisruptionBudget')
      .filter(mine(site))
      .flatMap(({ namespace, name, object }): Series[] => {
        const labels = { namespace, poddisruptionbudget: name };
        const chosen = object.spec.selector.matchLabels['app.kubernetes.io/name'];
        const own = all.find(
          (each) => each.namespace === namespace && each.labels['app.kubernetes.io/name'] === chosen,
        );
        const pods = own ? podsOf(site, own) : 0;
        const { minAvailable, maxUnavailable } = object.spec;
        return [
          ['kube_poddisruptionbudget_status_current_healthy', labels, pods],
          ['kube_poddisruptionbudget_status_desired_healthy', labels, minAvailable ?? pods - maxUnavailable],
        ];
      }),
    ...ofKind(tree, 'ResourceQuota')
      .filter(mine(site))
      .flatMap(({ namespace, name, object }) =>
        Object.entries<string>(object.spec.hard).flatMap(([resource, hard]): Series[] => {
          const labels = { namespace, resourcequota: name, resource };
          return [
            ['kube_resourcequota', { ...labels, type: 'hard' }, amount(hard)],
            ['kube_resourcequota', { ...labels, type: 'used' }, used(namespace, resource)],
          ];
        }),
      ),
  ];
}

/** What hosts say of their files: units that are asked for run, backends have their servers, tables are empty. */
function hosts(site: Site): Series[] {
  const arbiters = model.sites.filter((each) => !each.kubernetes);
  return [site, ...arbiters].flatMap((each) =>
    each.hosts.flatMap((host): Series[] => {
      const root = `${each.code}/hosts/${host.name}`;
      const on = { site: each.code, instance: host.name };
      const units = /unit-include=\(([^)]*)\)/.exec(
        tree.get(`${root}/etc/default/prometheus-node-exporter`) ?? '',
      )?.[1];
      const proxy = each === site ? tree.get(`${root}/etc/haproxy/haproxy.cfg`) : undefined;
      const keepalived = tree.get(`${root}/etc/keepalived/keepalived.conf`) ?? '';
      const sections = (proxy ?? '').split(/\n(?=\S)/).map((text) => ({
        text,
        kind: text.split(' ')[0]!,
        name: text.split(/\s/)[1] ?? '',
      }));
      return [
        ...(units ?? '')
          .split('|')
          .filter((unit) =>
            [...tree.keys()].some((path) => path.startsWith(`${root}/`) && path.includes(unit)),
          )
          .map(
            (unit): Series => [
              'node_systemd_unit_state',
              { ...on, name: `${unit}.service`, state: 'active' },
              1,
            ],
          ),
        ...sections
          .filter(({ kind }) => kind === 'backend' || kind === 'listen')
          .map(({ text, name }): Series => {
            const servers = [...text.matchAll(/^\s+server /gm)].length;
            return ['haproxy_backend_active_servers', { job: 'haproxy', ...on, proxy: name }, servers];
          }),
        ...sections
          .filter(({ text }) => text.includes('stick-table'))
          .flatMap(({ name }): Series[] => [
            ['haproxy_sticktable_used', { job: 'haproxy', ...on, name }, 0],
            ['haproxy_sticktable_size', { job: 'haproxy', ...on, name }, 102_400],
          ]),
        ...sections
          .filter(({ kind }) => kind === 'frontend')
          .map(
            ({ name }): Series => [
              'haproxy_frontend_denied_connections_total',
              { job: 'haproxy', ...on, proxy: name },
              0,
            ],
          ),
        ...[...keepalived.matchAll(/^vrrp_instance (\S+)[^}]*?priority (\d+)/gm)].flatMap(
          ([, vrrp]): Series[] => {
            const master = keepalived.includes(`vrrp_instance ${vrrp}`) && host.name.endsWith('1') ? 1 : 0;
            return [
              ['keepalived_vrrp_master', { ...on, vrrp: vrrp! }, master],
              ['keepalived_vrrp_fault', { ...on, vrrp: vrrp! }, 0],
              ['keepalived_vrrp_changed_seconds', { ...on, vrrp: vrrp! }, 1],
            ];
          },
        ),
        ...[...(tree.get(`${root}/etc/bird/bird.conf`) ?? '').matchAll(/^protocol bgp (\S+)/gm)].map(
          ([, session]): Series => ['bird_session_established', { ...on, session: session! }, 1],
        ),
      ];
    }),
  );
}
/** Leases are at the first choice, and never at an arbiter. */
const leases = (): Series[] =>
  model.database.nodes.map((host) => [
    'replicas_leaseholders',
    { job: 'cockroachdb', instance: host.name, site: host.site },
    host.site === model.database.leases[0]!.code ? 100 : 0,
  ]);

for (const site of appSites(model)) {
  itJudged('promtool', `no alert is sent at ${site.code} while all is well`, async () => {
    const series = [...scraped(site), ...cluster(site), ...hosts(site), ...leases()].map(written);
    const rules = ofKind(tree, 'ConfigMap').find(
      (each) => mine(site)(each) && each.name === 'prometheus-rules',
    )!.object.data as Record<string, string>;
    const files = Object.entries(rules).map(([name, text]) => {
      const file = join(folder, `${site.code}-${name}`);
      writeFileSync(file, text);
      return file;
    });
    const all: Data[] = Object.values(rules).flatMap((text) => parse(text).groups[0]?.rules ?? []);
    const recorded = new Set(all.map(({ record }) => record));
    const given = new Set(series.map((each) => each.series.split('{')[0]));
    const unknown = [...new Set(all.flatMap(({ expr }) => metricsOf(String(expr))))].filter(
      (name) => !given.has(name) && !recorded.has(name) && !ABSENT[name],
    );
    expect(unknown, 'say in this file what these are while all is well').toEqual([]);
    const times = ['5m', '45m', '95m'];
    const test = {
      rule_files: files,
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series,
          promql_expr_test: times.map((time) => ({
            expr: 'ALERTS{alertstate="firing",severity!="info"}',
            eval_time: time,
            exp_samples: [],
          })),
        },
      ],
    };
    const file = join(folder, `${site.code}-test.yaml`);
    writeFileSync(file, stringify(test));
    const { code, stdout, stderr } = await run(['promtool', 'test', 'rules', file]);
    const firing = [...(stdout + stderr).matchAll(/alertname="(\w+)"/g)].map(([, name]) => name);
    expect([...new Set(firing)], (stdout + stderr).slice(0, 2000)).toEqual([]);
    expect(code, stdout + stderr).toBe(0);
  });
}
