import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
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
