import type { Tree } from '#policies/law.ts';
import { type Data, workloads } from '#policies/reading/objects.ts';
import { added, edited, without } from './edited-tree.ts';
import type { Case } from './named-checks.ts';

const at = 'sxb/kubernetes/education';
const API = `${at}/deployment-education-api.yaml`;
const SERVICE = `${at}/service-education-api.yaml`;
const BUDGET = `${at}/poddisruptionbudget-education-api.yaml`;
const SCALER = `${at}/horizontalpodautoscaler-education-api.yaml`;
const POLICY = `${at}/networkpolicy-education-api.yaml`;
const INGRESS = `${at}/ingress-education.yaml`;
const ROLE = `${at}/role-prometheus.yaml`;
const MONITOR = `${at}/servicemonitor-test.yaml`;

/** Not two of them on one node. */
const apart = (labelSelector: Data) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: 'kubernetes.io/hostname' }],
});

type Change = (object: Data, pod: Data, container: Data) => unknown;
const changed = (path: string, change: Change) => (from: Tree) =>
  edited(from, path, (object) => {
    const pod = object.spec?.template?.spec;
    change(object, pod, pod?.containers[0]);
  });
/** Two edits of one file, and checks that look at the same words. */
const of = (path: string, damage: Change, mend: Change, also?: string[]): Case => ({
  break: changed(path, damage),
  mend: changed(path, mend),
  ...(also ? { also } : {}),
});
const api = (damage: Change, mend: Change, also?: string[]) => of(API, damage, mend, also);
const volume = (hostPath: Data) => (_o: Data, pod: Data) => {
  pod.volumes.push({ name: 'extra', hostPath });
  pod.containers[0].volumeMounts.push({ name: 'extra', mountPath: '/extra', readOnly: true });
};
const noVolume: Change = (_o, pod) => {
  pod.volumes.pop();
  pod.containers[0].volumeMounts.pop();
};
const port =
  (containerPort: number) =>
  (_o: Data, _p: Data, { ports }: Data) =>
    ports.push({ containerPort });
const noPort: Change = (_o, _p, { ports }) => ports.pop();
const rule =
  (change: (rule: Data) => unknown): Change =>
  (object) =>
    change(object.rules[0]);
const context =
  (key: string, value: unknown): Change =>
  (_o, _p, container) =>
    Object.assign(container.securityContext, { [key]: value });
const noContext =
  (key: string): Change =>
  (_o, _p, container) =>
    delete container.securityContext[key];
const probe =
  (name: string, is: unknown): Change =>
  (_o, _p, container) =>
    Object.assign(container[name].httpGet, { port: is });

/** For each check of kube-linter, by its own name: one thing that is broken at the first site of the reference platform, and mended. */
export const kubeLinterCases = (tree: Tree): Record<string, Case> => {
  const JOB = workloads(tree).find(({ kind, site }) => kind === 'Job' && site === 'sxb')!.path;
  return {
    'docker-sock': api(volume({ path: '/var/run/docker.sock' }), noVolume),
    'host-ipc': api(
      (_o, pod) => Object.assign(pod, { hostIPC: true }),
      (_o, pod) => delete pod.hostIPC,
    ),
    'host-network': api(
      (_o, pod) => Object.assign(pod, { hostNetwork: true }),
      (_o, pod) => delete pod.hostNetwork,
    ),
    'host-pid': api(
      (_o, pod) => Object.assign(pod, { hostPID: true }),
      (_o, pod) => delete pod.hostPID,
    ),
    'sensitive-host-mounts': api(volume({ path: '/etc' }), noVolume),
    'writable-host-mount': api(
      (object, pod, container) => {
        volume({ path: '/srv' })(object, pod);
        delete container.volumeMounts.at(-1).readOnly;
      },
      (_o, _p, container) => Object.assign(container.volumeMounts.at(-1), { readOnly: true }),
    ),
    'unsafe-proc-mount': api(context('procMount', 'Unmasked'), noContext('procMount')),
    'unsafe-sysctls': api(
      (_o, pod) =>
        Object.assign(pod.securityContext, { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] }),
      (_o, pod) => delete pod.securityContext.sysctls,
    ),
    'drop-net-raw-capability': api(
      context('capabilities', { drop: ['KILL'] }),
      context('capabilities', { drop: ['ALL'] }),
    ),
    'no-read-only-root-fs': api(noContext('readOnlyRootFilesystem'), context('readOnlyRootFilesystem', true)),
    'privilege-escalation-container': api(
      context('allowPrivilegeEscalation', true),
      context('allowPrivilegeEscalation', false),
    ),
    'privileged-container': api(context('privileged', true), noContext('privileged'), [
      'kube-linter/privilege-escalation-container',
    ]),
    'run-as-non-root': api(
      (_o, pod) => Object.assign(pod.securityContext, { runAsUser: 0 }),
      (_o, pod) => Object.assign(pod.securityContext, { runAsNonRoot: true, runAsUser: 7 }),
    ),
    'latest-tag': api(
      (_o, _p, container) => Object.assign(container, { image: 'a/b:latest' }),
      (_o, _p, container) => Object.assign(container, { image: 'a/b:1.2.3' }),
    ),
    'unset-cpu-requirements': api(
      (_o, _p, container) => delete container.resources.requests.cpu,
      (_o, _p, container) => Object.assign(container.resources.requests, { cpu: '1m' }),
    ),
    'unset-memory-requirements': api(
      (_o, _p, container) => delete container.resources.limits.memory,
      (_o, _p, container) => Object.assign(container.resources.limits, { memory: '1Mi' }),
    ),
    'duplicate-env-var': api(
      (_o, _p, { env }) => env.push(env[0]),
      (_o, _p, { env }) => env.pop(),
    ),
    'env-var-secret': api(
      (_o, _p, { env }) => env.push({ name: 'MY_SECRET', value: 'x' }),
      (_o, _p, { env }) =>
        Object.assign(env.at(-1), { value: undefined, valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }),
    ),
    'liveness-port': api(probe('livenessProbe', 7777), port(7777)),
    'readiness-port': api(probe('readinessProbe', 7777), port(7777)),
    'startup-port': api(probe('startupProbe', 7777), port(7777)),
    'no-liveness-probe': api(
      (_o, _p, container) => delete container.livenessProbe,
      (_o, _p, container) => Object.assign(container, { livenessProbe: container.readinessProbe }),
    ),
    'no-readiness-probe': api(
      (_o, _p, container) => delete container.readinessProbe,
      (_o, _p, container) => Object.assign(container, { readinessProbe: container.livenessProbe }),
    ),
    'ssh-port': api(port(22), noPort, ['kube-linter/privileged-ports']),
    'privileged-ports': api(port(80), (_o, _p, { ports }) =>
      Object.assign(ports.at(-1), { containerPort: 8081 }),
    ),
    'deprecated-service-account-field': api(
      (_o, pod) => Object.assign(pod, { serviceAccount: 'another' }),
      (_o, pod) => delete pod.serviceAccount,
    ),
    'non-existent-service-account': {
      break: (from) => without(from, `${at}/serviceaccount-education-api.yaml`),
      mend: (from) =>
        added(from, `${at}/serviceaccount-education-api.yaml`, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'education-api', namespace: 'education' },
        }),
    },
    'default-service-account': api(
      (_o, pod) => Object.assign(pod, { serviceAccountName: 'default', automountServiceAccountToken: true }),
      (_o, pod) => Object.assign(pod, { serviceAccountName: 'education-api' }),
    ),
    'mismatching-selector': api(
      ({ spec }) => Object.assign(spec.selector, { matchLabels: { app: 'other' } }),
      ({ spec }) => Object.assign(spec.selector, { matchLabels: spec.template.metadata.labels }),
    ),
    'no-anti-affinity': of(
      `${at}/deployment-pgbouncer.yaml`,
      (_o, pod) => delete pod.affinity,
      ({ spec }, pod) => Object.assign(pod, { affinity: { podAntiAffinity: apart(spec.selector) } }),
    ),
    'no-rolling-update-strategy': api(
      ({ spec }) => Object.assign(spec, { strategy: { type: 'Recreate' } }),
      ({ spec }) => Object.assign(spec, { strategy: { type: 'RollingUpdate' } }),
    ),
    'priority-class-name': api(
      (_o, pod) => Object.assign(pod, { priorityClassName: 'gone' }),
      (_o, pod) => Object.assign(pod, { priorityClassName: 'fredu-data' }),
    ),
    'restart-policy': of(
      JOB,
      ({ spec }, pod) => {
        spec.backoffLimit = 0;
        pod.restartPolicy = 'Never';
      },
      (_o, pod) => Object.assign(pod, { restartPolicy: 'OnFailure' }),
    ),
    'env-value-from': of(
      API,
      (_o, _p, { env }) =>
        env.push({ name: 'A', valueFrom: { configMapKeyRef: { name: 'pgbouncer', key: 'gone' } } }),
      (_o, _p, { env }) => Object.assign(env.at(-1).valueFrom.configMapKeyRef, { key: 'pgbouncer.ini' }),
    ),
    'invalid-target-ports': of(
      SERVICE,
      ({ spec }) => Object.assign(spec.ports[0], { targetPort: 'far-too-long-a-name' }),
      ({ spec }) => Object.assign(spec.ports[0], { targetPort: 'http' }),
    ),
    'job-ttl-seconds-after-finished': of(
      JOB,
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
