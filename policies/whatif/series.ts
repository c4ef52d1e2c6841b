import type { Data } from '../reading/objects.ts';
import { PODS } from './cluster.ts';
import { NOW, type Sample } from './expression.ts';
import { storeServes, unfindable } from './facts.ts';
import type { Judged } from './judge.ts';
import type { World } from './world.ts';

/**
 * What an observer sees in a state: the series that a failure changes and whose value the world tells. Whatever else rules read
 * (rates, latencies, disks) is not here, and nothing is said of it.
 */
export interface Observer {
  site: number;
  /** Scrape jobs of its file. */
  jobs: { name: string; targets: { address: string; labels: Record<string, string> }[]; pods?: string }[];
}

export function seriesOf(
  world: World,
  observer: Observer,
  judged: Judged,
  gone: ReadonlySet<string>,
): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  const say = (metric: string, labels: Record<string, string>, value: number | boolean) => {
    const all = found.get(metric) ?? [];
    all.push({ labels, value: Number(value) });
    found.set(metric, all);
  };
  const seen: Seen = { world, observer, judged, has: (atom) => !gone.has(atom), say };
  scraped(seen);
  database(seen);
  cluster(seen);
  edges(seen);
  objects(seen);
  return found;
}

interface Seen {
  world: World;
  observer: Observer;
  judged: Judged;
  has: (atom: string) => boolean;
  say: (metric: string, labels: Record<string, string>, value: number | boolean) => void;
}

/** The process that a job asks, where it stands on hosts. */
const PROCESS: Record<string, string> = {
  cockroachdb: 'cockroachdb',
  haproxy: 'haproxy',
  'kube-apiserver': 'kube-apiserver',
  etcd: 'etcd',
};

function scraped({ world, observer, judged, has, say }: Seen): void {
  const { locals, reach } = judged;
  const siteOf = (code: string | undefined) => world.sites.find((site) => site.code === code);
  for (const { name: job, targets, pods } of observer.jobs) {
    for (const { labels } of targets) {
      const site = siteOf(labels.site);
      if (!site) continue;
      const { instance = '' } = labels;
      const answers =
        has(`host:${instance}`) && has(`balancer:${instance}`) && reach(observer.site, site.index);
      const local = locals[site.index]!;
      if (job.startsWith('probe-ipv')) {
        const [fine, whole] = [
          local.wayIn && !unfindable(world, judged),
          judged.entry.serving.includes(site.index),
        ];
        const pages = whole || judged.entry.pagesOnly.includes(site.index);
        const up =
          labels.front === 'object-store'
            ? storeServes(world, judged, site.index)
            : instance.endsWith('/courses')
              ? whole
              : pages;
        say('probe_success', { ...labels, job }, fine && up && reach(observer.site, site.index));
        if (judged.ended.has('authority:public'))
          say('probe_ssl_earliest_cert_expiry', { ...labels, job }, NOW);
        else say('probe_ssl_earliest_cert_expiry', { ...labels, job }, NOW + 60 * 86_400);
      } else if (job === 'probe-database') {
        say(
          'probe_ssl_earliest_cert_expiry',
          { ...labels, job },
          NOW + (judged.ended.has('authority:database') ? 0 : 300 * 86_400),
        );
      } else if (job === 'probe-names') {
        const answering =
          labels.front === 'resolver' ? has(`resolver:${instance}`) : !judged.ended.has(`names:${instance}`);
        say('probe_success', { ...labels, job }, answering);
      } else if (job === 'observer') {
        say('up', { ...labels, job }, answers && (local.pods.get(PODS.prometheus) ?? 0) > 0);
      } else {
        const process = PROCESS[job];
        const runs =
          !process || (has(`process:${process}`) && (job !== 'cockroachdb' || has(`node:${instance}`)));
        say('up', { ...labels, job }, answers && runs);
        if (job === 'node' && answers && world.timeTold.has(instance))
          for (const source of world.time)
            say('time_source_answers', { ...labels, job, source }, !judged.ended.has(`time:${source}`));
        if (job === 'etcd' && answers && runs)
          say('etcd_server_has_leader', { ...labels, job }, local.api!.members * 2 > local.api!.of);
      }
    }
    if (pods === undefined) continue;
    // What an operator or Kubespray makes is not in the tree: it runs while there is a worker for it.
    const { cluster: own } = world.sites[observer.site]!;
    const count =
      locals[observer.site]!.pods.get(pods) ?? (own?.workers.some((host) => has(`host:${host}`)) ? 1 : 0);
    for (let index = 0; index < count; index += 1) say('up', { job, instance: `${pods}-${index}` }, true);
    if (count === 0) say('up', { job, instance: `${pods}-0` }, false);
    if (pods === PODS.pooler || pods === PODS.cache)
      say(pods === PODS.pooler ? 'pgbouncer_up' : 'memcached_up', { job, instance: `${pods}-0` }, true);
  }
}

function database({ world, observer, judged: { database: state, reach, ended, verdicts }, say }: Seen): void {
  if (!state) return;
  const leaders = state.leases;
  for (const { index, code } of world.sites)
    for (let node = 0; node < state.alive[index]!; node += 1) {
      if (!reach(observer.site, index)) continue;
      const labels = { job: 'cockroachdb', site: code, instance: `${code}-${node}` };
      const share = (whole: number): number => (whole * (leaders[index] ?? 0)) / state.alive[index]!;
      say('ranges_unavailable', labels, share(0) + (state.lost.over > 0 ? 1 : 0));
      say('ranges_underreplicated', labels, state.fewest < state.placement.replicas ? 1 : 0);
      say('replicas_leaseholders', labels, share(1000));
      say('kv_replica_circuit_breaker_num_tripped_replicas', labels, state.lost.over > 0 ? 1 : 0);
      say('seconds_until_enterprise_license_expiry', labels, ended.has('licence') ? 0 : 200 * 86_400);
      // Backups come last of the fixed services before the observers; a schedule that fails for long is recognized by its age.
      say('schedules_BACKUP_last_completed_time', labels, verdicts[5] === 'down' ? NOW - 27 * 3600 : NOW);
    }
}

function cluster({ world, observer, judged: { locals }, has, say }: Seen): void {
  const { cluster: own, code } = world.sites[observer.site]!;
  const local = locals[observer.site]!;
  // What the cluster says of itself comes by the exporter of its state, which asks the API.
  if (!own || !local.api?.quorum || (local.pods.get('monitoring/kube-state-metrics') ?? 0) === 0) return;
  for (const name of new Set([...own.control, ...own.workers]))
    say(
      'kube_node_status_condition',
      { condition: 'Ready', status: 'true', node: name },
      has(`host:${name}`) && local.api.address,
    );
  for (const { name: full, kind, replicas } of own.pods) {
    const [namespace = '', name = ''] = full.split('/');
    const left = local.pods.get(full) ?? 0;
    const labels = { namespace, site: code };
    if (kind === 'Deployment') {
      say('kube_deployment_spec_replicas', { ...labels, deployment: name }, replicas);
      say('kube_deployment_status_replicas_available', { ...labels, deployment: name }, left);
    } else if (kind === 'StatefulSet') {
      say('kube_statefulset_replicas', { ...labels, statefulset: name }, replicas);
      say('kube_statefulset_status_replicas_ready', { ...labels, statefulset: name }, left);
    } else {
      const alive = own.workers.filter((host) => has(`host:${host}`)).length;
      say(
        'kube_daemonset_status_desired_number_scheduled',
        { ...labels, daemonset: name },
        own.workers.length,
      );
      say('kube_daemonset_status_number_ready', { ...labels, daemonset: name }, Math.min(left, alive));
    }
  }
}

function edges({ world, observer, judged: { locals }, has, say }: Seen): void {
  const { code, wayIn, cluster: own, nodes } = world.sites[observer.site]!;
  if (!wayIn) return;
  const local = locals[observer.site]!;
  const servers: [proxy: string, count: number][] = [
    ['websecure', local.pods.get(PODS.traefik) ?? 0],
    ['web', local.pods.get(PODS.traefik) ?? 0],
    [
      'kubernetes-api',
      own && has('process:kube-apiserver') ? own.control.filter((host) => has(`host:${host}`)).length : 0,
    ],
    [
      'database',
      nodes.filter((host) => has(`host:${host}`) && has(`node:${host}`)).length *
        Number(has('process:cockroachdb')),
    ],
  ];
  for (const { name, part } of wayIn.balancers)
    if (has(`balancer:${name}`))
      for (const state of ['UP', 'DOWN']) {
        const count = servers.find(
          ([proxy]) =>
            proxy ===
            { app: 'websecure', anycast: 'websecure', api: 'kubernetes-api', database: 'database' }[part],
        )![1];
        say(
          'octavia_pool_status',
          { job: 'octavia', site: code, instance: name, state },
          count > 0 === (state === 'UP'),
        );
      }
  const alive = wayIn.edges.filter((host) => has(`host:${host}`));
  for (const [index, host] of alive.entries()) {
    const labels = { site: code, instance: host };
    if (has('process:haproxy'))
      for (const [proxy, count] of servers)
        say('haproxy_backend_active_servers', { ...labels, job: 'haproxy', proxy }, count);
    for (const vrrp of ['app', 'api']) {
      const served =
        (vrrp === 'app' ? servers[0]![1] : servers[2]![1]) > 0 &&
        has('process:haproxy') &&
        has('process:keepalived');
      say('keepalived_vrrp_master', { ...labels, vrrp }, served && index === 0);
      say('keepalived_vrrp_fault', { ...labels, vrrp }, !served);
    }
    say('bird_session_established', labels, has('process:bird') && !local.isolated);
  }
}

function objects({ world, observer, judged, say }: Seen): void {
  const { code, zone } = world.sites[observer.site]!;
  const store = judged.locals[observer.site]!.store;
  if (!zone || !store) return;
  say('ceph_health_status', {}, { whole: 0, degraded: 1, blocked: 2 }[store.state]);
  if (store.state === 'degraded')
    say('ceph_health_detail', { severity: 'HEALTH_WARN', name: 'PG_DEGRADED' }, 1);
  for (let index = 0; index < zone.monitors; index += 1)
    say('ceph_mon_quorum_status', { ceph_daemon: `mon.${index}` }, index < store.monitors);
  for (const [index] of zone.osds.entries())
    say('ceph_osd_up', { ceph_daemon: `osd.${index}` }, index < store.hosts);
  say('ceph_pg_total', {}, 100);
  say('ceph_pg_active', {}, store.state === 'blocked' ? 0 : 100);
  say('ceph_pg_degraded', {}, store.copies < zone.size ? 100 : 0);
  if (zone.takesWrites) return;
  const first = world.sites.find((site) => site.zone?.takesWrites);
  const follows =
    first &&
    storeServes(world, judged, first.index) &&
    judged.reach(observer.site, first.index) &&
    store.syncs > 0 &&
    judged.locals[first.index]!.store!.syncs > 0;
  say('object_store_sync_lag_seconds', { zone: code }, follows ? 0 : 3600);
}

/** The jobs of an observer's file. */
export function jobsOf(file: Data): Observer['jobs'] {
  return (file?.scrape_configs ?? []).map((job: Data) => {
    const keep = (job.relabel_configs ?? []).find((each: Data) =>
      String(each?.source_labels).includes('pod_label'),
    )?.regex;
    const namespace = job.kubernetes_sd_configs?.[0]?.namespaces?.names?.[0];
    return {
      name: String(job.job_name),
      targets: (job.static_configs ?? []).map(({ targets = [], labels = {} }: Data) => ({
        address: String(targets[0]),
        labels,
      })),
      ...(namespace && keep ? { pods: `${namespace}/${keep}` } : {}),
    };
  });
}
