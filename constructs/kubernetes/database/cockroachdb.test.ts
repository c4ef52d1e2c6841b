import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { joinList } from '#constructs/cockroachdb-node.ts';
import { gracePeriodSeconds } from '#constructs/drain.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import type { DatabaseSite, KubernetesSite } from '#sites/site-kinds.ts';
import { Cockroachdb } from './cockroachdb.ts';

const model = example();

function render(site: KubernetesSite & DatabaseSite) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Cockroachdb(chart, 'nodes', { site, join: joinList(model, site), hasBackups: true });
  return chart.toJson();
}
const objects = render(roomOf(model, 'lyn'));
const find = (kind: string, name: string) =>
  objects.find((each) => each.kind === kind && each.metadata.name === name);
const set = find('StatefulSet', 'cockroachdb');
const pod = set.spec.template.spec;
const [container] = pod.containers;

it('holds one object of each name', () => {
  expect(objects.map((each) => `${each.kind} ${each.metadata.name}`).sort()).toEqual([
    'ConfigMap cockroachdb-nodes',
    'PersistentVolume cockroachdb-lyn-worker1',
    'PersistentVolume cockroachdb-lyn-worker2',
    'PersistentVolume cockroachdb-lyn-worker3',
    'PodDisruptionBudget cockroachdb',
    'Service cockroachdb',
    'Service cockroachdb-public',
    'ServiceAccount cockroachdb',
    'StatefulSet cockroachdb',
    'StorageClass cockroachdb-local',
  ]);
});

describe('identity', () => {
  it('is the worker: each has its own flags under its name', () => {
    const { data } = find('ConfigMap', 'cockroachdb-nodes');
    expect(Object.keys(data)).toEqual(['lyn-worker1', 'lyn-worker2', 'lyn-worker3']);
    for (const [worker, flags] of Object.entries(data)) expect(flags).toContain(`host=${worker}\n`);
    expect(container.command).toEqual([
      '/bin/sh',
      '-ec',
      'flags=$(cat "/etc/cockroachdb/$NODE_NAME")\nexec /cockroach/cockroach start $flags',
    ]);
    expect(container.env[0].valueFrom.fieldRef.fieldPath).toBe('spec.nodeName');
  });
  it('is kept: the volume of each worker binds the claim of one pod, on that worker, and outlives it', () => {
    for (const ordinal of [0, 1, 2]) {
      const { spec } = find('PersistentVolume', `cockroachdb-lyn-worker${ordinal + 1}`);
      expect(spec.claimRef).toMatchObject({ namespace: 'cockroachdb', name: `data-cockroachdb-${ordinal}` });
      expect(spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0]).toEqual({
        key: 'kubernetes.io/hostname',
        operator: 'In',
        values: [`lyn-worker${ordinal + 1}`],
      });
      expect(spec.persistentVolumeReclaimPolicy).toBe('Retain');
      expect(spec.local).toEqual({ path: '/dev/disk/by-id/database', fsType: 'ext4' });
    }
    expect(find('StorageClass', 'cockroachdb-local')).toMatchObject({
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Retain',
    });
  });
});

describe('availability', () => {
  it('starts all nodes at once, one a worker, and lets one go at a time', () => {
    expect(set.spec).toMatchObject({ podManagementPolicy: 'Parallel', replicas: 3, minReadySeconds: 60 });
    expect(pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey).toBe(
      'kubernetes.io/hostname',
    );
    expect(find('PodDisruptionBudget', 'cockroachdb').spec.maxUnavailable).toBe(1);
  });
  it('may drain to the end', () => {
    expect(pod.terminationGracePeriodSeconds).toBe(gracePeriodSeconds);
  });
  it('is asked over TLS', () => {
    expect(container.readinessProbe).toMatchObject({
      periodSeconds: 5,
      failureThreshold: 2,
      httpGet: { path: '/health?ready=1', port: 8080, scheme: 'HTTPS' },
    });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/health', port: 8080, scheme: 'HTTPS' });
    expect(container.startupProbe.httpGet.scheme).toBe('HTTPS');
  });
  it('lists nodes that are not ready, or nothing could be initialized', () => {
    expect(find('Service', 'cockroachdb').spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
    expect(find('Service', 'cockroachdb-public').spec.publishNotReadyAddresses).toBeUndefined();
  });
});

describe('security', () => {
  it('uses the network of its worker and gives up everything else', () => {
    expect(pod.hostNetwork).toBe(true);
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    });
  });
  it('mounts its key for its group alone', () => {
    const volume = pod.volumes.find((each: { name: string }) => each.name === 'certificates');
    expect(volume.projected.defaultMode).toBe(0o400);
    expect(volume.projected.sources[0].secret.name).toBe('cockroachdb-node');
  });
});

it('asks for processors without a ceiling, and for exactly the memory that its flags count on', () => {
  expect(container.resources).toEqual({
    requests: { cpu: '8', memory: '32768Mi', 'ephemeral-storage': '256Mi' },
    limits: { memory: '32768Mi', 'ephemeral-storage': '2Gi' },
  });
  expect(container.env[1].valueFrom.resourceFieldRef.resource).toBe('requests.cpu');
});

it('is the same at a site with IPv4 only', () => {
  const kinds = (all: typeof objects) => all.map((each) => each.kind);
  expect(kinds(render(cloudOf(model, 'par')))).toEqual(kinds(objects));
});
