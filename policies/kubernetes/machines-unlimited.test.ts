import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, inStack, inTraefik, only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { machinesUnlimited } from './machines-unlimited.ts';

const model = threeSites();
const tree: Tree = only(artefacts(model), /kubernetes|hosts|openstack/);
const messages = (changed: Tree) => machinesUnlimited.check(model, changed).map(({ message }) => message);
const watched = (change: (data: Data) => void) => messages(inTraefik(tree, 'sxb', 'dynamic.yaml', change));
const haproxy = 'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg';
const nftables = 'sxb/hosts/sxb-edge1/etc/nftables.conf';

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('the object store under the limit for people, as it stood', () => {
  const [message, ...more] = watched((data) => delete data.tcp);
  expect(message).toMatch(
    /^entry point websecure of sxb limits machines of ours: 10\.10\.0\.21, .*203\.0\.113\.6/,
  );
  expect(more).toEqual([]);
});

it('a machine that is forgotten, and one that is not ours', () => {
  const rule = (change: (text: string) => string) =>
    watched((data) => {
      const router = data.tcp.routers['object-store-machines'];
      router.rule = change(router.rule);
    });
  expect(rule((text) => text.replace('ClientIP(`198.51.100.22`) || ', ''))).toEqual([
    'entry point websecure of sxb limits machines of ours: 198.51.100.22',
  ]);
  expect(rule((text) => text.replace('198.51.100.22', '198.51.100.77'))).toEqual([
    'entry point websecure of sxb limits machines of ours: 198.51.100.22',
    'entry point websecure of sxb spares 198.51.100.77, which is none of ours',
  ]);
});

it('a way that ends at a limit again, and routes that stand before it', () => {
  const limited = inTraefik(tree, 'sxb', 'traefik.yaml', (data) =>
    data.entryPoints.objects.http.middlewares.push('limit@file'),
  );
  expect(messages(limited)).toContain('entry point websecure of sxb passes machines on to a limit');
  const wrong =
    'a route for s3.sxb.fredu.fr of sxb is not on the entry point objects, so machines of ours never get there';
  const ingress = edited(tree, 'sxb/kubernetes/rook-ceph/ingress-object-store.yaml', ({ metadata }) => {
    delete metadata.annotations;
  });
  expect(messages(ingress)).toEqual([wrong]);
  const gateway = edited(tree, 'sxb/kubernetes/traefik/gateway-public.yaml', ({ spec }) => {
    for (const listener of spec.listeners) listener.port = 8443;
  });
  expect(messages(gateway)).toEqual([wrong]);
});

it('a limit of which nothing says who is under it', () => {
  expect(
    watched((data) => {
      data.http.middlewares.few = { inFlightReq: { amount: 10 } };
    }),
  ).toEqual(['nothing says who is under the limit few of sxb']);
});

it('an edge that counts machines of ours, in HAProxy or before it', () => {
  const late = replaced(tree, haproxy, 'tcp-request connection accept if ours', '');
  expect(messages(late)).toEqual([
    expect.stringMatching(/^frontend front-web of sxb limits machines of ours: 10\.10\.0\.21, /),
  ]);
  expect(messages(replaced(tree, haproxy, 'acl ours src 203.0.113.4', 'acl ours src 0.0.0.0/0'))).toEqual([
    'frontend front-web of sxb limits machines of ours: 203.0.113.4',
    'frontend front-web of sxb spares 0.0.0.0/0, which is none of ours',
  ]);
  expect(messages(replaced(tree, nftables, /ip6 saddr \{[^}]*\} accept\n/, '\n'))).toEqual([
    expect.stringMatching(/^chain clients_ipv6 of sxb limits machines of ours: 2001:db8:10:2::21, /),
  ]);
});

it('a balancer of an OpenStack that counts every client', () => {
  const counted = inStack(tree, 'dc', ({ lb_listener_v2 }) => {
    Object.values<Data>(lb_listener_v2)[0].connection_limit = 1000;
  });
  expect(messages(counted)).toEqual([
    expect.stringMatching(/ of dc takes 1000 connections, machines of ours among them$/),
  ]);
});
