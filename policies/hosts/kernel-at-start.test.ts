import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { kernelAtStart } from './kernel-at-start.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => kernelAtStart.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('finds what nothing has loaded, on firewalls and on edges', () => {
  const front = 'sxb/front-firewall/firewall1/etc/modules-load.d/nf_conntrack.conf';
  expect(messages(without(tree, front))).toEqual([
    'net.netfilter.nf_conntrack_max is lost at each start: nothing has loaded nf_conntrack when it is set',
    'net.netfilter.nf_conntrack_tcp_loose is lost at each start: nothing has loaded nf_conntrack when it is set',
  ]);
  const edge = 'sxb/hosts/sxb-edge2/etc/modules-load.d/nf_conntrack.conf';
  expect(messages(replaced(tree, edge, /^nf_conntrack$/m, '# nf_conntrack'))).toHaveLength(1);
});
