import { expect, it } from 'vitest';
import { artefacts } from '../charts/artefacts.ts';
import { threeSites } from '../sites/three-sites.ts';
import { edited } from './fixtures.ts';
import type { Data } from './objects.ts';
import type { Tree } from './policy.ts';
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
