import { expect, it } from 'vitest';
import { hosts } from '#charts/hosts.ts';
import { only, replaced, without } from '#scripts/testing/edited-tree.ts';
import { example, room } from '#scripts/testing/example-sites.ts';
import { siteOf } from '#sites/questions.ts';
import type { Tree } from '../law.ts';
import { virtualAddresses } from './virtual-addresses.ts';

const model = example();
const treeOf = (of = model): Tree =>
  only(
    new Map(hosts(of, siteOf(of, 'lyn')).map(([path, text]): [string, string] => [`lyn/${path}`, text])),
    /keepalived\.conf$/,
  );
const tree = treeOf();
const messages = (changed: Tree, of = model) =>
  virtualAddresses.check(of, changed).map(({ message }) => message);
const first = 'lyn/hosts/lyn-edge1/etc/keepalived/keepalived.conf';

it('holds for two edges and for three, in both families and in one', () => {
  expect(messages(tree)).toEqual([]);
  const single = example(({ sites }) => {
    sites.lyn = room(1, { dual: false });
  });
  expect(messages(treeOf(single), single)).toEqual([]);
});

it.each<[name: string, from: string | RegExp, to: string, message: string]>([
  [
    'the same number twice',
    'virtual_router_id 52',
    'virtual_router_id 51',
    'lyn-edge1: app_ipv4 and app_ipv6 are both router 51 on eth0',
  ],
  [
    'a master from the start',
    'state BACKUP',
    'state MASTER',
    'lyn-edge1: app_ipv4 starts as MASTER, before it has heard whether there is a master',
  ],
  [
    'a virtual address to speak from',
    / preferred_lft 0/,
    '',
    'lyn-edge1: app_ipv6 makes 2001:db8:1:1::64 the source of what the master itself asks, and the answer may reach another edge',
  ],
  [
    'a script of a member',
    '  notify',
    '  track_script {\n    app_served\n  }\n  notify',
    'lyn-edge1: app_ipv4 tracks a script by itself, which keepalived ignores in a group',
  ],
  [
    'a weighted script',
    '  fall 1\n',
    '  fall 1\n  weight -20\n',
    'lyn-edge1: app_served has a weight, which keepalived ignores in a group',
  ],
  [
    'a weight where it is tracked',
    '    app_served\n',
    '    app_served weight 5\n',
    'lyn-edge1: app_served has a weight, which keepalived ignores in a group',
  ],
  [
    'a family alone',
    '    app_ipv6\n',
    '',
    'lyn-edge1: app_ipv6 is in no group, or in several, so that its family may move alone',
  ],
  [
    'nobody asked',
    '    app_served\n',
    '',
    'lyn-edge1: the group app does not ask whether this edge can serve',
  ],
  [
    'an unknown script',
    '    app_served\n',
    '    app_well\n',
    'lyn-edge1: the script app_well is not defined',
  ],
  [
    'a slow check',
    '  timeout 1\n',
    '  timeout 2\n',
    'lyn-edge1: app_served may take 2 s and is asked again after 2 s',
  ],
  [
    'scripts of anybody',
    '  enable_script_security\n',
    '',
    'lyn-edge1: scripts that others than root may write would run as root',
  ],
  ['one priority', 'priority 150', 'priority 100', 'app_ipv4: two edges have priority 100'],
  [
    'different numbers',
    'virtual_router_id 51',
    'virtual_router_id 53',
    'app_ipv4: the edges have different values of virtual_router_id',
  ],
  [
    'different rhythms',
    'advert_int 0.2',
    'advert_int 1',
    'app_ipv4: the edges have different values of advert_int',
  ],
])('refuses %s', (_, from, to, message) => {
  expect(messages(replaced(tree, first, from, to))).toContain(message);
});

it('refuses an edge that does not hear the other, holds another address, or is not there', () => {
  const peers = /unicast_peer \{\n\s+(\S+)\n/.exec(tree.get(first)!)![1]!;
  expect(messages(replaced(tree, first, `    ${peers}\n`, '    192.0.2.99\n'))[0]).toContain(
    `lyn-edge1 speaks to 192.0.2.99; the others are ${peers}`,
  );
  expect(
    messages(
      replaced(tree, first, /virtual_ipaddress \{\n {4}\S+/, 'virtual_ipaddress {\n    192.0.2.98/24'),
    ),
  ).toContain('app_ipv4: the edges hold different addresses');
  expect(messages(without(tree, first))).toEqual(['lyn: an edge has no keepalived.conf']);
});
