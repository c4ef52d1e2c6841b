import type { Tree } from '#policies/law.ts';
import type { Data } from '#policies/reading/objects.ts';
import { added, edited, without } from './edited-tree.ts';
import type { Case } from './named-checks.ts';
import { changed, of } from './object-cases.ts';

const at = 'sxb/kubernetes/education';
const API = `${at}/deployment-education-api.yaml`;
const POOLER = `${at}/deployment-pgbouncer.yaml`;
const CACHE = `${at}/statefulset-memcached.yaml`;
const BUDGET = `${at}/poddisruptionbudget-education-api.yaml`;
const SCALER = `${at}/horizontalpodautoscaler-education-api.yaml`;
const CRON = `${at}/cronjob-test.yaml`;

/** A file that is lost, and one that the fix asks for. */
const lost = (path: string, object: Data): Case => ({
  break: (from) => without(from, path),
  mend: (from) => added(from, path, object),
});
const budget = (name: string) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace: 'education' },
  spec: {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
    selector: { matchLabels: { 'app.kubernetes.io/name': name } },
  },
});
/** The pod of the API at midnight, with one word missing. */
const cron = (change: (spec: Data) => unknown, mend: (spec: Data) => unknown): Case => ({
  break: (from) =>
    edited(added(from, CRON, {}), CRON, (object) => {
      const { spec } = JSON.parse(JSON.stringify(api(from)));
      const pod = { ...spec.template.spec, restartPolicy: 'OnFailure' };
      Object.assign(object, {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'test', namespace: 'education' },
        spec: {
          schedule: '@daily',
          startingDeadlineSeconds: 60,
          jobTemplate: {
            spec: { template: { metadata: { labels: spec.template.metadata.labels }, spec: pod } },
          },
        },
      });
      change(object.spec);
    }),
  mend: changed(CRON, ({ spec }) => mend(spec)),
});
const api = (from: Tree): Data => {
  let found: Data;
  edited(from, API, (object) => {
    found = object;
  });
  return found;
};

/** For each check of kube-score, by its own name: one thing that is broken at the first site of the reference platform, and mended. */
export const KUBE_SCORE_CASES: Record<string, Case> = {
  'deployment-replicas': of(
    POOLER,
    ({ spec }) => Object.assign(spec, { replicas: 1 }),
    ({ spec }) => Object.assign(spec, { replicas: 2 }),
  ),
  'deployment-has-poddisruptionbudget': lost(BUDGET, budget('education-api')),
  'statefulset-has-poddisruptionbudget': lost(
    `${at}/poddisruptionbudget-memcached.yaml`,
    budget('memcached'),
  ),
  'deployment-targeted-by-hpa-does-not-have-replicas-configured': of(
    API,
    ({ spec }) => Object.assign(spec, { replicas: 2 }),
    ({ spec }) => delete spec.replicas,
  ),
  'statefulset-has-servicename': of(
    CACHE,
    ({ spec }) => Object.assign(spec, { serviceName: 'gone' }),
    ({ spec }) => Object.assign(spec, { serviceName: 'memcached' }),
  ),
  'container-ephemeral-storage-request-and-limit': of(
    API,
    (_o, _p, { resources }) => delete resources.limits['ephemeral-storage'],
    (_o, _p, { resources }) => Object.assign(resources.limits, { 'ephemeral-storage': '1Gi' }),
  ),
  'container-ports-check': of(
    API,
    (_o, _p, { ports }) => ports.push({ containerPort: 8999, name: ports[0].name }),
    (_o, _p, { ports }) => Object.assign(ports.at(-1), { name: 'another' }),
  ),
  'pod-networkpolicy': {
    break: (from) =>
      ['default-deny', 'all-pods', 'education-migrations'].reduce(
        (sum, name) =>
          edited(sum, `${at}/networkpolicy-${name}.yaml`, ({ spec }) =>
            Object.assign(spec, { policyTypes: ['Ingress'] }),
          ),
        from,
      ),
    mend: changed(`${at}/networkpolicy-default-deny.yaml`, ({ spec }) =>
      Object.assign(spec, { policyTypes: ['Ingress', 'Egress'] }),
    ),
    also: ['cis/5.3.2'],
  },
  'pod-topology-spread-constraints': of(
    API,
    (_o, pod) => delete pod.topologySpreadConstraints[0].labelSelector,
    (_o, pod) => Object.assign(pod.topologySpreadConstraints[0], { labelSelector: { matchLabels: {} } }),
  ),
  'stable-version': of(
    BUDGET,
    (object) => Object.assign(object, { apiVersion: 'policy/v1beta1' }),
    (object) => Object.assign(object, { apiVersion: 'policy/v1' }),
  ),
  'label-values': of(
    BUDGET,
    ({ metadata }) => Object.assign(metadata.labels, { version: '1.0 beta' }),
    ({ metadata }) => Object.assign(metadata.labels, { version: '1.0-beta' }),
  ),
  'poddisruptionbudget-has-policy': of(
    BUDGET,
    ({ spec }) => delete spec.maxUnavailable,
    ({ spec }) => Object.assign(spec, { maxUnavailable: 1 }),
  ),
  'horizontalpodautoscaler-replicas': of(
    SCALER,
    ({ spec }) => Object.assign(spec, { minReplicas: 1 }),
    ({ spec }) => Object.assign(spec, { minReplicas: 2 }),
  ),
  'cronjob-has-deadline': cron(
    (spec) => delete spec.startingDeadlineSeconds,
    (spec) => Object.assign(spec, { startingDeadlineSeconds: 60 }),
  ),
  'cronjob-restartpolicy': cron(
    (spec) => delete spec.jobTemplate.spec.template.spec.restartPolicy,
    (spec) => Object.assign(spec.jobTemplate.spec.template.spec, { restartPolicy: 'OnFailure' }),
  ),
};
