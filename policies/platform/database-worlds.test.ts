import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { model } from '#sites/derive.ts';
import type { Input } from '#sites/schema/schema.ts';
import { databasePools } from '../kubernetes/database-pools.ts';
import { databaseAuthentication } from './database-authentication.ts';
import { databaseBackups } from './database-backups.ts';
import { databaseDrain } from './database-drain.ts';
import { databaseHealth } from './database-health.ts';
import { databaseJoin } from './database-join.ts';
import { databaseLeases } from './database-leases.ts';
import { databaseLicence } from './database-licence.ts';
import { databaseLocality } from './database-locality.ts';
import { databaseMemory } from './database-memory.ts';
import { databaseNames } from './database-names.ts';
import { databaseStore } from './database-store.ts';
import { databaseSurvival } from './database-survival.ts';

/** The laws of the database hold for platforms other than ours, made by changing files and no code. */
const LAWS = [
  databaseBackups,
  databaseLicence,
  databaseAuthentication,
  databaseDrain,
  databaseHealth,
  databaseJoin,
  databaseLeases,
  databaseLocality,
  databaseMemory,
  databaseNames,
  databasePools,
  databaseStore,
  databaseSurvival,
];

function input(): Input {
  const read = (name: string) => parse(readFileSync(join(THREE_SITES, name), 'utf8'));
  const sites = readdirSync(THREE_SITES).filter((name) => name.endsWith('.yaml') && name !== 'platform.yaml');
  return {
    platform: read('platform.yaml'),
    sites: Object.fromEntries(sites.map((name) => [name.slice(0, -5), read(name)])),
  };
}
function findings(change: (input: Input) => void): string[] {
  const changed = input();
  change(changed);
  const world = model(changed);
  const tree = artefacts(world);
  return LAWS.flatMap((law) =>
    law.check(world, tree).map((each) => `${law.id} ${each.path}: ${each.message}`),
  );
}
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
