import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced, without } from '#scripts/testing/edited-tree.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { hostListeners } from './host-listeners.ts';

const model = threeSites();
const tree = only(artefacts(model), /\/hosts\//);
const messages = (changed: Tree) => hostListeners.check(model, changed).map(({ message }) => message);
const EDGE = 'sxb/hosts/sxb-edge1/etc';
const NODE = 'do/hosts/do-node1/etc';

it('our own sites keep it, and others do', () => {
  expect(messages(tree)).toEqual([]);
  for (const change of [
    () => {},
    (input: { platform: { anycast?: unknown } }) => delete input.platform.anycast,
  ]) {
    const other = example(change as Parameters<typeof example>[0]);
    expect(hostListeners.check(other, artefacts(other))).toEqual([]);
  }
});

it('nothing listens beside the table: not everywhere, not on another port, not for time', () => {
  expect(
    messages(replaced(tree, `${EDGE}/haproxy/haproxy.cfg`, 'bind 127.0.0.1:8404', 'bind :8404')),
  ).toEqual(['sxb-edge1 listens on tcp 8404, and no flow of the table leads there']);
  expect(
    messages(replaced(tree, `${NODE}/haproxy/haproxy.cfg`, 'bind 127.0.0.1:26257', 'bind 203.0.113.4:5432')),
  ).toEqual(['do-node1 listens on tcp 5432 at 203.0.113.4, and no flow of the table leads there']);
  expect(messages(replaced(tree, `${NODE}/chrony/chrony.conf`, 'port 0\n', ''))).toEqual([
    'do-node1 listens on udp 123, and no flow of the table leads there',
  ]);
});

it('a balancer listens on its own addresses, in both families', () => {
  const wide = replaced(tree, `${EDGE}/haproxy/haproxy.cfg`, 'bind 192.0.2.10:443', 'bind 192.0.2.4:443');
  expect(messages(wide)).toEqual([
    'sxb-edge1 listens on tcp 443 at 192.0.2.4, and no flow of the table leads there',
    'the flow app leads to tcp 443 at 192.0.2.10 of sxb-edge1, where nothing listens',
  ]);
  expect(
    messages(replaced(tree, `${EDGE}/haproxy/haproxy.cfg`, '  bind [2001:db8:10:1::10]:443 v6only\n', '')),
  ).toEqual(['the flow app leads to tcp 443 at 2001:db8:10:1::10 of sxb-edge1, where nothing listens']);
  expect(
    messages(replaced(tree, `${EDGE}/haproxy/haproxy.cfg`, 'bind 10.10.0.10:6443', 'bind :6443')),
  ).toEqual([
    'sxb-edge1 listens on tcp 6443, and no flow of the table leads there',
    'the flow kubernetes-api leads to tcp 6443 at 10.10.0.10 of sxb-edge1, where nothing listens',
  ]);
});

it('what the table leads to listens', () => {
  expect(messages(without(tree, 'dc/hosts/dc-bastion/etc/default/prometheus-node-exporter'))).toEqual([
    'the flow scrape-hosts leads to tcp 9100 of dc-bastion, where nothing listens',
  ]);
  expect(
    messages(
      replaced(tree, `${NODE}/default/prometheus-node-exporter`, '203.0.113.4:9100', '127.0.0.1:9100'),
    ),
  ).toEqual(['the flow scrape-arbiter-hosts leads to tcp 9100 of do-node1, where nothing listens']);
  expect(messages(without(tree, `${EDGE}/bird/bird.conf`)).sort()).toEqual([
    'the flow bfd-back leads to udp 3784 of sxb-edge1, where nothing listens',
    'the flow bgp-back leads to tcp 179 of sxb-edge1, where nothing listens',
  ]);
});
