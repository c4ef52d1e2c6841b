import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { databaseDrain } from './database-drain.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const SETTINGS = 'platform/sql/settings.sql';
const CONFIG = 'do/hosts/do-node1/etc/haproxy/haproxy.cfg';
const SET = 'dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml';
const messages = (of: Tree) => databaseDrain.check(model, of).map((each) => each.message);

it('holds for our own sites', () => {
  expect(databaseDrain.check(model, tree)).toEqual([]);
});

it('adds up the phases, the transactions twice, against pods and units', () => {
  const short = edited(tree, SET, ({ spec }) => {
    spec.template.spec.terminationGracePeriodSeconds = 129;
  });
  expect(databaseDrain.check(model, short)[0]).toEqual({
    path: SET,
    text: 'terminationGracePeriodSeconds',
    other: { path: SETTINGS, text: 'server.shutdown.' },
    message: 'pod of dc-worker1 is killed after 129 s; its drain takes up to 130 s',
    fix: 'wait at least 130 s',
  });
  expect(
    messages(
      edited(tree, SET, ({ spec }) => {
        spec.template.spec.terminationGracePeriodSeconds = 130;
      }),
    ),
  ).toEqual([]);
  expect(
    messages(
      replaced(tree, 'do/hosts/do-node1/etc/systemd/system/cockroachdb.service', 'TimeoutStopSec=150\n', ''),
    ),
  ).toEqual(['do-node1 is killed after 90 s; its drain takes up to 130 s']);
});

it('waits for the slowest balancer', () => {
  expect(messages(replaced(tree, CONFIG, 'inter 2s fall 3', 'inter 5s fall 3'))).toEqual([
    'listen database sends clients for up to 16 s to a node that drains; the node waits 10 s',
  ]);
  expect(
    messages(replaced(tree, SETTINGS, "initial_wait = '10s'", "initial_wait = '0s'")).length,
  ).toBeGreaterThanOrEqual(3);
});

it('lets pooled connections end by age first', () => {
  const long = edited(tree, 'dc/kubernetes/education/configmap-pgbouncer.yaml', ({ data }) => {
    data['pgbouncer.ini'] = data['pgbouncer.ini'].replace('server_lifetime = 60', 'server_lifetime = 75');
  });
  expect(messages(long)).toEqual([
    'connections of the pooler live 75 s; a draining node hangs up after 75 s',
  ]);
});

it('waits longer than a statement may run', () => {
  expect(
    messages(
      replaced(tree, 'platform/sql/users.sql', "statement_timeout = '10s'", "statement_timeout = '15s'"),
    ),
  ).toEqual(['a statement of education may run 15 s; a draining node waits 15 s']);
});

it('misses a setting', () => {
  expect(
    messages(replaced(tree, SETTINGS, /SET CLUSTER SETTING server.shutdown.connections.timeout.*\n/, '')),
  ).toContain('one of the five settings server.shutdown.* is missing');
});
