import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { PRIORITIES, PriorityClasses } from './priority-classes.ts';
import { Quotas } from './quotas.ts';
import { demands, memoryBytes, milliCpus, running } from './workload-demand.ts';

const nodes = { workers: 3, controlPlane: 3 };
// biome-ignore lint/suspicious/noExplicitAny: rendered objects are read as data
type Data = any;
const namespace = { kind: 'Namespace', metadata: { name: 'n' } };
const container = (cpu: string, memory: string) => ({
  name: 'c',
  resources: { requests: { cpu, memory }, limits: { memory } },
});
const workload = (kind: string, spec: Data, pod: Data) => ({
  kind,
  metadata: { name: 'w', namespace: 'n' },
  spec: { ...spec, template: { spec: pod } },
});
const demand = (...objects: Data[]) => demands([namespace, ...objects], nodes).get('n')!;
const pod = { containers: [container('500m', '512Mi')] };
const render = (...objects: Data[]): Data[] => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Quotas(chart, 'quotas', { objects: [namespace, ...objects], nodes });
  return chart.toJson();
};

it('counts an autoscaler at its maximum, and the pod of a rollout', () => {
  const deployment = workload('Deployment', { replicas: 2 }, pod);
  expect(demand(deployment)).toMatchObject({
    pods: 3,
    requests: { milliCpus: 1500, memoryBytes: 1536 * 2 ** 20 },
  });
  const scaler = {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'w', namespace: 'n' },
    spec: { maxReplicas: 9, scaleTargetRef: { name: 'w' } },
  };
  expect(demand(deployment, scaler).pods).toBe(10);
  const quarter = { strategy: { rollingUpdate: { maxSurge: '25%' } } };
  expect(demand(workload('Deployment', { ...quarter, replicas: 5 }, pod)).pods).toBe(7);
});

it('counts a DaemonSet once on every node where it may stand', () => {
  expect(demand(workload('DaemonSet', {}, pod)).pods).toBe(3);
  const surge = { updateStrategy: { rollingUpdate: { maxSurge: 1 } } };
  expect(demand(workload('DaemonSet', surge, pod)).pods).toBe(4);
  const everywhere = { ...pod, tolerations: [{ operator: 'Exists' }] };
  expect(demand(workload('DaemonSet', {}, everywhere)).pods).toBe(6);
  const controlPlane = { ...pod, tolerations: [{ key: 'node-role.kubernetes.io/control-plane' }] };
  expect(demand(workload('DaemonSet', {}, controlPlane)).pods).toBe(6);
});

it('counts start-up containers as the scheduler does, and sidecars as containers', () => {
  const sidecar = { ...container('250m', '128Mi'), restartPolicy: 'Always' };
  const starters = [container('1', '1Gi'), sidecar];
  const each = { initContainers: starters, containers: [container('500m', '512Mi')] };
  expect(demand(workload('StatefulSet', { replicas: 1 }, each)).requests).toEqual({
    milliCpus: 1000,
    memoryBytes: 2 ** 30,
  });
});

it('leaves a quarter spare, and counts node ports exactly', () => {
  const service = {
    kind: 'Service',
    metadata: { name: 's', namespace: 'n' },
    spec: { ports: [{ nodePort: 30080 }] },
  };
  const [quota, range] = render(workload('StatefulSet', { replicas: 3 }, pod), service);
  expect(quota.spec.hard).toEqual({
    'services.loadbalancers': '0',
    'services.nodeports': '1',
    pods: '4',
    'requests.cpu': '1875m',
    'requests.memory': '1920Mi',
    'limits.memory': '1920Mi',
  });
  expect(range.spec.limits[0].defaultRequest).toBeDefined();
});

it('does not guess how many pods an operator makes', () => {
  const [quota] = render({ kind: 'CephCluster', metadata: { name: 'c', namespace: 'n' }, spec: {} });
  expect(Object.keys(quota.spec.hard)).toEqual(['services.loadbalancers', 'services.nodeports']);
});

it('reads quantities', () => {
  expect(['500m', 2, '1.5', undefined].map(milliCpus)).toEqual([500, 2000, 1500, 0]);
  expect(['1Gi', '64Mi', 1024, undefined].map(memoryBytes)).toEqual([2 ** 30, 2 ** 26, 1024, 0]);
  expect(() => memoryBytes('1GiB')).toThrow(RangeError);
});

it('orders who stays: data, ingress, app, observers, batch', () => {
  const values = Object.values(PRIORITIES).map(({ value }) => value);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new PriorityClasses(chart, 'priority-classes');
  expect(
    chart.toJson().map(({ metadata, preemptionPolicy }: Data) => [metadata.name, preemptionPolicy]),
  ).toEqual([
    ['fredu-data', 'PreemptLowerPriority'],
    ['fredu-ingress', 'PreemptLowerPriority'],
    ['fredu-app', 'PreemptLowerPriority'],
    ['fredu-observability', 'PreemptLowerPriority'],
    ['fredu-batch', 'Never'],
  ]);
});

it('knows what runs: the apps of workloads, and anything where an operator works', () => {
  const labelled = { template: { metadata: { labels: { 'app.kubernetes.io/name': 'a' } }, spec: pod } };
  const objects = [
    { kind: 'Deployment', metadata: { name: 'w', namespace: 'n' }, spec: labelled },
    { kind: 'CronJob', metadata: { name: 'c', namespace: 'm' }, spec: { jobTemplate: { spec: labelled } } },
    { kind: 'CephCluster', metadata: { name: 'ceph', namespace: 'store' }, spec: {} },
  ];
  const runs = running(objects);
  expect([runs('n', 'a'), runs('m', 'a'), runs('n', 'b'), runs('store', 'ceph-osd')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
});
