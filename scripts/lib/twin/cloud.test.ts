import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { hasOctavia } from '#sites/site-kinds.ts';
import { cloudHosts } from './cloud.ts';

const model = threeSites();
const tree = artefacts(model);
const site = model.sites.find(hasOctavia)!;
const pair = { certificate: 'C', key: 'K' };
const hosts = cloudHosts(
  {
    model,
    tree,
    size: 'small',
    keys: {
      authorities: { database: 'D', kubernetes: 'K', public: 'P' },
      played: { database: pair, kubernetes: pair, public: pair },
    },
    openFilesMax: 1e6,
    clusters: {},
  },
  site,
  2,
);
const fileOf = (name: string, path: string) =>
  new Map(hosts.find((host) => host.name === name)!.files).get(path)!;

it('balances as the Terraform says: who may ask, how workers are looked at, whose address they see', () => {
  const text = fileOf(`${site.code}-balancer-app`, 'etc/haproxy/haproxy.cfg');
  expect(text).toContain(`bind ${site.edge.app.address.ipv4}:443`);
  expect(text).toMatch(
    /server \S+ 10\.20\.0\.21:30443 check port 30082 inter 2s fall 3 rise 2 send-proxy-v2/,
  );
  const api = fileOf(`${site.code}-balancer-api`, 'etc/haproxy/haproxy.cfg');
  expect(api).toContain('acl allowed src 10.20.0.11/32');
  expect(api).toMatch(/check check-ssl verify none inter 2s/);
  expect(api).not.toContain('undefined');
});

it('translates every floating address, and lets only those of hosts go out by theirs', () => {
  const text = fileOf(`${site.code}-router`, 'etc/twin/router.nft');
  expect(text).toContain('ip daddr 198.51.100.10 dnat to 10.20.1.10');
  expect(text).toContain('ip daddr 198.51.100.21 dnat to 10.20.0.21');
  expect(text).toContain('ip saddr 10.20.0.21 oifname eth0 snat to 198.51.100.21');
  expect(text).toContain(`ip daddr ${model.anycast.ipv4} dnat to `);
  expect(text).not.toMatch(new RegExp(`snat to ${model.anycast.ipv4}`));
});

it('gives no address of the site twice', () => {
  const all = hosts.flatMap(({ cables }) => cables.flatMap(({ addresses }) => addresses));
  expect(new Set(all).size).toBe(all.length);
});
