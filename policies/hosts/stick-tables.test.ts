import { expect, it } from 'vitest';
import { hosts } from '#charts/hosts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { siteOf } from '#sites/questions.ts';
import type { Tree } from '../law.ts';
import { stickTables } from './stick-tables.ts';

const model = example();
const tree: Tree = only(
  new Map(hosts(model, siteOf(model, 'lyn')).map(([path, text]): [string, string] => [`lyn/${path}`, text])),
  /haproxy\.cfg$/,
);
const messages = (changed: Tree) => stickTables.check(model, changed).map(({ message }) => message);
const first = 'lyn/hosts/lyn-edge1/etc/haproxy/haproxy.cfg';

it('holds for the edges of a room', () => expect(messages(tree)).toEqual([]));

it.each<[name: string, from: string | RegExp, to: string, message: string]>([
  [
    'a peer that is missing',
    /\n {2}peer lyn-edge2 \S+/,
    '',
    'lyn-edge1: what it counts is not shared with lyn-edge2',
  ],
  [
    'a table that is not shared',
    ' peers edges\n',
    '\n',
    'lyn-edge1: what it counts is not shared with lyn-edge1, lyn-edge2',
  ],
  [
    'an edge that is nobody',
    'localpeer lyn-edge1',
    'localpeer lyn-edge2',
    'lyn-edge1: it does not know which of the peers it is',
  ],
  [
    'a family that is not counted',
    'type ipv6',
    'type string',
    'lyn-edge1: it counts no clients of type ipv6',
  ],
  ['a table that is too large', 'size 100k', 'size 4m', 'lyn-edge1: its tables may take 344 MiB of 4096'],
])('refuses %s', (_, from, to, message) => {
  expect(messages(replaced(tree, first, from, to))).toContain(message);
});
