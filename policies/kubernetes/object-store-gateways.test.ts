import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { objectStoreGateways } from './object-store-gateways.ts';

const model = threeSites();
const tree = only(artefacts(model), /rook-ceph|\/plans\//);
const at = (site: string, kind: string, name: string) => `${site}/kubernetes/rook-ceph/${kind}-${name}.yaml`;
const messages = (of: Tree) => objectStoreGateways.check(model, of).map(({ message }) => message);
const changed = (path: string, change: (object: Data) => void) => messages(edited(tree, path, change));

it('holds for our own sites', () => {
  expect(objectStoreGateways.check(model, tree)).toEqual([]);
});

it('one gateway copies', () => {
  const path = at('sxb', 'cephobjectstore', 'sync');
  const wrong = edited(tree, path, ({ spec }) => {
    spec.gateway.instances = 2;
  });
  expect(objectStoreGateways.check(model, wrong)).toEqual([
    {
      path,
      text: 'instances',
      message: '2 gateways of sxb copy from the other zones; one must',
      fix: 'let one store have one instance, and set disableMultisiteSyncTraffic in every other',
    },
  ]);
  expect(messages(without(tree, path))).toEqual(['0 gateways of sxb copy from the other zones; one must']);
});

it('those for clients do not copy, and there are two', () => {
  const clients = at('dc', 'cephobjectstore', 'clients');
  expect(changed(clients, ({ spec }) => delete spec.gateway.disableMultisiteSyncTraffic)).toEqual([
    '3 gateways of dc copy from the other zones; one must',
    '0 gateways of dc serve clients; two are needed, for a worker may be lost',
  ]);
  expect(
    changed(clients, ({ spec }) => {
      spec.gateway.instances = 1;
    }),
  ).toEqual(['1 gateways of dc serve clients; two are needed, for a worker may be lost']);
});
