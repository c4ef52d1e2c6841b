import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { added, edited, only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { objectStoreRoles } from './object-store-roles.ts';

const model = threeSites();
const tree = only(artefacts(model), /rook-ceph|\/plans\//);
const at = (site: string, kind: string, name: string) => `${site}/kubernetes/rook-ceph/${kind}-${name}.yaml`;
const messages = (of: Tree) => objectStoreRoles.check(model, of).map(({ message }) => message);
const changed = (path: string, change: (object: Data) => void) => messages(edited(tree, path, change));

it('holds for our own sites', () => {
  expect(objectStoreRoles.check(model, tree)).toEqual([]);
});

const realm = at('dc', 'cephobjectrealm', 'fredu');

it('one zone makes the realm: the one that the model says', () => {
  expect(changed(realm, ({ spec }) => delete spec.pull)).toEqual([
    'dc pulls no realm and so takes writes; in the model sxb does',
  ]);
  const swapped = edited(tree, at('sxb', 'cephobjectrealm', 'fredu'), ({ spec }) => {
    spec.pull = { endpoint: 'https://s3.dc.fredu.fr' };
  });
  expect(messages(swapped)).toEqual([
    'sxb takes writes in the model, and its realm pulls from https://s3.dc.fredu.fr',
  ]);
});

it('the others pull from it', () => {
  expect(
    changed(realm, ({ spec }) => {
      spec.pull.endpoint = 'https://s3.fredu.fr';
    }),
  ).toEqual(['dc pulls from https://s3.fredu.fr, which is no endpoint of sxb']);
});

it('a plan tells each of them to be read-only, and makes it part of a period', () => {
  const path = 'dc/plans/object-store-read-only.yaml';
  const missing = ['no plan tells the zone of dc to be read-only and makes it part of a period'];
  expect(messages(without(tree, path))).toEqual(missing);
  const drop = (id: string) =>
    changed(path, (plan) => {
      plan.steps = plan.steps.filter((step: Data) => step.id !== id);
    });
  expect(drop('read-only')).toEqual(missing);
  expect(drop('read-only-commit')).toEqual(missing);
  expect(drop('agreed')).toEqual([]);
});

it.each(['promote', 'handover'])('%s stops the pull before it takes the role', (id) => {
  const path = `dc/plans/object-store-${id}.yaml`;
  const wrong = [`object-store-${id} lets dc come first while Rook there still pulls the realm`];
  const drop = (step: string) =>
    changed(path, (plan) => {
      plan.steps = plan.steps.filter((each: Data) => each.id !== step);
    });
  expect(drop('detach')).toEqual(wrong);
  expect(drop('take')).toEqual([`no step of object-store-${id} lets dc come first`]);
  expect(changed(path, (plan) => plan.steps.reverse())).toEqual(wrong);
});

it('users and buckets are made where writes are taken', () => {
  const user = parse(tree.get(at('sxb', 'cephobjectstoreuser', 'education'))!);
  expect(messages(added(tree, at('dc', 'cephobjectstoreuser', 'education'), user))).toEqual([
    'CephObjectStoreUser education stands at dc, which takes no writes',
  ]);
});
