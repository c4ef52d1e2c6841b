import { describe, expect, it } from 'vitest';
import { hosts } from '#charts/hosts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { example, room } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import type { Tree } from '../law.ts';
import { hostFirewallFlows } from './host-firewall-flows.ts';

const treeOf = (model: Model): Tree =>
  new Map(
    model.sites.flatMap((site) =>
      hosts(model, site)
        .filter(([path]) => path.endsWith('/etc/nftables.conf'))
        .map(([path, text]): [string, string] => [`${site.code}/${path}`, text]),
    ),
  );
const model = threeSites();
const all = treeOf(model);
const edge = 'sxb/hosts/sxb-edge1/etc/nftables.conf';
const node = 'do/hosts/do-node1/etc/nftables.conf';
const tree: Tree = new Map([edge, node].map((path) => [path, all.get(path)!]));
/** Hosts that a small tree leaves out are not what a test is about. */
const messages = (changed: Tree) =>
  hostFirewallFlows
    .check(model, changed)
    .map(({ message }) => message)
    .filter((message) => !message.endsWith('has no firewall'));
const changed = (path: string, from: string | RegExp, to: string) => messages(replaced(tree, path, from, to));

it('holds on every host of ours, edges and arbiters and the bastion of a room', () => {
  expect(all.size).toBe(6);
  expect(hostFirewallFlows.check(model, all)).toEqual([]);
});

it('holds for a room of IPv4 only', () => {
  const single = example(({ sites }) => {
    sites.lyn = room(1, { dual: false });
  });
  expect(treeOf(single).size).toBeGreaterThan(4);
  expect(hostFirewallFlows.check(single, treeOf(single))).toEqual([]);
});

describe('a firewall', () => {
  it('has to be there', () => {
    expect(hostFirewallFlows.check(model, without(all, edge)).map(({ message }) => message)).toEqual([
      'sxb-edge1 has no firewall',
    ]);
  });

  it.each(['input', 'forward', 'output'])('drops by default: %s', (name) => {
    expect(
      changed(
        edge,
        `hook ${name} priority filter; policy drop;`,
        `hook ${name} priority filter; policy accept;`,
      ),
    ).toEqual([`the chain ${name} does not drop by default`]);
  });

  it('needs each of its rules', () => {
    const rules = tree.get(edge)!.match(/^ {4}.* comment "(?!.*packages).*\n/gm)!;
    expect(rules.length).toBeGreaterThan(30);
    for (const rule of rules.filter((_, index) => index % 8 === 0))
      expect(changed(edge, rule, '').length, rule).toBeGreaterThan(0);
  });

  it('opens not one port more, to nobody more', () => {
    expect(changed(node, 'tcp dport 26258 accept', 'tcp dport 26258-26259 accept')[0]).toMatch(
      /^do-node1: .* to 203\.0\.113\.4, tcp 26259: admitted and not in the table of flows$/,
    );
    expect(changed(node, /ip saddr 192\.0\.2\.128\/28 (?=.*dport 22 )/, '')[0]).toContain('tcp 22: admitted');
    expect(
      changed(edge, /ip saddr \{ 10\.10\.0\.11,(?=.*dport 6443 )/, 'ip saddr { 10.10.0.0/24,').some((each) =>
        each.includes('tcp 6443: admitted'),
      ),
    ).toBe(true);
    expect(
      changed(edge, 'ip daddr 10.10.0.4 tcp dport 22', 'ip daddr 192.0.2.4 tcp dport 22').length,
    ).toBeGreaterThan(1);
  });

  it('lets nothing out that has no flow', () => {
    expect(changed(node, /ip saddr 203\.0\.113\.4 tcp dport 443 accept/, 'accept').length).toBeGreaterThan(
      10,
    );
  });

  it('tells of a rule that nobody needs', () => {
    const spare = changed(
      edge,
      /^(.*comment "app"\n)/m,
      '$1    ip saddr 10.99.0.1 tcp dport 80 accept comment "gone"\n',
    );
    expect(spare).toEqual(['sxb-edge1: this rule admits nothing that is in the table']);
  });
});
