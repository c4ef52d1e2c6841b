import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { filesComplete } from './files-complete.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => filesComplete.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each([
  'dc/plans/object-store-promote.yaml',
  'sxb/front-firewall/pfsense.xml',
  'dc/openstack/cdk.tf.json',
  'do/inventory/hosts/tasks/database.yaml',
  'platform/dns/zones.conf',
  'sxb/hosts/sxb-edge2/etc/haproxy/haproxy.cfg',
])('%s', (path) => {
  const rest = without(tree, path);
  expect(messages(rest)).toEqual([expect.stringContaining(`${path} is not in the tree: `)]);
  expect(messages(new Map([...rest, [path, '']]))).toEqual([]);
});
