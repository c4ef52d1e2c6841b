import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { databaseHealth } from './database-health.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const CONFIG = 'do/hosts/do-node1/etc/haproxy/haproxy.cfg';
const messages = (of: Tree) => databaseHealth.check(model, of).map((each) => each.message);

it('holds for our own sites', () => {
  expect(databaseHealth.check(model, tree)).toEqual([]);
});

it('refuses what a redirect passes: no TLS, or another answer than 200', () => {
  expect(databaseHealth.check(model, replaced(tree, CONFIG, 'check check-ssl port', 'check port'))).toEqual([
    {
      path: CONFIG,
      text: 'server do-node1 203.0.113.4:26257 check-sni node1.do.fredu.fr verifyhost node1.do.fredu.fr',
      message: 'listen database: nodes are asked without TLS',
      fix: 'check over TLS (check-ssl, or a monitor of type HTTPS)',
    },
  ]);
  expect(messages(replaced(tree, CONFIG, '  http-check expect status 200\n', ''))).toEqual([
    'listen database: 2xx and 3xx counts as well',
  ]);
  expect(messages(replaced(tree, CONFIG, '/health?ready=1', '/health'))).toEqual([
    'listen database: nodes are asked for /health',
  ]);
});

it('wants the answer verified, and every node of the site among the servers', () => {
  expect(messages(replaced(tree, CONFIG, 'verify required', 'verify none'))).toEqual([
    'listen database: any answer is believed',
  ]);
  expect(messages(replaced(tree, CONFIG, /\n +server do-node3.*/, ''))).toEqual([
    'listen database: do-node3 is not among its servers',
  ]);
});

it('misses the balancer of a site', () => {
  const of = new Map([...tree].filter(([path]) => !/^sxb.*haproxy/.test(path)));
  expect(messages(of)).toEqual(['no balancer stands before the database nodes of sxb']);
  const empty = new Map([...of, ['dc/openstack/cdk.tf.json', '{}']]);
  expect(messages(empty)).toEqual([
    'no balancer stands before the database nodes of sxb',
    'no balancer stands before the database nodes of dc',
  ]);
});

/** A balancer of OpenStack as Terraform has it. */
const stack = (monitor: object): Tree =>
  new Map([
    ...tree,
    [
      'dc/openstack/cdk.tf.json',
      JSON.stringify({
        resource: {
          openstack_lb_member_v2: Object.fromEntries(
            ['10.20.0.21', '10.20.0.22', '10.20.0.23'].map((address) => [
              address,
              { address, protocol_port: 26257, pool_id: 'p' },
            ]),
          ),
          openstack_lb_monitor_v2: {
            m: {
              name: 'm',
              pool_id: 'p',
              type: 'HTTPS',
              url_path: '/health?ready=1',
              expected_codes: '200',
              delay: 2,
              timeout: 1,
              max_retries_down: 3,
              ...monitor,
            },
          },
        },
      }),
    ],
  ]);

it('judges Octavia by the same words', () => {
  expect(messages(stack({}))).toEqual([]);
  expect(messages(stack({ type: 'TCP', url_path: undefined, expected_codes: undefined }))).toEqual([
    'pool p: nodes are asked without TLS',
    'pool p: nothing counts as well',
    'pool p: nodes are asked for nothing',
  ]);
});
