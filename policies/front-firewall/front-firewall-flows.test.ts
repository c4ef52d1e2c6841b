import { describe, expect, it } from 'vitest';
import { frontFirewall } from '#charts/front-firewall.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { example, room } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import type { Tree } from '../law.ts';
import { frontFirewallFlows } from './front-firewall-flows.ts';

const treeOf = (model: Model): Tree =>
  new Map(
    model.sites.flatMap((site) =>
      frontFirewall(model, site).map(([path, text]): [string, string] => [`${site.code}/${path}`, text]),
    ),
  );
const model = threeSites();
const tree = treeOf(model);
const path = 'sxb/front-firewall/pfsense.xml';
const messages = (changed: Tree, of = model) =>
  frontFirewallFlows.check(of, changed).map(({ message }) => message);
const changed = (from: string | RegExp, to: string) => messages(replaced(tree, path, from, to));

describe('our own front firewall', () => {
  it('keeps it', () => {
    expect(tree.has(path)).toBe(true);
    expect(messages(tree)).toEqual([]);
  });

  it('needs each of its rules, but for those about itself', () => {
    const rules = tree.get(path)!.match(/ *<rule>\n(?: {6}.*\n)*? *<tracker>[\s\S]*?<\/rule>\n/g)!;
    expect(rules.length).toBeGreaterThan(15);
    for (const rule of rules.filter((each, index) => index % 5 === 1 && !each.includes('(self)')))
      expect(changed(rule, '').length, rule).toBeGreaterThan(0);
  });

  it('opens not one port more', () => {
    expect(changed('<port>26258</port>', '<port>26258-26259</port>')[0]).toMatch(
      /^do-node1 \(203\.0\.113\.4\) to sxb-worker1 \(10\.10\.0\.21\), tcp 26259: let through/,
    );
  });

  it('admits nobody by the side door', () => {
    expect(
      changed(
        '<address>203.0.113.4 203.0.113.5 203.0.113.6</address>',
        '<address>203.0.113.0/24 93.184.215.14</address>',
      ).some((each) => each.startsWith('the internet (93.184.215.14) to sxb-worker1')),
    ).toBe(true);
    expect(
      changed('<type>block</type>', '<type>pass</type>').some((each) =>
        each.startsWith('somebody with an address of ours'),
      ),
    ).toBe(true);
  });

  it('lets nothing leave that has no flow', () => {
    expect(changed('<not/>', '').length).toBeGreaterThan(0);
  });
});

it('holds for a room of IPv4 only, beside a cloud', () => {
  const other = example(({ sites }) => {
    sites.lyn = room(1, { dual: false });
  });
  expect(messages(treeOf(other), other)).toEqual([]);
});

describe('the pair of hosts', () => {
  const nft = 'sxb/front-firewall/firewall1/etc/nftables.conf';
  const of = (from: string | RegExp, to: string) => messages(replaced(tree, nft, from, to));

  it('needs each of its rules, wherever they lead', () => {
    const rules = tree.get(nft)!.match(/^ {4}iifname \S+ oifname .* accept comment .*\n/gm)!;
    expect(rules.length).toBeGreaterThan(20);
    for (const rule of rules.filter((_each, index) => index % 6 === 1))
      expect(of(rule, '').length, rule).toBeGreaterThan(0);
  });

  it('opens not one port, not one address and not one side more', () => {
    expect(of('tcp dport { 26258 } accept', 'tcp dport { 26258-26259 } accept')[0]).toMatch(
      /tcp 26259: let through/,
    );
    expect(
      of(
        'elements = { 203.0.113.4, 203.0.113.5, 203.0.113.6 }',
        'elements = { 203.0.113.0/24, 93.184.215.14 }',
      ).length,
    ).toBeGreaterThan(0);
  });

  it('judges both where they differ', () => {
    const found = frontFirewallFlows.check(
      model,
      replaced(tree, nft, 'tcp dport { 22 }', 'tcp dport { 22, 23 }'),
    );
    expect(new Set(found.map((each) => each.path))).toEqual(new Set([nft]));
  });
});
