import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { only } from '#scripts/testing/edited-tree.ts';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { model as modelOf } from '#sites/derive.ts';
import { cephHosts } from '../kubernetes/ceph-hosts.ts';
import { cephRelease } from '../kubernetes/ceph-release.ts';
import { objectStoreGateways } from '../kubernetes/object-store-gateways.ts';
import { plans } from '../plans/plans.ts';
import type { Data } from '../reading/objects.ts';
import { objectStoreEndpoints } from './object-store-endpoints.ts';
import { objectStoreRealm } from './object-store-realm.ts';
import { objectStoreRoles } from './object-store-roles.ts';

/** The laws of the object store hold for platforms other than ours, made by changing files and no code. */
const LAWS = [
  cephHosts,
  cephRelease,
  objectStoreEndpoints,
  objectStoreGateways,
  objectStoreRealm,
  objectStoreRoles,
  plans,
];
function world(change: (of: Data) => void = () => {}) {
  const read = (name: string) => parse(readFileSync(join(THREE_SITES, name), 'utf8'));
  const names = readdirSync(THREE_SITES).filter((name) => name.endsWith('.yaml') && name !== 'platform.yaml');
  const input = {
    platform: read('platform.yaml'),
    sites: Object.fromEntries(names.map((name) => [name.slice(0, -5), read(name)])),
  };
  change(input);
  const model = modelOf(input);
  return { model, tree: only(artefacts(model), /rook-ceph|\/plans\//) };
}
const third = (of: Data) => {
  of.sites.lyn = structuredClone(of.sites.dc);
};
it.each<[string, (of: Data) => void]>([
  ['a third zone', third],
  [
    'a third zone that takes writes',
    (of) => {
      third(of);
      of.platform.objects.primary = 'lyn';
    },
  ],
  [
    'the other zone in the lead',
    (of) => {
      of.platform.objects.primary = 'dc';
    },
  ],
  [
    'one zone only',
    (of) => {
      delete of.sites.dc.objects;
    },
  ],
  [
    'five workers and more gateways',
    (of) => {
      of.sites.dc.hosts.worker4 = { role: 'worker', address: '10.20.0.24', public: '198.51.100.24' };
      of.sites.dc.hosts.worker5 = { role: 'worker', address: '10.20.0.25', public: '198.51.100.25' };
      of.sites.dc.objects.gateways = 7;
    },
  ],
])('with %s', (_, change) => {
  const other = world(change);
  expect(LAWS.flatMap((law) => law.check(other.model, other.tree))).toEqual([]);
});
