import { expect, it } from 'vitest';
import { findingsAfter } from '#scripts/testing/changed-world.ts';
import type { Input } from '#sites/schema/schema.ts';
import { POLICIES } from '../index.ts';

/** The laws of the database hold for platforms other than ours, made by changing files and no code. */
const LAWS = POLICIES.filter(({ id }) => id.startsWith('database-'));

const findings = (change: (input: Input) => void) => findingsAfter(LAWS, change);
it('a fourth site in a second OpenStack, which may hold leases', () => {
  expect(
    findings((of) => {
      // Like dc, with networks of its own.
      const text = JSON.stringify(of.sites.dc)
        .replaceAll('10.20.', '10.30.')
        .replaceAll('198.51.100.', '198.18.0.');
      of.sites.lyn = JSON.parse(text);
      of.platform.database.leases = ['sxb', 'dc', 'lyn'];
    }),
  ).toEqual([]);
});

it.each(['host', 'site', 'site-and-host'] as const)('the goal %s', (goal) => {
  expect(
    findings((of) => {
      of.platform.database.survive = goal;
    }),
  ).toEqual([]);
});

it('IPv4 alone at every site', () => {
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
  expect(
    findings((of) => {
      const sxb = of.sites.sxb!;
      sxb.networks = {
        public: first(sxb.networks.public) as string,
        nodes: first(sxb.networks.nodes) as string,
      };
      for (const host of Object.values(sxb.hosts)) {
        host.address = first(host.address) as string;
        if (host.public) host.public = first(host.public) as string;
      }
      if (sxb.edge?.kind === 'haproxy')
        for (const address of [sxb.edge.app, sxb.edge.api])
          address.address = first(address.address) as string;
      sxb.kubernetes = {
        pods: first(sxb.kubernetes!.pods) as string,
        services: first(sxb.kubernetes!.services) as string,
      };
    }),
  ).toEqual([]);
});

it('no object store, and an enterprise licence', () => {
  expect(
    findings((of) => {
      delete of.platform.objects;
      for (const site of Object.values(of.sites)) delete site.objects;
      of.platform.database.licence = 'enterprise';
    }),
  ).toEqual([]);
});
