import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { hostsAlike } from './hosts-alike.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => hostsAlike.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('finds a setting that one of two edges has in another way, and what stands at the other', () => {
  const path = 'sxb/hosts/sxb-edge2/etc/haproxy/haproxy.cfg';
  const changed = replaced(tree, path, 'retries 2', 'retries 9');
  expect(hostsAlike.check(model, changed)).toEqual([
    {
      path,
      text: expect.stringContaining('retries 9'),
      other: {
        path: 'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg',
        text: expect.stringContaining('retries 2'),
      },
      message: expect.stringMatching(
        /^sxb-edge1 and sxb-edge2 have one role and differ in line \d+: `retries 2` and `retries 9`$/,
      ),
      fix: 'give both the same line: npm run synth',
    },
  ]);
  // The fix: the same line in both.
  const mended = replaced(changed, 'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg', 'retries 2', 'retries 9');
  expect(messages(mended)).toEqual([]);
});

it('an address that is neither its own nor a neighbour’s', () => {
  const path = 'sxb/hosts/sxb-edge2/etc/default/prometheus-node-exporter';
  expect(messages(replaced(tree, path, '10.10.0.5:9100', '10.10.0.55:9100'))).toHaveLength(1);
});

it('a file that one of three has not, a first start that differs, and the pair of a front firewall', () => {
  expect(messages(without(tree, 'do/hosts/do-node2/etc/sysctl.d/60-cockroachdb.conf'))).toEqual([
    'do-node1 has this file, and do-node2 of the same role has none',
  ]);
  expect(
    messages(replaced(tree, 'do/cloud-init/do-node3.yaml', 'disable_root: true', 'disable_root: false')),
  ).toEqual([expect.stringContaining('do-node1 and do-node3 have one role and differ in line')]);
  expect(
    messages(
      replaced(tree, 'sxb/front-firewall/firewall2/etc/nftables.conf', 'policy drop', 'policy accept'),
    ),
  ).toHaveLength(1);
});
