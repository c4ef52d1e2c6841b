import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { type Data, workloads } from '../reading/objects.ts';
import { CHECKS } from './kube-linter/checks.ts';
import { namedChecks } from './named-checks.ts';
import { WAIVERS } from './waivers.ts';

const model = threeSites();
const tree = artefacts(model);
const at = 'sxb/kubernetes/education';
const API = `${at}/deployment-education-api.yaml`;

it('our own sites keep it', () => {
  expect(namedChecks.check(model, tree)).toEqual([]);
});

it('has the 31, and at most ten waivers, each for something that is there and with a reason', () => {
  expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(31);
  expect(WAIVERS.length).toBeLessThanOrEqual(10);
  expect(WAIVERS.every(({ reason }) => reason.length > 20)).toBe(true);
});

/** For each check the file to change, and the smallest change that breaks it. */
const BREAKS: Record<string, [path: string, change: (object: Data, pod: Data, container: Data) => void]> = {
  'dangling-service': [
    `${at}/service-education-api.yaml`,
    ({ spec }) => Object.assign(spec, { selector: { app: 'gone' } }),
  ],
  'deprecated-service-account-field': [
    API,
    (_o, pod) => Object.assign(pod, { serviceAccount: 'education-api' }),
  ],
  'docker-sock': [
    API,
    (_o, pod) => pod.volumes.push({ name: 'd', hostPath: { path: '/var/run/docker.sock' } }),
  ],
  'drop-net-raw-capability': [API, (_o, _p, container) => delete container.securityContext.capabilities],
  'duplicate-env-var': [API, (_o, _p, { env }) => env.push(env[0])],
  'env-var-secret': [API, (_o, _p, { env }) => env.push({ name: 'MY_SECRET', value: 'x' })],
  'host-ipc': [API, (_o, pod) => Object.assign(pod, { hostIPC: true })],
  'host-network': [API, (_o, pod) => Object.assign(pod, { hostNetwork: true })],
  'host-pid': [API, (_o, pod) => Object.assign(pod, { hostPID: true })],
  'invalid-target-ports': [
    `${at}/service-education-api.yaml`,
    ({ spec }) => Object.assign(spec.ports[0], { targetPort: 'far-too-long-a-name' }),
  ],
  'job-ttl-seconds-after-finished': ['', ({ spec }) => delete spec.ttlSecondsAfterFinished],
  'latest-tag': [API, (_o, _p, container) => Object.assign(container, { image: 'a/b:latest' })],
  'liveness-port': [API, (_o, _p, container) => Object.assign(container.livenessProbe.httpGet, { port: 1 })],
  'mismatching-selector': [
    API,
    ({ spec }) => Object.assign(spec.selector, { matchLabels: { app: 'other' } }),
  ],
  'no-anti-affinity': [
    API,
    (_o, pod) => {
      delete pod.affinity;
      delete pod.topologySpreadConstraints;
    },
  ],
  'no-extensions-v1beta': [API, (object) => Object.assign(object, { apiVersion: 'extensions/v1beta1' })],
  'no-read-only-root-fs': [
    API,
    (_o, _p, container) => delete container.securityContext.readOnlyRootFilesystem,
  ],
  'non-existent-service-account': [API, (_o, pod) => Object.assign(pod, { serviceAccountName: 'gone' })],
  'pdb-max-unavailable': [
    `${at}/poddisruptionbudget-education-api.yaml`,
    ({ spec }) => Object.assign(spec, { maxUnavailable: 0 }),
  ],
  'pdb-min-available': [
    `${at}/poddisruptionbudget-education-api.yaml`,
    ({ spec }) => Object.assign(spec, { minAvailable: 3 }),
  ],
  'pdb-unhealthy-pod-eviction-policy': [
    `${at}/poddisruptionbudget-education-api.yaml`,
    ({ spec }) => delete spec.unhealthyPodEvictionPolicy,
  ],
  'privilege-escalation-container': [
    API,
    (_o, _p, container) => delete container.securityContext.allowPrivilegeEscalation,
  ],
  'privileged-container': [
    API,
    (_o, _p, container) => Object.assign(container.securityContext, { privileged: true }),
  ],
  'readiness-port': [
    API,
    (_o, _p, container) => Object.assign(container.readinessProbe.httpGet, { port: 1 }),
  ],
  'run-as-non-root': [API, (_o, pod) => Object.assign(pod.securityContext, { runAsUser: 0 })],
  'sensitive-host-mounts': [API, (_o, pod) => pod.volumes.push({ name: 'etc', hostPath: { path: '/etc/' } })],
  'ssh-port': [API, (_o, _p, { ports }) => ports.push({ containerPort: 22 })],
  'startup-port': [API, (_o, _p, container) => Object.assign(container.startupProbe.httpGet, { port: 1 })],
  'unsafe-sysctls': [
    API,
    (_o, pod) =>
      Object.assign(pod.securityContext, { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] }),
  ],
  'unset-cpu-requirements': [API, (_o, _p, container) => delete container.resources.requests.cpu],
  'unset-memory-requirements': [API, (_o, _p, container) => delete container.resources.limits.memory],
};

it.each(CHECKS.map(({ id }) => id))('%s fires on its own fixture', (id) => {
  const job = workloads(tree).find(({ kind, site }) => kind === 'Job' && site === 'sxb')!.path;
  const [path, change] = BREAKS[id]!;
  const changed = edited(tree, path || job, (object) => {
    const pod = object.spec.template?.spec;
    change(object, pod, pod?.containers[0]);
  });
  const found = namedChecks.check(model, changed).map(({ message }) => message);
  expect(found.some((message) => message.startsWith(`${id}: `))).toBe(true);
});

it('says when a waiver is not needed any more', () => {
  const path = 'sxb/kubernetes/cockroachdb/statefulset-cockroachdb.yaml';
  const other = 'dc/kubernetes/cockroachdb/statefulset-cockroachdb.yaml';
  const better = [path, other].reduce(
    (sum, each) => edited(sum, each, (object) => delete object.spec.template.spec.hostNetwork),
    tree as ReadonlyMap<string, string>,
  );
  expect(namedChecks.check(model, better).map(({ message }) => message)).toEqual([
    'the waiver of host-network for StatefulSet/cockroachdb/cockroachdb allows nothing: the object is gone, or better',
  ]);
});
