import type { Data } from '#policies/reading/objects.ts';
import { added, without } from './edited-tree.ts';
import type { Case } from './named-checks.ts';
import { type Change, of } from './object-cases.ts';

const at = 'sxb/kubernetes/education';
const API = `${at}/deployment-education-api.yaml`;
/** Not two of them on one node. */
const apart = (labelSelector: Data) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: 'kubernetes.io/hostname' }],
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

/** Cases of checks about pods. @param job a file of a Job */
export const podCases = (job: string): Record<string, Case> => ({
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
    job,
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
});
