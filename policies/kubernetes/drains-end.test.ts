import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { added, edited, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { drainsEnd } from './drains-end.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const messages = (changed: Tree) => drainsEnd.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(drainsEnd.check(model, tree)).toEqual([]);
});

it('no budget, two, one that lets none go, one that says nothing of ill pods', () => {
  const budget = `${education}/poddisruptionbudget-education-api.yaml`;
  expect(messages(without(tree, budget))).toEqual([
    'deployment education/education-api has 3 pods and no disruption budget',
  ]);
  const { spec } = { spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' } };
  const second = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'all', namespace: 'education' },
    spec: {
      ...spec,
      selector: {
        matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'In', values: ['api'] }],
      },
    },
  };
  expect(messages(added(tree, `${education}/poddisruptionbudget-all.yaml`, second))).toEqual([
    'deployment education/education-api has two disruption budgets, and the API refuses every eviction then',
  ]);
  for (const change of [{ maxUnavailable: 0 }, { minAvailable: 3 }, { minAvailable: '67%' }]) {
    expect(
      messages(
        edited(tree, budget, (object) => {
          delete object.spec.maxUnavailable;
          Object.assign(object.spec, change);
        }),
      ),
    ).toEqual(['deployment education/education-api: of 3 pods the budget lets none go, so no drain ends']);
  }
  expect(messages(edited(tree, budget, (object) => delete object.spec.unhealthyPodEvictionPolicy))).toEqual([
    'disruption budget education/education-api does not say whether a pod that is not ready may go',
  ]);
});

it('lets no second member of three that vote go', () => {
  const path = 'sxb/kubernetes/cockroachdb/poddisruptionbudget-cockroachdb.yaml';
  const ours = threeSites();
  const two = edited(artefacts(ours), path, (budget) => {
    budget.spec.maxUnavailable = 2;
  });
  expect(drainsEnd.check(ours, two).map(({ message }) => message)).toEqual([
    'statefulset cockroachdb/cockroachdb: of 3 pods the budget lets 2 go at once',
  ]);
});
