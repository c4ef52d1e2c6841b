import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { workloadResources } from './workload-resources.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const API = `${education}/deployment-education-api.yaml`;
const messages = (changed: Tree) => workloadResources.check(model, changed).map(({ message }) => message);
const first = (object: Data) => object.spec.template.spec.containers[0];

it('our own sites keep it', () => {
  expect(workloadResources.check(model, tree)).toEqual([]);
});

it('a container that asks for nothing, and one without a memory limit', () => {
  expect(messages(edited(tree, API, (object) => delete first(object).resources))).toEqual([
    'container api of deployment education/education-api says nothing usable about requests.cpu, requests.memory, limits.memory',
  ]);
  expect(
    messages(
      edited(tree, API, (object) => {
        first(object).resources.limits.memory = '16Mi';
      }),
    ),
  ).toEqual(['container api of deployment education/education-api says nothing usable about limits.memory']);
});
