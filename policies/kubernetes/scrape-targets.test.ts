import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { scrapeTargets } from './scrape-targets.ts';

const model = threeSites();
const tree = only(artefacts(model), /\/kubernetes\//);
const config = 'sxb/kubernetes/monitoring/configmap-prometheus.yaml';
const said = (broken: typeof tree) =>
  scrapeTargets.check(model, broken).map(({ path, message }) => `${path}: ${message}`);

it('our own sites keep it', () => {
  expect(said(tree)).toEqual([]);
});

it('finds a job whose pods have another name', () => {
  expect(said(replaced(tree, config, 'regex: memcached', 'regex: memcache'))).toEqual([
    `${config}: job memcached looks for pods memcache with port metrics in education, and nothing makes any`,
    'sxb/kubernetes/education/statefulset-memcached.yaml: statefulset education/memcached exports metrics that no job asks for',
  ]);
});

it('finds a port that the pods do not have', () => {
  const broken = edited(tree, 'sxb/kubernetes/monitoring/deployment-grafana.yaml', ({ spec }) => {
    spec.template.spec.containers[0].ports[0].name = 'web';
  });
  expect(said(broken)).toEqual([
    `${config}: job grafana looks for pods grafana with port http in monitoring, and nothing makes any`,
  ]);
});

it('finds a job for what Rook makes, where Rook makes nothing', () => {
  const broken = without(tree, 'dc/kubernetes/rook-ceph/cephcluster-rook-ceph.yaml');
  expect(said(broken).map((line) => line.split(' looks for')[0])).toEqual([
    'dc/kubernetes/monitoring/configmap-prometheus.yaml: job ceph',
    'dc/kubernetes/monitoring/configmap-prometheus.yaml: job ceph-exporter',
  ]);
});

it('finds an address that is nobody’s, and a port that the table does not have', () => {
  const other = replaced(tree, config, '10.10.0.4:8405', '10.10.0.44:8405');
  expect(said(other)).toEqual([
    `${config}: job haproxy dials 10.10.0.44:8405, to which no flow of the table leads`,
    `${config}: job haproxy does not ask sxb-edge1:8405, which tells the same as those that it asks`,
  ]);
  const port = replaced(tree, config, '203.0.113.4:9100', '203.0.113.4:9101');
  expect(said(port)).toEqual([
    `${config}: job node dials 203.0.113.4:9101, to which no flow of the table leads`,
    `${config}: job node does not ask do-node1:9100, which tells the same as those that it asks`,
  ]);
});

it('finds a host that is left out, where its like are asked', () => {
  expect(said(replaced(tree, config, '              - 203.0.113.4:8080\n', ''))).toEqual([
    `${config}: job cockroachdb does not ask do-node1:8080, which tells the same as those that it asks`,
  ]);
});

it('finds an exporter on the network of its host that nobody asks', () => {
  const broken = edited(tree, 'dc/kubernetes/node-exporter/daemonset-node-exporter.yaml', ({ spec }) => {
    spec.template.spec.containers[0].ports[0].containerPort = 9111;
  });
  expect(said(broken)).toEqual([
    'dc/kubernetes/node-exporter/daemonset-node-exporter.yaml: daemonset node-exporter/node-exporter exports metrics that no job asks for',
  ]);
});
