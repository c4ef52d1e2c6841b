import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { vridsApart } from './vrids-apart.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => vridsApart.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const front = 'sxb/front-firewall/firewall1/etc/keepalived/keepalived.conf';
it('a number that the front firewall and the edges both have, two of one rank, a weight', () => {
  const changed = replaced(tree, front, 'virtual_router_id 1\n', 'virtual_router_id 51\n');
  expect(messages(changed)).toContain(
    'app_ipv4 of the edges and public_ipv4 of the front firewall both have the number 51 in 192.0.2.0/25',
  );
  expect(messages(replaced(changed, front, 'virtual_router_id 51\n', 'virtual_router_id 1\n'))).toEqual([]);
  expect(messages(replaced(tree, front, 'priority 150', 'priority 100'))).toEqual([
    'two hosts of the front firewall have the priority 100 for public_ipv4',
  ]);
  expect(
    messages(
      replaced(
        tree,
        'sxb/hosts/sxb-edge1/etc/keepalived/keepalived.conf',
        '    app_served\n',
        '    app_served weight -60\n',
      ),
    ),
  ).toEqual(['a script with weight -60 moves one address of a group and leaves the others']);
});
