import { expect, it } from 'vitest';
import { readinessOf } from './readiness.ts';

const object = (
  apiVersion: string,
  kind: string,
  status: object,
  spec: object = {},
  metadata: object = {},
) => ({
  apiVersion,
  kind,
  metadata: { name: 'one', generation: 2, ...metadata },
  spec,
  status,
});
const condition = (type: string, status: string, reason = '', message = '') => ({
  conditions: [{ type, status, reason, message }],
});
const rolled = {
  observedGeneration: 2,
  replicas: 3,
  updatedReplicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
};

it.each([
  ['a Deployment that is rolled out', object('apps/v1', 'Deployment', rolled, { replicas: 3 })],
  ['a Deployment of no pods', object('apps/v1', 'Deployment', { observedGeneration: 2 }, { replicas: 0 })],
  [
    'a StatefulSet of one revision',
    object(
      'apps/v1',
      'StatefulSet',
      { ...rolled, currentRevision: 'a', updateRevision: 'a' },
      { replicas: 3 },
    ),
  ],
  [
    'a DaemonSet on every worker',
    object('apps/v1', 'DaemonSet', {
      observedGeneration: 2,
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    }),
  ],
  [
    'a DaemonSet without workers',
    object('apps/v1', 'DaemonSet', { observedGeneration: 2, desiredNumberScheduled: 0 }),
  ],
  [
    'an autoscaler that has looked',
    object('autoscaling/v2', 'HorizontalPodAutoscaler', { currentReplicas: 3 }, { minReplicas: 3 }),
  ],
  ['a Job that completed', object('batch/v1', 'Job', condition('Complete', 'True'))],
  ['a claim with its volume', object('v1', 'PersistentVolumeClaim', { phase: 'Bound' })],
  [
    'a definition that is served',
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', condition('Established', 'True')),
  ],
  [
    'a Ceph cluster that warns',
    object('ceph.rook.io/v1', 'CephCluster', { phase: 'Ready', ceph: { health: 'HEALTH_WARN' } }),
  ],
  ['a store that Rook has made', object('ceph.rook.io/v1', 'CephObjectStore', { phase: 'Ready' })],
  ['a certificate that is issued', object('cert-manager.io/v1', 'Certificate', condition('Ready', 'True'))],
  ['a ConfigMap', object('v1', 'ConfigMap', {})],
])('%s is ready', (_, given) => expect(readinessOf(given)).toEqual({ state: 'ready' }));

it.each([
  [
    'a version that nobody has seen',
    object('apps/v1', 'Deployment', { ...rolled, observedGeneration: 1 }, { replicas: 3 }),
    'its controller has not seen this version yet',
  ],
  [
    'a Deployment in the middle',
    object('apps/v1', 'Deployment', { ...rolled, updatedReplicas: 1 }, { replicas: 3 }),
    '1 of 3 pods are of this version',
  ],
  [
    'old pods that end',
    object('apps/v1', 'Deployment', { ...rolled, replicas: 4 }, { replicas: 3 }),
    '1 pods of the version before are still there',
  ],
  [
    'pods that are not available',
    object('apps/v1', 'Deployment', { ...rolled, availableReplicas: 1 }, { replicas: 3 }),
    '1 of 3 pods are available',
  ],
  [
    'a quota that refuses pods',
    object(
      'apps/v1',
      'Deployment',
      { ...rolled, ...condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota') },
      { replicas: 3 },
    ),
    'FailedCreate: exceeded quota',
  ],
  [
    'a StatefulSet between revisions',
    object(
      'apps/v1',
      'StatefulSet',
      { ...rolled, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
      { replicas: 3 },
    ),
    '1 of 3 pods are of this version',
  ],
  [
    'an autoscaler that has not looked yet',
    object('autoscaling/v2', 'HorizontalPodAutoscaler', { currentReplicas: 1 }, { minReplicas: 3 }),
    '1 of at least 3 pods are asked for',
  ],
  [
    'a Job that runs',
    object('batch/v1', 'Job', { active: 1, failed: 2 }),
    'it has not completed: 1 pods run, 2 have failed',
  ],
  ['a claim without a volume', object('v1', 'PersistentVolumeClaim', { phase: 'Pending' }), 'phase Pending'],
  [
    'a cluster in error',
    object('ceph.rook.io/v1', 'CephCluster', {
      phase: 'Ready',
      ceph: { health: 'HEALTH_ERR', details: { OSD_DOWN: { message: '2 osds down' } } },
    }),
    'HEALTH_ERR: 2 osds down',
  ],
  [
    'a realm that no operator has seen',
    object('ceph.rook.io/v1', 'CephObjectRealm', {}),
    'its operator has not looked at it yet',
  ],
  [
    'a certificate that waits',
    object(
      'cert-manager.io/v1',
      'Certificate',
      condition('Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist'),
    ),
    'Ready is False: DoesNotExist: Issuing certificate as Secret does not exist',
  ],
  [
    'a route that no gateway takes',
    object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
      parents: [condition('Accepted', 'False', 'NoMatchingParent')],
    }),
    'NoMatchingParent',
  ],
  [
    'what is being deleted',
    object('v1', 'ConfigMap', {}, {}, { deletionTimestamp: '2026-11-30T00:00:00Z' }),
    'it is being deleted',
  ],
])('%s is waited for', (_, given, why) => expect(readinessOf(given)).toEqual({ state: 'waiting', why }));

it.each([
  [
    'a rollout past its deadline',
    object(
      'apps/v1',
      'Deployment',
      {
        ...rolled,
        availableReplicas: 1,
        ...condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'has timed out'),
      },
      { replicas: 3 },
    ),
    'ProgressDeadlineExceeded: has timed out',
  ],
  [
    'a Job that failed',
    object('batch/v1', 'Job', condition('Failed', 'True', 'BackoffLimitExceeded', 'too often')),
    'BackoffLimitExceeded: too often',
  ],
])('%s is not waited for', (_, given, why) => expect(readinessOf(given)).toEqual({ state: 'never', why }));
