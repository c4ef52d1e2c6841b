import { expect, it } from 'vitest';
import { artefacts } from '../charts/artefacts.ts';
import { load } from '../sites/load.ts';
import { drainsEnd } from './drains-end.ts';
import { added, edited, without } from './fixtures.ts';
import { imagesPinned } from './images-pinned.ts';
import { noSpareTokens } from './no-spare-tokens.ts';
import type { Data } from './objects.ts';
import type { Policy, Tree } from './policy.ts';
import { spreadOverWorkers } from './spread-over-workers.ts';
import { workloadProbes } from './workload-probes.ts';
import { workloadResources } from './workload-resources.ts';

const model = load('sites').model!;
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const API = `${education}/deployment-education-api.yaml`;
const messages = (policy: Policy, changed: Tree) =>
  policy.check(model, changed).map(({ message }) => message);
const first = (object: Data) => object.spec.template.spec.containers[0];

it.each([drainsEnd, imagesPinned, noSpareTokens, spreadOverWorkers, workloadProbes, workloadResources])(
  'our own sites keep $id',
  (policy) => {
    expect(policy.check(model, tree)).toEqual([]);
  },
);

it('workload-resources: a container that asks for nothing, and one without a memory limit', () => {
  expect(
    messages(
      workloadResources,
      edited(tree, API, (object) => delete first(object).resources),
    ),
  ).toEqual([
    'container api of deployment education/education-api says nothing usable about requests.cpu, requests.memory, limits.memory',
  ]);
  expect(
    messages(
      workloadResources,
      edited(tree, API, (object) => {
        first(object).resources.limits.memory = '16Mi';
      }),
    ),
  ).toEqual(['container api of deployment education/education-api says nothing usable about limits.memory']);
});

it('workload-probes: no probe, and a probe of a port that is not there', () => {
  expect(
    messages(
      workloadProbes,
      edited(tree, API, (object) => delete first(object).livenessProbe),
    ),
  ).toEqual(['container api of deployment education/education-api has no livenessProbe']);
  expect(
    messages(
      workloadProbes,
      edited(tree, API, (object) => {
        first(object).readinessProbe.httpGet.port = 9999;
      }),
    ),
  ).toEqual([
    'container api of deployment education/education-api: its readinessProbe asks port 9999, which it does not have',
  ]);
});

it('drains-end: no budget, two, one that lets none go, one that says nothing of ill pods', () => {
  const budget = `${education}/poddisruptionbudget-education-api.yaml`;
  expect(messages(drainsEnd, without(tree, budget))).toEqual([
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
  expect(messages(drainsEnd, added(tree, `${education}/poddisruptionbudget-all.yaml`, second))).toEqual([
    'deployment education/education-api has two disruption budgets, and the API refuses every eviction then',
  ]);
  for (const change of [{ maxUnavailable: 0 }, { minAvailable: 3 }, { minAvailable: '67%' }]) {
    expect(
      messages(
        drainsEnd,
        edited(tree, budget, (object) => {
          delete object.spec.maxUnavailable;
          Object.assign(object.spec, change);
        }),
      ),
    ).toEqual(['deployment education/education-api: of 3 pods the budget lets none go, so no drain ends']);
  }
  expect(
    messages(
      drainsEnd,
      edited(tree, budget, (object) => delete object.spec.unhealthyPodEvictionPolicy),
    ),
  ).toEqual([
    'disruption budget education/education-api does not say whether a pod that is not ready may go',
  ]);
});

it('spread-over-workers: constraints that are gone, or that count other pods', () => {
  const bare = edited(tree, API, (object) => delete object.spec.template.spec.topologySpreadConstraints);
  const other = edited(tree, API, (object) => {
    object.spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels = { app: 'another' };
  });
  for (const changed of [bare, other]) {
    expect(messages(spreadOverWorkers, changed)).toEqual([
      'deployment education/education-api: its 9 pods may all stand on one worker',
    ]);
  }
});

it('images-pinned: no tag, a tag that moves, two releases of one image', () => {
  const run = (image: string) =>
    messages(
      imagesPinned,
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

it('no-spare-tokens: the common account, a missing one, a shared one, a token for nothing', () => {
  const pod = (change: (pod: Data) => void) =>
    messages(
      noSpareTokens,
      edited(tree, API, (object) => change(object.spec.template.spec)),
    );
  const says = (end: string) => [`deployment education/education-api ${end}`];
  expect(pod((each) => delete each.serviceAccountName)).toEqual(
    says('runs as the account that everyone shares'),
  );
  expect(
    pod((each) => {
      each.serviceAccountName = 'nobody';
    }),
  ).toEqual(says('runs as nobody, which does not exist'));
  expect(
    pod((each) => {
      each.serviceAccountName = 'education-web';
    }),
  ).toContain('deployment education/education-api shares the account education-web with education-web');
  expect(
    pod((each) => {
      each.automountServiceAccountToken = true;
    }),
  ).toEqual(says('gets a token that opens nothing'));
});
