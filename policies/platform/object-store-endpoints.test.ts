import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { objectStoreEndpoints } from './object-store-endpoints.ts';

const model = threeSites();
const tree = only(artefacts(model), /rook-ceph|\/plans\//);
const at = (site: string, kind: string, name: string) => `${site}/kubernetes/rook-ceph/${kind}-${name}.yaml`;
const messages = (of: Tree) => objectStoreEndpoints.check(model, of).map(({ message }) => message);

it('holds for our own sites', () => {
  expect(objectStoreEndpoints.check(model, tree)).toEqual([]);
});

it.each([
  ['ingress', 'route to its gateways'],
  ['httproute', 'route to its gateways'],
  ['certificate', 'certificate'],
])('an endpoint without its %s', (kind, what) => {
  const name = kind === 'certificate' ? 'tls-public' : 'object-store';
  expect(messages(without(tree, at('dc', kind, name)))).toEqual([
    `s3.dc.fredu.fr, an endpoint of dc, has no ${what}`,
  ]);
});

it('a route to the gateway that copies is none', () => {
  const wrong = edited(tree, at('dc', 'ingress', 'object-store'), ({ spec }) => {
    spec.rules[0].http.paths[0].backend.service.name = 'rook-ceph-rgw-sync';
  });
  expect(messages(wrong)).toEqual(['s3.dc.fredu.fr, an endpoint of dc, has no route to its gateways']);
});

it('a name in the zone file, in full or short', () => {
  const zone = (text: string) => messages(new Map([...tree, ['platform/dns/fredu.fr.zone', text]]));
  expect(zone('s3.dc 300 IN A 198.51.100.10\ns3.sxb.fredu.fr. 300 IN A 192.0.2.10\n')).toEqual([]);
  expect(zone('s3.sxb 300 IN A 192.0.2.10\n')).toEqual([
    's3.dc.fredu.fr, an endpoint of dc, has no record in the zone file',
  ]);
});
