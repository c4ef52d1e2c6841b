import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { added, edited, only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { databaseNames } from './database-names.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const CERTIFICATES = 'platform/certificates.yaml';
const messages = (of: Tree) => databaseNames.check(model, of).map((each) => each.message);
const missing = (name: string) => replaced(tree, CERTIFICATES, `      - ${name}\n`, '');

it('holds for our own sites', () => {
  expect(databaseNames.check(model, tree)).toEqual([]);
});

it('misses the address that other sites dial, and the one that the own site dials', () => {
  const nodes = 'sxb/kubernetes/cockroachdb/configmap-cockroachdb-nodes.yaml';
  expect(databaseNames.check(model, missing('192.0.2.22'))).toEqual([
    {
      path: nodes,
      text: '192.0.2.22',
      other: { path: CERTIFICATES },
      message: 'another node dials 192.0.2.22, which is in no certificate of what it dials',
      fix: 'add 192.0.2.22 to the identity, or dial a name that is there',
    },
  ]);
  expect(messages(missing('10.10.0.22'))).toContain(
    'another node dials 10.10.0.22, which is in no certificate of what it dials',
  );
});

it('misses the balancer that the pooler dials', () => {
  expect(messages(missing('10.20.1.12'))).toEqual([
    'the pooler dials 10.20.1.12, which is in no certificate of what it dials',
  ]);
});

it('misses the name that a balancer verifies', () => {
  expect(messages(missing('node2.do.fredu.fr'))).toEqual(
    Array(3).fill('listen database dials node2.do.fredu.fr, which is in no certificate of what it dials'),
  );
});

it('misses the service that the setup dials', () => {
  expect(messages(missing('cockroachdb-public.cockroachdb.svc'))).toEqual([
    'a job dials cockroachdb-public.cockroachdb.svc, which is in no certificate of what it dials',
  ]);
});

it('misses the name by which the app dials the pooler', () => {
  const path = 'sxb/kubernetes/education/deployment-education-api.yaml';
  const app = (host: string) =>
    added(tree, path, {
      kind: 'Deployment',
      metadata: { name: 'education-api', namespace: 'education' },
      spec: {
        template: {
          spec: {
            containers: [
              { env: [{ name: 'DATABASE_URL', value: `postgresql://education@${host}:6432/fredu` }] },
            ],
          },
        },
      },
    });
  expect(messages(app('pgbouncer.education.svc'))).toEqual([]);
  expect(messages(app('pooler'))).toEqual([
    'the app dials pooler, which is in no certificate of what it dials',
  ]);
});

it('misses what Prometheus dials', () => {
  const config = (target: string | null) =>
    added(tree, 'dc/kubernetes/monitoring/configmap-prometheus.yaml', {
      kind: 'ConfigMap',
      metadata: { name: 'prometheus', namespace: 'monitoring' },
      data: {
        'prometheus.yml': `scrape_configs:\n  - metrics_path: /_status/vars\n    static_configs:\n      - targets: ${target === null ? '' : `['${target}:8080']`}\n`,
      },
    });
  expect(messages(config('203.0.113.5'))).toEqual([]);
  expect(messages(config(null))).toEqual([]);
  expect(messages(config('203.0.113.9'))).toEqual([
    'Prometheus dials 203.0.113.9, which is in no certificate of what it dials',
  ]);
});

it('reads a certificate for what it is: a client’s holds no address', () => {
  const client = edited(tree, CERTIFICATES, ({ identities }) => {
    for (const each of identities) each.usages = ['client'];
  });
  expect(messages(client).length).toBeGreaterThan(20);
});
