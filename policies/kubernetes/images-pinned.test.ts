import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { imagesPinned } from './images-pinned.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const API = `${education}/deployment-education-api.yaml`;
const messages = (changed: Tree) => imagesPinned.check(model, changed).map(({ message }) => message);
const first = (object: Data) => object.spec.template.spec.containers[0];

it('our own sites keep it', () => {
  expect(imagesPinned.check(model, tree)).toEqual([]);
});

it('no tag, a tag that moves, two releases of one image', () => {
  const run = (image: string) =>
    messages(
      edited(tree, API, (object) => {
        first(object).image = image;
      }),
    );
  expect(run('registry.fredu.fr:5000/education-api')).toEqual([
    'image registry.fredu.fr:5000/education-api has no tag',
  ]);
  expect(run('education-api:latest')).toEqual(['image education-api:latest: the tag latest moves']);
  expect(run('education-api@sha256:0123')).toEqual([]);
  expect(run('registry.fredu.fr/education-api:9.9.9').at(0)).toMatch(/^two releases of one image/);
});

it('one image with a digest, and others without', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const found = imagesPinned.check(
    model,
    edited(tree, API, (object) => {
      first(object).image = `${first(object).image}@${digest}`;
    }),
  );
  expect(found.length).toBeGreaterThan(10);
  expect(found[0]!.message).toMatch(
    /^image \S+ has no digest, and registry\.fredu\.fr\/education-api:\S+ has one$/,
  );
  expect(found[0]!.fix).toBe('npm run images -- --resolve');
});
