import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { added, edited, only } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { databasePools } from './database-pools.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const POOLER = 'dc/kubernetes/education/configmap-pgbouncer.yaml';
const PODS = 'dc/kubernetes/education/deployment-pgbouncer.yaml';
const messages = (of: Tree) => databasePools.check(model, of).map((each) => each.message);
const ini = (from: string, to: string) =>
  edited(tree, POOLER, ({ data }) => {
    data['pgbouncer.ini'] = data['pgbouncer.ini'].replace(from, to);
  });

it('holds for our own sites', () => {
  expect(databasePools.check(model, tree)).toEqual([]);
});

it('adds up the poolers of a site, the one that replaces another included', () => {
  expect(databasePools.check(model, ini('max_db_connections = 32', 'max_db_connections = 33'))).toEqual([
    {
      path: POOLER,
      text: 'max_db_connections',
      message: 'the poolers of dc open up to 99 connections; its nodes have 24 processors, which serve 96',
      fix: 'max_db_connections = 32',
    },
  ]);
  expect(
    messages(
      edited(tree, PODS, ({ spec }) => {
        spec.replicas = 3;
      }),
    ),
  ).toHaveLength(1);
  expect(messages(ini('max_db_connections = 32', ''))).toHaveLength(1);
});

it('wants one pooler for each user, with the certificate of that user', () => {
  const second = 'analytics = host=10.20.1.12 port=26257 dbname=fredu user=monitoring\n\n[pgbouncer]';
  expect(messages(ini('\n[pgbouncer]', second))).toEqual([
    'pooler pgbouncer: it serves 2 users: education, monitoring',
  ]);
  expect(messages(ini('user=education', 'user=migrations'))).toEqual([
    'pooler pgbouncer: it signs in as migrations without that user’s certificate',
  ]);
});

it('refuses two poolers for one user', () => {
  const copies: [string, Data][] = [];
  for (const path of [POOLER, PODS])
    edited(tree, path, (object) => {
      const copy = structuredClone(object);
      copy.metadata.name = 'other';
      if (copy.spec) copy.spec.template.spec.volumes[0].configMap.name = 'other';
      copies.push([path.replace('pgbouncer', 'other'), copy]);
    });
  const twins = copies.reduce((of, [path, object]) => added(of, path, object), tree);
  expect(messages(twins).slice(0, 2)).toEqual([
    'pooler pgbouncer: other serves education as well',
    'pooler other: pgbouncer serves education as well',
  ]);
});
