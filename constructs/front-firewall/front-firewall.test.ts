import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { frontFirewall } from '#charts/front-firewall.ts';
import { run } from '#scripts/lib/run.ts';
import { example, room } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { siteOf } from '#sites/questions.ts';
import { crossings, gateways, translated } from './crossings.ts';

const dual = example();
const single = example(({ sites }) => {
  sites.lyn = room(1, { dual: false });
});
/** Its router speaks BGP by IPv6 alone; the way out is of both families all the same. */
const six = example(({ platform, sites }) => {
  platform.anycast = '2001:db8:ffff::1';
  sites.lyn!.routing!.peer.address = '2001:db8:1:1::1';
});
const worlds = { 'both families': dual, 'IPv4 only': single, 'BGP in IPv6 only': six };

const work = mkdtempSync(join(tmpdir(), 'fredu-front-'));
afterAll(() => rmSync(work, { recursive: true }));
for (const [name, model] of Object.entries(worlds)) {
  for (const [path, text] of frontFirewall(model, siteOf(model, 'lyn'))) {
    const target = join(work, name, path);
    mkdirSync(dirname(target), { recursive: true });
    // The judge reads below the throw-away folder what the host has at its root.
    writeFileSync(
      target,
      text.replaceAll(' /etc/keepalived/', ` ${join(work, name)}/front-firewall/firewall1/etc/keepalived/`),
    );
    if (target.includes('/usr/local/')) chmodSync(target, 0o755);
  }
}
const file = (path: string, name = 'both families') => join(work, name, 'front-firewall', path);
const text = (path: string, model = dual) =>
  new Map(frontFirewall(model, siteOf(model, 'lyn'))).get(`front-firewall/${path}`)!;

describe('what crosses', () => {
  const all = crossings({ model: dual, site: siteOf(dual, 'lyn') });

  it('is nothing between edges and hosts, who have a network of their own', () => {
    expect(all.filter(({ from, to }) => from.zone === 'public' && to.zone === 'nodes')).toEqual([]);
    expect(all.every(({ from, to }) => from.zone !== to.zone)).toBe(true);
  });

  it('names everybody once, in words that pfSense takes', () => {
    const sides = all.flatMap(({ from, to }) => [from, to]).filter(({ addresses }) => addresses !== 'any');
    const byName = Map.groupBy(sides, ({ name }) => name);
    for (const [name, same] of byName) {
      expect(name).toMatch(/^[A-Za-z0-9_]{1,31}$/);
      expect(new Set(same.map(({ addresses }) => String(addresses))).size, name).toBe(1);
    }
  });

  it('reaches the app by its own addresses and by those of the service', () => {
    const app = all.find(({ flows }) => flows.includes('app'))!;
    expect(app.to.addresses).toEqual(expect.arrayContaining(Object.values(dual.anycast)));
    expect(app.families).toEqual(['ipv4', 'ipv6']);
  });

  it('is nothing for a site in an OpenStack, which has groups instead', () => {
    expect(frontFirewall(dual, siteOf(dual, 'par'))).toEqual([]);
  });
});

it('translates hosts, but never an edge, and shares the first address of the hosts network', () => {
  const place = { model: dual, site: siteOf(dual, 'lyn') };
  expect(translated(place).map(({ host }) => host.key)).toEqual(['bastion', 'worker1', 'worker2', 'worker3']);
  expect(
    gateways(place)
      .filter(({ zone }) => zone === 'nodes')
      .map(({ address }) => address),
  ).toEqual([expect.stringMatching(/\.1$/), expect.stringMatching(/::1$/)]);
});

describe('pfsense.xml', () => {
  it('refers to no alias that it does not have', () => {
    const xml = text('pfsense.xml');
    const known = new Set([...xml.matchAll(/<alias>\s*<name>([^<]+)/g)].map((match) => match[1]));
    const used = [...xml.matchAll(/<(?:address|port)>([a-z]\w*)<\//g)].map((match) => match[1]);
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((each) => !known.has(each))).toEqual([]);
  });

  it('has no password, and numbers that the edges do not have', () => {
    const xml = text('pfsense.xml');
    expect(new Set(xml.match(/<password>[^<]*<\/password>/g))).toEqual(new Set(['<password></password>']));
    const numbers = [...xml.matchAll(/<vhid>(\d+)</g)].map((match) => Number(match[1]));
    expect(numbers).toHaveLength(4);
    expect(numbers.some((each) => [51, 52, 61, 62].includes(each))).toBe(false);
  });

  it('says nothing of IPv6 where there is none', () => {
    expect(text('pfsense.xml', single)).not.toMatch(/inet6|inet46|2001:db8/);
    expect(text('firewall1/etc/nftables.conf', single)).not.toContain('ip6 ');
  });

  itJudged('xmllint', 'is well-formed XML', async () => {
    const { code, stderr } = await run(['xmllint', '--noout', file('pfsense.xml')]);
    expect(code, stderr).toBe(0);
  });
});

describe('two hosts', () => {
  it('differ in nothing but their rank and their end of the cable', () => {
    const files = (name: string) =>
      frontFirewall(dual, siteOf(dual, 'lyn')).flatMap(([path, each]) =>
        path.includes(`/${name}/`) ? [each] : [],
      );
    const [first, second] = [files('firewall1'), files('firewall2')];
    // keepalived, conntrackd, the cable
    expect(first.filter((each, index) => each !== second[index])).toHaveLength(3);
    expect(second).toEqual(
      first.map((each) =>
        each.replaceAll('priority 150', 'priority 100').replace('169.254.50.1', '169.254.50.2'),
      ),
    );
  });

  for (const name of Object.keys(worlds)) {
    itJudged('nft', `nft takes the file, ${name}`, async () => {
      const config = file('firewall1/etc/nftables.conf', name);
      const { code, stderr } = await run([
        'unshare',
        '--user',
        '--map-root-user',
        '--net',
        'nft',
        '-c',
        '-f',
        config,
      ]);
      expect(code, stderr).toBe(0);
    });

    itJudged('bird', `bird takes the file, ${name}`, async () => {
      const { code, stderr } = await run(['bird', '-p', '-c', file('firewall1/etc/bird/bird.conf', name)]);
      expect(code, stderr).toBe(0);
    });

    itJudged('keepalived', `keepalived takes the file where its interfaces are, ${name}`, async () => {
      if (process.getuid?.() !== 0 && process.env.FREDU_REQUIRE !== 'all') return; // interfaces need root
      const commands = [
        'ip link add eth0 type veth peer name eth1',
        'ip link add eth2 type veth peer name eth3',
        ...['eth0', 'eth1', 'eth2', 'eth3'].map((each) => `ip link set ${each} up`),
        'ip addr add 192.0.2.120/25 dev eth1 && ip addr add 198.18.99.2/24 dev eth2',
        `keepalived --config-test --use-file ${file('firewall1/etc/keepalived/keepalived.conf', name)}`,
      ];
      const { code, stdout, stderr } = await run(['unshare', '--net', 'sh', '-ec', commands.join('\n')]);
      expect(code, stdout + stderr).toBe(0);
    });
  }

  itJudged('conntrackd', 'conntrackd understands the file', async () => {
    // It has no check of its own: asked for statistics it reads the file first, and then finds no daemon.
    const { stderr } = await run([
      'conntrackd',
      '-C',
      file('firewall1/etc/conntrackd/conntrackd.conf'),
      '-s',
    ]);
    expect(stderr).toContain("can't connect");
    expect(stderr).not.toMatch(/syntax|unknown/i);
  });

  itJudged('shellcheck', 'the program is clean shell', async () => {
    const { code, stdout } = await run(['shellcheck', file('firewall1/usr/local/libexec/fredu-front-state')]);
    expect(code, stdout).toBe(0);
  });
});
