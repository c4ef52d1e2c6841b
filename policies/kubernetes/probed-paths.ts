import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { type Data, ofKind, STAYING, workloads } from '../reading/objects.ts';
import { ofType, referred, stacks } from '../reading/openstack-tree.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const probedPaths: Policy = {
  id: 'probed-paths',
  title: 'every path that a probe asks is served by what is asked, as it is configured',
  why: 'A probe of a path that is switched off fails for ever: a pod that never gets ready, a server that never gets traffic, a page from the first hour on. Radosgw has /swift/healthcheck with Swift only, Traefik has /ping with `ping` only.',
  check: (_model, tree) =>
    questions(tree).flatMap(({ program, asked, site, ...place }): Finding[] => {
      const known = SERVED[program];
      if (!known)
        return [
          {
            ...place,
            message: `a probe asks ${asked} of ${program}, of which nobody wrote down what it serves`,
            fix: `add ${program} to SERVED in policies/kubernetes/probed-paths.ts, with its source`,
          },
        ];
      if (known.serves(tree, site).includes(asked)) return [];
      return [
        {
          ...place,
          message: `a probe asks ${asked} of ${program}, which serves ${known.serves(tree, site).join(', ') || 'nothing'} as it is configured`,
          fix: `ask one of these, or switch ${asked} on`,
        },
      ];
    }),
};

/** One question of a probe: which program is asked what, at which site, and where that stands. */
export interface Question {
  program: string;
  /** Path with its query. */
  asked: string;
  /** Site of what is asked. */
  site: string;
  path: string;
  text: string;
}

interface Served {
  serves(tree: Tree, site: string): string[];
  source: string;
}
const always = (source: string, ...paths: string[]): Served => ({ serves: () => paths, source });
/** Programs of this project serve what their own tests show. */
const OWN_TESTS = 'constructs/*-exporter.test.ts, app/server';

/** What each program serves without a name or a key, under which configuration. */
export const SERVED: Record<string, Served> = {
  traefik: {
    serves: (tree, site) => (/^ping:/m.test(staticOf(tree, site)) ? ['/ping'] : []),
    source: 'traefik v3.7, docs/content/reference/install-configuration/observability/healthcheck.md',
  },
  radosgw: {
    serves: (tree, site) =>
      ofKind(tree, 'CephObjectStore')
        .filter((each) => each.site === site && each.name !== 'sync')
        .flatMap(({ object }) => {
          const apis: string[] = object.spec?.protocols?.enableAPIs ?? ['s3', 'swift'];
          return [
            ...(apis.includes('s3') ? ['/'] : []),
            ...(apis.includes('swift') ? ['/swift/healthcheck'] : []),
          ];
        }),
    source:
      'ceph v20.2, src/rgw/rgw_appmain.cc: `healthcheck` is registered with `swift`; / is S3’s list of buckets',
  },
  haproxy: {
    // `monitor-uri` of each frontend that listens on loopback.
    serves: (tree, site) => [
      ...new Set(
        below(tree, `${site}/hosts`)
          .filter(([path]) => path.endsWith('/haproxy/haproxy.cfg'))
          .flatMap(([, text]) => text.split(/\n(?=\S)/))
          .flatMap((section) => {
            const uri = /^\s+monitor-uri (\S+)/m.exec(section)?.[1];
            return uri
              ? [...section.matchAll(/^\s+bind 127\.0\.0\.1:(\d+)/gm)].map(([, port]) => `:${port}${uri}`)
              : [];
          }),
      ),
    ],
    source: 'haproxy 2.6, doc/configuration.txt: monitor-uri',
  },
  'education-web': {
    serves: (tree, site) =>
      ofKind(tree, 'ConfigMap')
        .filter((each) => each.site === site && each.namespace === 'education')
        .flatMap(({ object }) => Object.values<string>(object.data ?? {}))
        .flatMap((text) => [
          ...[...text.matchAll(/location = (\S+) \{/g)].map(([, exact]) => exact!),
          ...(/location \/ \{/.test(text) ? ['/'] : []),
        ]),
    source: 'nginx, ngx_http_core_module: location',
  },
  'education-api': always('app/shared/contract.ts', '/healthz', '/readyz', '/api/v1/courses'),
  cockroachdb: always('cockroach v26.2, docs/generated/http, health', '/health', '/health?ready=1'),
  'kube-apiserver': always('kubernetes.io, API health endpoints', '/readyz', '/livez', '/healthz'),
  alertmanager: always('prometheus/alertmanager v0.28, docs/management_api.md', '/-/ready', '/-/healthy'),
  'blackbox-exporter': always('prometheus/blackbox_exporter v0.27, main.go', '/-/healthy'),
  'kube-state-metrics': always('kubernetes/kube-state-metrics v2.17, pkg/app/server.go', '/livez', '/readyz'),
  grafana: always('grafana v12.1, pkg/api/api.go', '/api/health'),
  'node-exporter': always('prometheus/node_exporter v1.9, node_exporter.go', '/'),
  'memcached-exporter': always('prometheus/memcached_exporter v0.15, cmd/memcached_exporter/main.go', '/'),
  'pgbouncer-exporter': always('prometheus-community/pgbouncer_exporter v0.11, pgbouncer_exporter.go', '/'),
  'zone-exporter': always(OWN_TESTS, '/metrics'),
  'certificate-exporter': always(OWN_TESTS, '/metrics'),
};

const staticOf = (tree: Tree, site: string): string =>
  String(
    ofKind(tree, 'ConfigMap').find((each) => each.site === site && each.name === 'traefik')?.object.data?.[
      'traefik.yaml'
    ] ?? '',
  );

/** Everything in the tree that asks by HTTP whether something is well. */
export const questions = (tree: Tree): Question[] => [
  ...ofKubelets(tree),
  ...ofBlackbox(tree),
  ...ofHaproxy(tree),
  ...ofOctavia(tree),
  ...ofKeepalived(tree),
];

const APP: Record<string, string> = { api: 'education-api', web: 'education-web' };
const ofKubelets = (tree: Tree): Question[] =>
  workloads(tree)
    .filter(({ kind }) => STAYING.includes(kind))
    .flatMap(({ containers, path, site }) =>
      containers.flatMap(({ name, readinessProbe, livenessProbe, startupProbe }: Data) =>
        [readinessProbe, livenessProbe, startupProbe].flatMap((probe: Data) =>
          probe?.httpGet
            ? [
                {
                  program: APP[name] ?? name,
                  asked: probe.httpGet.path,
                  site,
                  path,
                  text: probe.httpGet.path,
                },
              ]
            : [],
        ),
      ),
    );

function ofBlackbox(tree: Tree): Question[] {
  return ofKind(tree, 'ConfigMap')
    .filter(({ object }) => object.data?.['prometheus.yaml'])
    .flatMap(({ object, path }) =>
      listOf(yamlOf(object.data?.['prometheus.yaml'])?.scrape_configs)
        .filter((job: Data) => job.metrics_path === '/probe')
        .flatMap((job: Data) => listOf(job.static_configs))
        .flatMap(({ targets, labels }: Data) =>
          listOf(targets)
            .map(String)
            .filter((each) => URL.canParse(each))
            .map((target: string) => {
              const { pathname, search } = new URL(target);
              return {
                program: asks(labels?.front, pathname),
                asked: pathname + search,
                site: labels?.site,
                path,
                text: target,
              };
            }),
        ),
    );
}
const asks = (front: string | undefined, pathname: string): string => {
  if (front === undefined) return 'cockroachdb';
  if (front === 'object-store') return 'radosgw';
  return pathname.startsWith('/api/') ? 'education-api' : 'education-web';
};

/** What answers at a port that balancers check. */
const AT_PORT: Record<string, string> = { 30082: 'traefik', 8080: 'cockroachdb', 6443: 'kube-apiserver' };
const ofPort = (port: string | number | undefined): string => AT_PORT[String(port)] ?? `port ${port}`;

const ofHaproxy = (tree: Tree): Question[] =>
  [...tree]
    .filter(([path]) => path.endsWith('/etc/haproxy/haproxy.cfg'))
    .flatMap(([path, text]) =>
      text.split(/\n(?=\S)/).flatMap((section) => {
        const asked = /http-check send .*\buri (\S+)/.exec(section)?.[1];
        if (!asked) return [];
        const port =
          /default-server .*\bport (\d+)/.exec(section)?.[1] ??
          /^\s+server \S+ \S+:(\d+)/m.exec(section)?.[1];
        return [{ program: ofPort(port), asked, site: path.split('/')[0]!, path, text: asked }];
      }),
    );

const ofOctavia = (tree: Tree): Question[] =>
  stacks(tree).flatMap((stack) =>
    ofType(stack, 'lb_monitor_v2').flatMap(({ value }) => {
      if (!value.url_path) return [];
      const member = ofType(stack, 'lb_member_v2').find(
        (each) => referred(each.value.pool_id) === referred(value.pool_id),
      );
      const port = member?.value.monitor_port ?? member?.value.protocol_port;
      return [
        {
          program: ofPort(port),
          asked: value.url_path,
          site: stack.site,
          path: stack.path,
          text: value.url_path,
        },
      ];
    }),
  );

/** An edge's check of itself: the script says the path, keepalived the port. */
const ofKeepalived = (tree: Tree): Question[] =>
  [...tree]
    .filter(([path]) => path.endsWith('/etc/keepalived/keepalived.conf'))
    .flatMap(([path, text]) => {
      const root = path.slice(0, -'/etc/keepalived/keepalived.conf'.length);
      return [...text.matchAll(/script "(\S+fredu-edge-check) (\d+)"/g)].map(([found, script, port]) => {
        const uri = /127\.0\.0\.1:\$1(\/[^\s"]*)/.exec(tree.get(`${root}${script}`) ?? '')?.[1] ?? '';
        return { program: 'haproxy', asked: `:${port}${uri}`, site: path.split('/')[0]!, path, text: found };
      });
    });
