import type { AtSite } from '#constructs/at-site.ts';
import { scrapeJobs } from '#constructs/kubernetes/monitoring/scrape.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { appSites, databaseNodes, hostsOf, workers } from '#sites/questions.ts';
import type { KubernetesSite, ObjectsSite } from '#sites/site-kinds.ts';

/** What is lost at once: hosts by name, whole sites, and lines between two sites that go on without each other. */
export interface Failure {
  hosts?: string[];
  sites?: string[];
  cut?: [string, string];
  /** Days that the certificates of the database have left. */
  certificateDays?: number;
  /** What else is counted: series that a loss of hosts does not explain. */
  series?: Series[];
}
export type Series = [series: string, values: string];

/** Minutes for which it goes on. */
const MINUTES = 80;
const STEADY = (value: number): string => `${value}x${MINUTES}`;
const GROWING = `0+60x${MINUTES}`;

/**
 * What the Prometheus of a site scrapes while something is lost: each target answers or not, and what answers counts what it
 * must. Only arithmetic on the model, so that alerts are judged by failures and not by series made up for them.
 */
export function scraped({ model, site }: AtSite<KubernetesSite>, failure: Failure): Series[] {
  const world = new FailedPlatform(model, site, failure);
  return [
    ...world.targets(),
    ...world.pods(),
    ...world.database(),
    ...(site.objects ? world.objectStore() : []),
    ...world.cluster(),
    ...(site.edge?.kind === 'haproxy' ? world.edges() : []),
    ...(failure.series ?? []),
  ];
}

/** Whether a site can tell anybody: it has an observer, and a worker that it runs on. */
const observes = (site: Site, { hosts = [], sites = [] }: Failure): boolean =>
  site.kubernetes !== undefined &&
  !sites.includes(site.code) &&
  workers(site).some(({ name }) => !hosts.includes(name));

/** Names with two underscores are Prometheus's own and end with relabelling. */
const labels = (all: Record<string, string>): string =>
  Object.entries(all)
    .filter(([name]) => !name.startsWith('__'))
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
const series = (name: string, all: Record<string, string>, value: number | string): Series => [
  `${name}{${labels(all)}}`,
  typeof value === 'number' ? STEADY(value) : value,
];
const truth = (holds: boolean): number => (holds ? 1 : 0);

class FailedPlatform {
  private readonly model: Model;
  private readonly site: KubernetesSite;
  private readonly failure: Failure;
  constructor(model: Model, site: KubernetesSite, failure: Failure) {
    this.model = model;
    this.site = site;
    this.failure = failure;
  }

  /** Everything with an address in the configuration. */
  targets(): Series[] {
    return scrapeJobs({ model: this.model, site: this.site }).flatMap((job) =>
      ((job.static_configs ?? []) as { labels: Record<string, string> }[]).flatMap(({ labels: own }) => {
        const all = { job: job.job_name, ...own };
        if (job.job_name.startsWith('probe-')) return this.probe(all);
        const host = this.hostOf(own.instance!);
        return [
          series('up', all, truth(host ? this.reaches(host) : !this.failure.sites?.includes(own.site!))),
        ];
      }),
    );
  }

  private probe(all: Record<string, string>): Series[] {
    const host = this.hostOf(all.instance!);
    // Name servers stand elsewhere, and none of these failures takes one.
    if (all.job === 'probe-names') return [series('up', all, 1), series('probe_success', all, 1)];
    const answers = host ? this.reaches(host) : this.serves(all.site!, all.instance!);
    return [
      series('up', all, 1),
      series('probe_success', all, truth(answers)),
      ...(answers
        ? [series('probe_ssl_earliest_cert_expiry', all, this.certificateDays(all.job!) * 86400)]
        : []),
    ];
  }

  private certificateDays(job: string): number {
    return job === 'probe-database' ? (this.failure.certificateDays ?? 365) : 80;
  }

  /** Whether a client beside this observer gets an answer of a site under one of its public names. */
  private serves(code: string, instance: string): boolean {
    const site = this.model.sites.find((each) => each.code === code)!;
    const edges = hostsOf(site, 'edge');
    return (
      this.sees(code) &&
      (edges.length === 0 || edges.some((edge) => this.alive(edge))) &&
      workers(site).some((worker) => this.alive(worker)) &&
      (!instance.includes('/api/') || this.ranges().every(({ voters }) => voters.length >= this.quorum()))
    );
  }

  /** Pods of this site that are found by their labels. A target of a lost worker stays until its pod is given up. */
  pods(): Series[] {
    const everywhere = workers(this.site).map((worker) => this.alive(worker));
    const left = everywhere.filter(Boolean).length;
    const up = (job: string, pods: boolean[]): Series[] =>
      pods.map((answers, index) => series('up', { job, instance: `${job}-${index}` }, truth(answers)));
    const moved = (count: number): boolean[] => Array.from({ length: count }, () => left > 0);
    return [
      ...up('traefik', everywhere),
      ...up('ceph-exporter', everywhere),
      ...['education-api', 'pgbouncer', 'memcached', 'blackbox', 'alertmanager', 'coredns'].flatMap((job) =>
        up(job, moved(2)),
      ),
      ...['ceph', 'object-store', 'kube-state-metrics', 'grafana'].flatMap((job) => up(job, moved(1))),
      ...up('prometheus', [true, left > 1]),
      ...(this.site.database ? ['cockroachdb', 'education', 'monitoring'] : []).flatMap((namespace) => {
        const all = { job: `certificates-${namespace}`, secret: 'secret', file: 'tls.crt' };
        return [
          ...up(all.job, moved(1)),
          series('certificate_readable', all, 1),
          series(
            'certificate_not_after_timestamp_seconds',
            all,
            this.certificateDays('probe-database') * 86400,
          ),
        ];
      }),
    ];
  }

  database(): Series[] {
    const ranges = this.ranges();
    const nodes = this.model.database.nodes.filter((host) => this.reaches(host));
    const led = ranges.filter(({ voters }) => voters.length >= this.quorum());
    return nodes.flatMap((host, index) => {
      const all = { job: 'cockroachdb', instance: host.name, site: host.site };
      const unseen = this.model.database.nodes.filter((other) => !this.connected(host, other));
      return [
        series('replicas_leaseholders', all, led.filter((range) => range.lease === host).length),
        series('rpc_connection_unhealthy', all, unseen.length),
        // Each range is counted by one node, whichever that is.
        series('ranges_unavailable', all, index === 0 ? ranges.length - led.length : 0),
        series(
          'ranges_underreplicated',
          all,
          index === 0
            ? ranges.filter(({ voters }) => voters.length < this.model.database.replicas).length
            : 0,
        ),
      ];
    });
  }

  private quorum(): number {
    return Math.floor(this.model.database.replicas / 2) + 1;
  }

  /** Every way in which the voters of a range can lie, with those that are left and who leads them. */
  private ranges(): { voters: Host[]; lease: Host | undefined }[] {
    const perSite = this.model.database.voters.map(({ site, count }) => choose(databaseNodes(site), count));
    const placed = perSite.reduce<Host[][]>(
      (all, ways) => all.flatMap((hosts) => ways.map((way) => [...hosts, ...way])),
      [[]],
    );
    return placed.map((hosts) => {
      const voters = hosts.filter((host) => this.alive(host));
      const preferred = this.model.database.leases.map(({ code }) => code);
      return {
        voters,
        lease: preferred.map((code) => voters.find((host) => host.site === code)).find((host) => host),
      };
    });
  }

  /** Three copies, of which two must be there; the manager counts what is left. */
  objectStore(): Series[] {
    const { primary, secondaries } = this.model.objects!;
    const hosts = workers(this.site);
    const lost = hosts.filter((host) => !this.alive(host)).length;
    const GROUPS = 64;
    const zone = (each: ObjectsSite) => ({ zone: each.objects.zone });
    const from = { kind: 'data', source: primary.objects.zone };
    const isCopy = secondaries.some((each) => each === this.site);
    const copies = isCopy ? truth(this.serves(primary.code, '/')) : 1;
    return [
      series('ceph_health_status', { job: 'ceph' }, Math.min(lost, 2)),
      ...(lost > 0 ? [series('ceph_health_detail', { name: 'MON_DOWN', severity: 'HEALTH_WARN' }, 1)] : []),
      ...hosts.flatMap((host, index) => [
        series('ceph_mon_quorum_status', { ceph_daemon: `mon.${index}` }, truth(this.alive(host))),
        series('ceph_osd_up', { ceph_daemon: `osd.${index}` }, truth(this.alive(host))),
      ]),
      series('ceph_pg_total', { pool_id: '1' }, GROUPS),
      series('ceph_pg_active', { pool_id: '1' }, lost > 1 ? 0 : GROUPS),
      series('ceph_pg_degraded', { pool_id: '1' }, lost > 0 ? GROUPS : 0),
      series('object_store_looked_timestamp_seconds', {}, GROWING),
      series('object_store_zone_master', zone(primary), 1),
      series('object_store_zone_read_only', zone(primary), 0),
      ...secondaries.flatMap((each) => [
        series('object_store_zone_master', zone(each), 0),
        series('object_store_zone_read_only', zone(each), 1),
      ]),
      ...(isCopy
        ? [
            series('object_store_sync_known', from, copies),
            ...(copies ? [series('object_store_sync_lag_seconds', from, 0)] : []),
            series(
              'ceph_data_sync_from_zone_poll_latency_count',
              { source_zone: from.source },
              copies ? GROWING : 1000,
            ),
          ]
        : []),
    ];
  }

  cluster(): Series[] {
    const masters = hostsOf(this.site, 'control-plane');
    const left = masters.filter((host) => this.alive(host));
    return [
      ...[...masters, ...workers(this.site)].map((host) =>
        series(
          'kube_node_status_condition',
          { node: host.name, condition: 'Ready', status: 'true' },
          truth(this.alive(host)),
        ),
      ),
      ...left.map(({ name }) =>
        series('etcd_server_has_leader', { instance: name }, truth(left.length * 2 > masters.length)),
      ),
    ];
  }

  /** Each address is held by the first edge that lives; a lost edge says nothing. */
  edges(): Series[] {
    const left = hostsOf(this.site, 'edge').filter((host) => this.alive(host));
    return left.flatMap(({ name }, index) => {
      const all = { site: this.site.code, instance: name };
      return [
        series('keepalived_vrrp_master', { vrrp: 'app_ipv4', ...all }, truth(index === 0)),
        ...(this.site.routing
          ? [series('bird_session_established', { session: 'router_ipv4', ...all }, 1)]
          : []),
      ];
    });
  }

  private hostOf(name: string): Host | undefined {
    return this.model.sites.flatMap(({ hosts }) => hosts).find((host) => host.name === name);
  }
  private alive(host: Host): boolean {
    const { hosts = [], sites = [] } = this.failure;
    return !hosts.includes(host.name) && !sites.includes(host.site);
  }
  private sees(code: string, from = this.site.code): boolean {
    const { cut = [], sites = [] } = this.failure;
    const line = cut as string[];
    return !sites.includes(code) && (code === from || !line.includes(code) || !line.includes(from));
  }
  private reaches(host: Host): boolean {
    return this.alive(host) && this.sees(host.site);
  }
  private connected(a: Host, b: Host): boolean {
    return this.alive(b) && this.sees(b.site, a.site);
  }
}

/** Every choice of so many of these. */
function choose<Item>(items: Item[], count: number): Item[][] {
  if (count === 0) return [[]];
  return items.flatMap((item, index) =>
    choose(items.slice(index + 1), count - 1).map((rest) => [item, ...rest]),
  );
}

/** Sites that could tell of it. */
export const observers = (model: Model, failure: Failure): KubernetesSite[] =>
  appSites(model).filter((site) => observes(site, failure));
/** Hosts that stand on one machine go together. */
export const machine = (model: Model, name: string): string[] =>
  model.sites.flatMap(({ hosts }) => hosts.filter((host) => host.machine === name).map((host) => host.name));
