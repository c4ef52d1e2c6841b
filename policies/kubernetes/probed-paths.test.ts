import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { edited, inStack, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { probedPaths, questions, SERVED } from './probed-paths.ts';

const model = threeSites();
const tree = artefacts(model);
const found = (changed: Tree) => [
  ...new Set(probedPaths.check(model, changed).map(({ message }) => message)),
];

it('finds nothing in our tree, and every program of the table is asked something', () => {
  expect(found(tree)).toEqual([]);
  expect([...new Set(questions(tree).map(({ program }) => program))].sort()).toEqual(
    Object.keys(SERVED).sort(),
  );
});

it.each<[string, Tree, string]>([
  [
    'the page of Swift, of a store without Swift',
    edited(tree, 'dc/kubernetes/monitoring/configmap-prometheus.yaml', ({ data }) => {
      const config = parse(data['prometheus.yaml']);
      const probed = config.scrape_configs.flatMap((job: Data) => job.static_configs ?? []);
      const store = probed.find(({ labels }: Data) => labels.front === 'object-store');
      store.targets = [`${store.targets[0]}swift/healthcheck`];
      data['prometheus.yaml'] = stringify(config);
    }),
    'a probe asks /swift/healthcheck of radosgw, which serves / as it is configured',
  ],
  [
    'Traefik without its ping',
    replaced(tree, 'sxb/kubernetes/traefik/configmap-traefik.yaml', /^ {4}ping:/m, '    other:'),
    'a probe asks /ping of traefik, which serves nothing as it is configured',
  ],
  [
    'an edge that asks another port of itself',
    replaced(
      tree,
      'sxb/hosts/sxb-edge1/etc/keepalived/keepalived.conf',
      'fredu-edge-check 8404',
      'fredu-edge-check 8407',
    ),
    'a probe asks :8407/healthz of haproxy, which serves :8404/healthz, :8406/healthz',
  ],
  [
    'a monitor of a path that is no more',
    inStack(tree, 'dc', ({ lb_monitor_v2: monitors }) => {
      monitors['balancer_api_api-monitor'].url_path = '/healthy';
    }),
    'a probe asks /healthy of kube-apiserver, which serves /readyz',
  ],
  [
    'a program that nobody looked at',
    edited(tree, 'sxb/kubernetes/monitoring/deployment-grafana.yaml', ({ spec }) => {
      spec.template.spec.containers[0].name = 'other';
    }),
    'of other, of which nobody wrote down what it serves',
  ],
])('%s', (_what, changed, message) => {
  expect(found(changed).join('\n')).toContain(message);
});

it('an object store without S3', () => {
  const changed = edited(tree, 'sxb/kubernetes/rook-ceph/cephobjectstore-clients.yaml', ({ spec }) => {
    spec.protocols.enableAPIs = ['swift', 'admin'];
  });
  expect(found(changed)).toEqual([
    'a probe asks / of radosgw, which serves /swift/healthcheck as it is configured',
  ]);
});
