import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, inTraefik } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { trustedHop } from './trusted-hop.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const at = 'sxb/kubernetes';
const messages = (changed: Tree) => trustedHop.check(model, changed).map(({ message }) => message);
const fixed = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'traefik.yaml', change);

it('our own sites keep it', () => {
  expect(trustedHop.check(model, tree)).toEqual([]);
});

it('anybody more, anybody less, everybody; and headers of clients', () => {
  const trust = (name: string, change: (trusted: string[]) => string[]) =>
    messages(
      fixed(({ entryPoints }) => {
        entryPoints[name].proxyProtocol = {
          trustedIPs: change(entryPoints[name].proxyProtocol?.trustedIPs ?? []),
        };
      }),
    );
  expect(trust('websecure', (trusted) => [...trusted, '10.0.0.0/8'])).toHaveLength(1);
  expect(trust('web', (trusted) => trusted.filter((each) => !each.includes(':')))).toHaveLength(1);
  expect(trust('objects', (trusted) => [...trusted, '10.10.0.4'])).toHaveLength(1);
  expect(trust('ping', () => ['10.10.0.4'])).toEqual([
    'entry point ping of sxb believes 10.10.0.4; before it stands nobody',
  ]);
  expect(
    messages(fixed(({ entryPoints }) => Object.assign(entryPoints.web.proxyProtocol, { insecure: true }))),
  ).toHaveLength(1);
  expect(
    messages(
      fixed(({ entryPoints }) => Object.assign(entryPoints.web, { forwardedHeaders: { insecure: true } })),
    ),
  ).toEqual(['entry point web of sxb believes X-Forwarded-For, which only clients send here']);
});
it('a node port that hides the sender', () => {
  expect(
    messages(
      edited(
        tree,
        `${at}/traefik/service-traefik.yaml`,
        (object) => delete object.spec.externalTrafficPolicy,
      ),
    ),
  ).toEqual(["node ports of traefik/traefik hide the sender's address"]);
});
const haproxy = (server: string, ...lines: string[]): Tree =>
  new Map([
    [
      'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg',
      ['backend app', ...lines.map((line) => `  ${line}`), `  server w1 ${server}`].join('\n'),
    ],
  ]);
it('HAProxy that does not say whom it speaks for, or says it to the API', () => {
  expect(messages(haproxy('10.10.0.21:30443 check'))).toEqual([
    "port 30443 of Traefik does not get the client's address",
  ]);
  expect(messages(haproxy('10.10.0.21:30443 check send-proxy-v2'))).toEqual([]);
  expect(messages(haproxy('10.10.0.21:30443', 'default-server check send-proxy-v2'))).toEqual([]);
  expect(messages(haproxy('10.10.0.11:6443 send-proxy-v2'))).toEqual([
    'port 6443 is sent a PROXY header that it does not understand',
  ]);
});
it('Octavia likewise', () => {
  const octavia = (protocol: string, port: number): Tree =>
    new Map([
      [
        'dc/openstack/cdk.tf.json',
        JSON.stringify({
          resource: {
            openstack_lb_pool_v2: { pool: { protocol } },
            openstack_lb_members_v2: {
              members: {
                pool_id: ['$', '{openstack_lb_pool_v2.pool.id}'].join(''),
                member: [{ protocol_port: port }],
              },
            },
          },
        }),
      ],
    ]);
  expect(messages(octavia('TCP', 30443))).toHaveLength(1);
  expect(messages(octavia('PROXYV2', 30443))).toEqual([]);
  expect(messages(octavia('PROXYV2', 6443))).toHaveLength(1);
});
