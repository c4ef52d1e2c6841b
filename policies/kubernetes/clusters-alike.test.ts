import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { clustersAlike } from './clusters-alike.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => clustersAlike.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('finds a field that one cluster has in another way; both alike, it is content', () => {
  const path = (site: string) => `${site}/kubernetes/education/deployment-pgbouncer.yaml`;
  const fewer = (object: { spec: { template: { spec: { terminationGracePeriodSeconds: number } } } }) => {
    object.spec.template.spec.terminationGracePeriodSeconds = 3;
  };
  const changed = edited(tree, path('dc'), fewer);
  expect(messages(changed)).toEqual([
    expect.stringMatching(
      /^Deployment pgbouncer differs at sxb and dc in spec\.template\.spec\.terminationGracePeriodSeconds: \d+ and 3$/,
    ),
  ]);
  expect(messages(edited(changed, path('sxb'), fewer))).toEqual([]);
});

it('looks into the files that a ConfigMap holds, and says which alert it is', () => {
  expect(
    messages(
      replaced(tree, 'sxb/kubernetes/monitoring/configmap-prometheus-rules.yaml', /for: 2m/, 'for: 2h'),
    ),
  ).toEqual([expect.stringMatching(/rules\[\w+\]\.for: 2h and 2m$/)]);
});

it('an object that is at one site alone, and one that only the first site has by its duty', () => {
  expect(messages(without(tree, 'dc/kubernetes/traefik/poddisruptionbudget-traefik.yaml'))).toEqual([
    'PodDisruptionBudget traefik traefik is at sxb, and dc has none',
  ]);
  expect(messages(without(tree, 'sxb/kubernetes/cockroachdb/networkpolicy-cockroachdb-setup.yaml'))).toEqual(
    [],
  );
});

it('families may differ where the sites’ networks do', () => {
  const path = 'sxb/kubernetes/traefik/service-traefik.yaml';
  expect(
    messages(
      edited(tree, path, (object) => {
        object.spec.ipFamilyPolicy = 'PreferDualStack';
      }),
    ),
  ).toEqual([]);
  expect(
    messages(
      edited(tree, path, (object) => {
        object.spec.externalTrafficPolicy = 'Cluster';
      }),
    ),
  ).toHaveLength(1);
});
