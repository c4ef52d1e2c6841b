import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { objectStoreRealm } from './object-store-realm.ts';

const model = threeSites();
const tree = only(artefacts(model), /rook-ceph|\/plans\//);
const at = (site: string, kind: string, name: string) => `${site}/kubernetes/rook-ceph/${kind}-${name}.yaml`;
const messages = (of: Tree) => objectStoreRealm.check(model, of).map(({ message }) => message);
const changed = (path: string, change: (object: Data) => void) => messages(edited(tree, path, change));

it('holds for our own sites', () => {
  expect(objectStoreRealm.check(model, tree)).toEqual([]);
});

it('both sites name one realm and one zone group', () => {
  const wrong = edited(
    edited(
      edited(tree, at('dc', 'cephobjectrealm', 'fredu'), ({ metadata }) => {
        metadata.name = 'other';
      }),
      at('dc', 'cephobjectzonegroup', 'fredu'),
      ({ metadata, spec }) => {
        metadata.name = 'other';
        spec.realm = 'other';
      },
    ),
    at('dc', 'cephobjectzone', 'dc'),
    ({ spec }) => {
      spec.zoneGroup = 'other';
    },
  );
  expect(messages(wrong)).toEqual([
    'sxb has the realm fredu, dc has other',
    'sxb has the zone group fredu, dc has other',
  ]);
});

it('a zone is in a group that the site has, reached from outside at a name of its own', () => {
  const zone = at('dc', 'cephobjectzone', 'dc');
  expect(changed(zone, ({ spec }) => delete spec.customEndpoints)).toEqual([
    'the zone of dc is reached at no address of its own',
  ]);
  expect(
    changed(zone, ({ spec }) => {
      spec.customEndpoints = ['http://s3.dc.fredu.fr'];
    }),
  ).toEqual(['the zone of dc is reached at http://s3.dc.fredu.fr']);
  expect(
    changed(zone, ({ spec }) => {
      spec.customEndpoints = ['https://s3.sxb.fredu.fr'];
    }),
  ).toContain('dc and sxb have one endpoint: https://s3.sxb.fredu.fr');
  expect(messages(without(tree, at('dc', 'cephobjectzonegroup', 'fredu')))).toEqual([
    'the zone of dc is in zone group fredu, which the site does not have',
  ]);
  expect(messages(without(tree, at('dc', 'cephobjectrealm', 'fredu')))).toEqual([
    'the zone group of dc is in realm fredu, which the site does not have',
  ]);
});

it('two zones are two', () => {
  const wrong = edited(tree, at('dc', 'cephobjectzone', 'dc'), ({ metadata }) => {
    metadata.name = 'sxb';
  });
  expect(messages(wrong)).toEqual(['sxb and dc have the same zone: sxb']);
});
