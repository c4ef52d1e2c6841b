import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { example, room } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import type { Model } from '#sites/model.ts';
import { hostsOf, siteOf } from '#sites/questions.ts';
import { isFirewalled, nftables } from './nftables.ts';

const dual = example();
const single = example(({ sites }) => {
  sites.lyn = room(1, { dual: false });
});
const textOf = (model: Model, code: string, role: 'edge' | 'bastion' | 'database') => {
  const site = siteOf(model, code);
  return nftables({ model, site, host: hostsOf(site, role)[0]! });
};
const rule = (text: string, flow: string) =>
  text.split('\n').filter((line) => new RegExp(`comment "(.*, )?${flow}[",]`).test(line));

describe('the firewall of a host', () => {
  const edge = textOf(dual, 'lyn', 'edge');

  it('is that of edges, bastions and rented hosts; others stand behind groups or Calico', () => {
    const guarded = dual.sites.flatMap((site) => site.hosts.filter((host) => isFirewalled(site, host)));
    expect(new Set(guarded.map(({ site, role }) => `${site} ${role}`))).toEqual(
      new Set(['lyn edge', 'lyn bastion', 'nic database']),
    );
  });

  it('is replaced in one transaction, and touches no table of others', () => {
    expect(edge).toMatch(/^table inet fredu\ndelete table inet fredu\n/m);
    expect(edge).not.toContain('flush ruleset');
  });

  it('counts clients before the balancer does, those of IPv6 by their /64', () => {
    expect(edge).toContain(
      'add @rate_ipv4 { ip saddr limit rate over 100/second burst 200 packets } counter drop',
    );
    expect(edge).toContain('add @rate_ipv6 { ip6 saddr and ffff:ffff:ffff:ffff:: limit rate');
    expect(edge).toContain('add @open_ipv6 { ip6 saddr and ffff:ffff:ffff:ffff:: ct count over');
    expect(rule(edge, 'app')).toHaveLength(2);
  });

  it('counts no machine of ours, in either family', () => {
    const lines = edge.split('\n').map((line) => line.trim());
    for (const [family, word] of [
      ['ipv4', 'ip'],
      ['ipv6', 'ip6'],
    ] as const) {
      const start = lines.indexOf(`chain clients_${family} {`);
      expect(lines[start + 1]).toMatch(new RegExp(`^${word} saddr .* accept$`));
      for (const { address } of hostsOf(siteOf(dual, 'lyn'), 'worker'))
        expect(lines[start + 1]).toContain(address[family]);
    }
  });

  it('takes from neighbours only what has crossed no router', () => {
    for (const flow of ['vrrp', 'bfd-back'])
      expect(rule(edge, flow).filter((each) => /ttl 255|hoplimit 255/.test(each))).toHaveLength(2);
  });

  it('is met at its inner leg by its own site and at its outer one by others', () => {
    const { address, public: outer } = hostsOf(siteOf(dual, 'lyn'), 'edge')[0]!;
    expect(rule(edge, 'ssh-from-bastion')[0]).toContain(`ip daddr ${address.ipv4} `);
    expect(rule(edge, 'bgp-back')[0]).toContain(`ip daddr ${outer.ipv4} `);
  });

  it('lets a balancer without an edge reach the other nodes, and be reached by them', () => {
    expect(rule(textOf(dual, 'nic', 'database'), 'balancer-to-database')).toHaveLength(2);
  });

  it('speaks of IPv6 addresses only where there are some', () => {
    expect(textOf(single, 'lyn', 'edge')).not.toMatch(/ip6 [sd]addr (?!fe80)/);
  });
});

const work = mkdtempSync(join(tmpdir(), 'fredu-nft-'));
afterAll(() => rmSync(work, { recursive: true }));
for (const [name, model] of Object.entries({ 'both families': dual, 'IPv4 only': single })) {
  itJudged('nft', `nft takes every file, twice, ${name}`, async () => {
    for (const [code, role] of [
      ['lyn', 'edge'],
      ['lyn', 'bastion'],
      ['nic', 'database'],
    ] as const) {
      const file = join(work, `${role}.conf`);
      writeFileSync(file, textOf(model, code, role));
      // The second time it replaces what the first one made.
      const { code: exit, stderr } = await run([
        'unshare',
        '--user',
        '--map-root-user',
        '--net',
        'sh',
        '-ec',
        `nft -f ${file} && nft -f ${file} && nft list ruleset | grep -c '^table'`,
      ]);
      expect(exit, stderr).toBe(0);
    }
  });
}
