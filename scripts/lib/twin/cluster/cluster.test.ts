import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import { layoutOf } from '../layout.ts';
import { type ClusterParts, twinSites } from '../parts.ts';

import { sqlOf } from './database.ts';
import { nth } from './pod-networks.ts';

const model = threeSites();
const tree = artefacts(model);
const pair = { certificate: 'C', key: 'K' };
const parts: ClusterParts = {
  folder: '/twin/nodes',
  programs: { control: '/control', node: '/node', coredns: '/coredns', images: '/images', postgres: '/pg' },
  keys: {
    authority: 'A',
    authorityKey: 'K',
    public: 'P',
    apiServer: pair,
    kubeletClient: pair,
    frontProxy: pair,
    kubelets: Object.fromEntries(workers(twinSites(model)[0]!).map(({ name }) => [name, pair])),
    serviceAccounts: 'S',
  },
  tokens: { admin: 'secret' },
};
const layout = layoutOf({
  model,
  tree,
  size: 'tiny',
  keys: {
    authorities: { database: 'D', kubernetes: 'A', public: 'P' },
    played: { database: pair, kubernetes: pair, public: pair },
  },
  openFilesMax: 1e6,
  clusters: { [twinSites(model)[0]!.code]: parts },
});

it.each([
  ['10.10.16.0/20', 10, '10.10.16.10'],
  ['10.10.128.0/17', 512, '10.10.130.0'],
  ['fd10:10::1:0/112', 256, 'fd10:10::1:100'],
])('counts addresses of %s', (network, place, address) => expect(nth(network, place)).toBe(address));

it('has every worker and one control plane, with their own addresses and files', () => {
  const [site] = twinSites(model);
  for (const host of [...workers(site!), hostsOf(site!, 'control-plane')[0]!]) {
    const own = layout.hosts.find(({ name }) => name === host.name)!;
    expect(own.cables[0]!.addresses.map((each) => each.split('/')[0])).toEqual(Object.values(host.address));
    expect(own.played).toBeDefined();
    const files = new Map(own.files);
    for (const [path, text] of tree)
      if (path.startsWith(`${site!.code}/hosts/${host.name}/`))
        expect(files.get(path.slice(`${site!.code}/hosts/${host.name}/`.length))).toBe(text);
  }
});

it('reads the SQL of the tree as far as PostgreSQL does', () => {
  const sql = sqlOf(tree);
  expect(sql).toContain('CREATE USER education;');
  expect(sql).toContain(`CREATE DATABASE ${model.database.name};\n`);
  expect(sql).toContain(`\\c ${model.database.name} owner\n`);
  expect(sql).toContain('REVOKE CREATE ON SCHEMA public FROM public;');
  expect(sql).not.toMatch(/IF NOT EXISTS|GRANT SYSTEM|EXTERNAL|^--/m);
});
