import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { spreadOverWorkers } from './spread-over-workers.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const API = `${education}/deployment-education-api.yaml`;
const messages = (changed: Tree) => spreadOverWorkers.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(spreadOverWorkers.check(model, tree)).toEqual([]);
});

it('constraints that are gone, or that count other pods', () => {
  const bare = edited(tree, API, (object) => delete object.spec.template.spec.topologySpreadConstraints);
  const other = edited(tree, API, (object) => {
    object.spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels = { app: 'another' };
  });
  for (const changed of [bare, other]) {
    expect(messages(changed)).toEqual([
      'deployment education/education-api: its 9 pods may all stand on one worker',
    ]);
  }
});
