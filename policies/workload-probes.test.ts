import { expect, it } from 'vitest';
import { artefacts } from '../charts/artefacts.ts';
import { threeSites } from '../sites/three-sites.ts';
import { edited } from './fixtures.ts';
import type { Data } from './objects.ts';
import type { Tree } from './policy.ts';
import { workloadProbes } from './workload-probes.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const API = `${education}/deployment-education-api.yaml`;
const messages = (changed: Tree) => workloadProbes.check(model, changed).map(({ message }) => message);
const first = (object: Data) => object.spec.template.spec.containers[0];

it('our own sites keep it', () => {
  expect(workloadProbes.check(model, tree)).toEqual([]);
});

it('no probe, and a probe of a port that is not there', () => {
  expect(messages(edited(tree, API, (object) => delete first(object).livenessProbe))).toEqual([
    'container api of deployment education/education-api has no livenessProbe',
  ]);
  expect(
    messages(
      edited(tree, API, (object) => {
        first(object).readinessProbe.httpGet.port = 9999;
      }),
    ),
  ).toEqual([
    'container api of deployment education/education-api: its readinessProbe asks port 9999, which it does not have',
  ]);
});
