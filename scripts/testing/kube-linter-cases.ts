import type { Tree } from '#policies/law.ts';
import { type Data, workloads } from '#policies/reading/objects.ts';
import { added, without } from './edited-tree.ts';
import { podCases } from './kube-linter-pod-cases.ts';
import type { Case } from './named-checks.ts';
import { type Change, changed, of } from './object-cases.ts';

const at = 'sxb/kubernetes/education';
const SERVICE = `${at}/service-education-api.yaml`;
const BUDGET = `${at}/poddisruptionbudget-education-api.yaml`;
const SCALER = `${at}/horizontalpodautoscaler-education-api.yaml`;
const POLICY = `${at}/networkpolicy-education-api.yaml`;
const INGRESS = `${at}/ingress-education.yaml`;
const ROLE = `${at}/role-prometheus.yaml`;
const MONITOR = `${at}/servicemonitor-test.yaml`;
const rule =
  (change: (rule: Data) => unknown): Change =>
  (object) =>
    change(object.rules[0]);

/** For each check of kube-linter, by its own name: one thing that is broken at the first site of the reference platform, and mended. */
export const kubeLinterCases = (tree: Tree): Record<string, Case> => {
  const job = workloads(tree).find(({ kind, path }) => kind === 'Job' && path.startsWith('sxb/'))!.path;
  return {
    ...podCases(job),
    'invalid-target-ports': of(
      SERVICE,
      ({ spec }) => Object.assign(spec.ports[0], { targetPort: 'far-too-long-a-name' }),
      ({ spec }) => Object.assign(spec.ports[0], { targetPort: 'http' }),
    ),
    'job-ttl-seconds-after-finished': of(
      job,
      ({ spec }) => delete spec.ttlSecondsAfterFinished,
      ({ spec }) => Object.assign(spec, { ttlSecondsAfterFinished: 60 }),
    ),
    'no-extensions-v1beta': of(
      INGRESS,
      (object) => Object.assign(object, { apiVersion: 'extensions/v1beta1' }),
      (object) => Object.assign(object, { apiVersion: 'networking.k8s.io/v1' }),
    ),
    'use-namespace': {
      break: (from) =>
        added(from, `${at}/service-test.yaml`, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'test', namespace: 'default' },
          spec: { ports: [{ name: 'http', port: 80 }] },
        }),
      mend: changed(`${at}/service-test.yaml`, ({ metadata }) =>
        Object.assign(metadata, { namespace: 'education' }),
      ),
    },
    'pdb-max-unavailable': of(
      BUDGET,
      ({ spec }) => Object.assign(spec, { maxUnavailable: 0 }),
      ({ spec }) => Object.assign(spec, { maxUnavailable: 1 }),
    ),
    'pdb-min-available': of(
      BUDGET,
      ({ spec }) => Object.assign(spec, { minAvailable: 3 }),
      ({ spec }) => {
        delete spec.minAvailable;
        spec.maxUnavailable = 1;
      },
    ),
    'pdb-unhealthy-pod-eviction-policy': of(
      BUDGET,
      ({ spec }) => delete spec.unhealthyPodEvictionPolicy,
      ({ spec }) => Object.assign(spec, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
    ),
    'dangling-horizontalpodautoscaler': of(
      SCALER,
      ({ spec }) => Object.assign(spec.scaleTargetRef, { name: 'gone' }),
      ({ spec }) => Object.assign(spec.scaleTargetRef, { name: 'education-api' }),
      // Nobody scales the deployment then, and it says no number of pods.
      ['kube-score/deployment-replicas'],
    ),
    'dangling-service': of(
      SERVICE,
      ({ spec }) => Object.assign(spec, { selector: { app: 'gone' } }),
      ({ spec }) => Object.assign(spec, { selector: { 'app.kubernetes.io/name': 'education-api' } }),
    ),
    'dangling-ingress': of(
      INGRESS,
      ({ spec }) => Object.assign(spec.rules[0].http.paths[0].backend.service, { name: 'gone' }),
      ({ spec }) =>
        Object.assign(spec.rules[0].http.paths[0].backend, {
          service: { name: 'education-api', port: { name: 'http' } },
        }),
    ),
    'dangling-networkpolicy': of(
      POLICY,
      ({ spec }) => Object.assign(spec, { podSelector: { matchLabels: { app: 'gone' } } }),
      ({ spec }) =>
        Object.assign(spec, { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'education-api' } } }),
    ),
    'dangling-networkpolicypeer-podselector': of(
      POLICY,
      ({ spec }) => spec.ingress.push({ from: [{ podSelector: { matchLabels: { app: 'gone' } } }] }),
      ({ spec }) =>
        Object.assign(spec.ingress.at(-1), {
          from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'education-web' } } }],
        }),
    ),
    'dangling-servicemonitor': {
      break: (from) =>
        added(from, MONITOR, {
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'ServiceMonitor',
          metadata: { name: 'test', namespace: 'education' },
          spec: { selector: { matchLabels: { app: 'gone' } } },
        }),
      mend: changed(MONITOR, ({ spec }) =>
        Object.assign(spec.selector, { matchLabels: { 'app.kubernetes.io/name': 'education-api' } }),
      ),
    },
    'non-isolated-pod': {
      break: (from) =>
        [...from.keys()]
          .filter((path) => path.startsWith('sxb/kubernetes/node-exporter/networkpolicy-'))
          .reduce(
            without,
            changed(
              'sxb/kubernetes/node-exporter/daemonset-node-exporter.yaml',
              (_o, pod) => delete pod.hostNetwork,
            )(from),
          ),
      mend: (from) =>
        added(from, 'sxb/kubernetes/node-exporter/networkpolicy-default-deny.yaml', {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'default-deny', namespace: 'node-exporter' },
          spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
        }),
      also: ['cis/5.3.2', 'kube-score/pod-networkpolicy'],
    },
    'exposed-services': of(
      SERVICE,
      ({ spec }) => Object.assign(spec, { type: 'LoadBalancer' }),
      ({ spec }) => Object.assign(spec, { type: 'ClusterIP' }),
    ),
    'access-to-create-pods': of(
      ROLE,
      rule(({ verbs }) => verbs.push('create')),
      rule(({ verbs }) => verbs.pop()),
    ),
    'access-to-secrets': of(
      ROLE,
      rule(({ resources }) => resources.push('secrets')),
      rule(({ resources }) => resources.pop()),
    ),
    'cluster-admin-role-binding': of(
      'sxb/kubernetes/cluster/clusterrolebinding-prometheus.yaml',
      ({ roleRef }) => Object.assign(roleRef, { name: 'cluster-admin' }),
      ({ roleRef }) => Object.assign(roleRef, { name: 'prometheus' }),
    ),
    'wildcard-in-rules': of(
      ROLE,
      rule((each) => Object.assign(each, { apiGroups: ['batch'], resources: ['leases'], verbs: ['*'] })),
      rule((each) => Object.assign(each, { verbs: ['list'] })),
    ),
  };
};
