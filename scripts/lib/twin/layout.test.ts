import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { layoutOf } from './layout.ts';
import { twinSites } from './parts.ts';
import { refuseSites } from './refusals.ts';

const pair = { certificate: 'C', key: 'K' };
const keys = {
  authorities: { database: 'D', kubernetes: 'K', public: 'P' },
  played: { database: pair, kubernetes: pair, public: pair },
};
const model = threeSites();
const tree = artefacts(model);
const layout = layoutOf({ model, tree, size: 'entry', keys, openFilesMax: 1e6, clusters: {} });

it('puts every generated file of an edge at its place, unchanged', () => {
  const [site] = twinSites(model);
  for (const host of layout.hosts.filter(({ role }) => role === 'edge')) {
    const generated = [...tree].filter(([path]) => path.startsWith(`${site!.code}/hosts/${host.name}/`));
    expect(generated.length).toBeGreaterThan(20);
    const own = new Map(host.files);
    for (const [path, text] of generated)
      expect(own.get(path.slice(`${site!.code}/hosts/${host.name}/`.length))).toBe(text);
    expect(host.played).toBeUndefined();
  }
});

it('gives no address twice, but to those that share it', () => {
  const given = layout.hosts.flatMap(({ cables }) => cables.flatMap(({ addresses }) => addresses));
  expect(given.filter((each, index) => given.indexOf(each) !== index)).toEqual([]);
});

it('says where HAProxy has less room than its file asks for', () => {
  const small = layoutOf({ model, tree, size: 'entry', keys, openFilesMax: 20_000, clusters: {} });
  expect(small.hosts.find(({ role }) => role === 'edge')?.played).toMatch(/4,000 connections/);
});

it('refuses sites that have no edge, and those that have the networks of its world', () => {
  const none = { ...threeSites(), sites: threeSites().sites.filter(({ edge }) => edge?.kind !== 'haproxy') };
  expect(() => refuseSites(none, new Map(), 'sites')).toThrow(/no site of sites has edges of its own/);
  const taken = threeSites();
  taken.sites[0]!.networks.public = { ipv4: '100.64.3.0/24' };
  expect(() => refuseSites(taken, new Map(), 'sites')).toThrow(
    /100\.64\.3\.0\/24.*give the site another one/,
  );
  expect(() => refuseSites(model, tree, 'sites')).not.toThrow();
});
