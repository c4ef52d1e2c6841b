import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, inTraefik, only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { permissions } from './permissions.ts';

const model = threeSites();
const tree: Tree = only(artefacts(model), /^sxb\/kubernetes\//);
const messages = (changed: Tree) => permissions.check(model, changed).map(({ message }) => message);
const role = (namespace: string, change: (rules: Data[]) => void) =>
  edited(tree, `sxb/kubernetes/${namespace}/role-traefik.yaml`, ({ rules }) => change(rules));

it('our own sites keep it', () => {
  expect(messages(artefacts(model))).toEqual([]);
});

it('a kind that Traefik watches and may not: its Gateway provider would never start', () => {
  const wrong = role('education', (rules) => {
    for (const rule of rules) rule.resources = rule.resources.filter((each: string) => each !== 'tlsroutes');
  });
  expect(messages(wrong)).toEqual(
    ['list', 'watch'].map(
      (verb) =>
        `traefik/traefik of sxb asks for ${verb} tlsroutes.gateway.networking.k8s.io in education and may not`,
    ),
  );
  expect(permissions.check(model, wrong)[0]!.path).toBe('sxb/kubernetes/education/role-traefik.yaml');
});

it('a permission that nothing asks for, in a role or since a provider is off', () => {
  expect(messages(role('education', (rules) => rules[0].verbs.push('delete')))).toEqual(
    ['services', 'secrets', 'configmaps'].map(
      (kind) => `traefik/traefik of sxb may delete ${kind} in education and never asks for it`,
    ),
  );
  const off = messages(
    inTraefik(tree, 'sxb', 'traefik.yaml', (data) => delete data.providers.kubernetesGateway),
  );
  expect(off).toContain('traefik/traefik of sxb may list secrets in traefik and never asks for it');
  expect(off).not.toContain('traefik/traefik of sxb may list secrets in education and never asks for it');
});

it('a binding that is not there, a namespace more to watch, a kind more to count, an account that nobody knows', () => {
  expect(messages(without(tree, 'sxb/kubernetes/education/rolebinding-prometheus.yaml'))).toEqual([
    'monitoring/prometheus of sxb asks for list pods in education and may not',
    'monitoring/prometheus of sxb asks for watch pods in education and may not',
  ]);
  const more = inTraefik(tree, 'sxb', 'traefik.yaml', (data) =>
    data.providers.kubernetesIngress.namespaces.push('monitoring'),
  );
  expect(messages(more)).toContain(
    'traefik/traefik of sxb asks for list ingresses.networking.k8s.io in monitoring and may not',
  );
  const counted = edited(tree, 'sxb/kubernetes/monitoring/deployment-kube-state-metrics.yaml', ({ spec }) => {
    const [container] = spec.template.spec.containers;
    container.args = container.args.map((arg: string) =>
      arg.startsWith('--resources=') ? `${arg},secrets` : arg,
    );
  });
  expect(messages(counted)).toContain(
    'monitoring/kube-state-metrics of sxb asks for list secrets in the cluster and may not',
  );
  const unknown = edited(
    tree,
    'sxb/kubernetes/cluster/clusterrolebinding-prometheus.yaml',
    ({ subjects }) => {
      subjects.push({ kind: 'ServiceAccount', namespace: 'education', name: 'education-web' });
    },
  );
  expect(messages(unknown)).toContain('nothing says what education/education-web of sxb asks for');
});
