import { expect, it } from 'vitest';
import type { Cluster } from './cluster.ts';
import { explained } from './stuck.ts';

/** The API as it answers by path; what is not named is not there. */
const cluster = (answers: Record<string, unknown>) =>
  ({
    ask: async (_: string, path: string, { query = {} }: { query?: Record<string, string> } = {}) => {
      const body = answers[`${path} ${query.fieldSelector ?? query.container ?? ''}`.trim()];
      return body === undefined ? { status: 404, body: {} } : { status: 200, body };
    },
  }) as unknown as Cluster;

const NAMESPACE = '/api/v1/namespaces/education';
const identity = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'education', name: 'api' };
const live = {
  kind: 'Deployment',
  metadata: { namespace: 'education', name: 'api' },
  spec: { selector: { matchLabels: { app: 'api' } } },
  status: {
    conditions: [
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated' },
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'not\nenough' },
    ],
  },
};
const event = (reason: string, message: string, minute: number) => ({
  type: 'Warning',
  reason,
  message,
  lastTimestamp: `2026-11-30T10:0${minute}:00Z`,
});
const pod = {
  metadata: { namespace: 'education', name: 'api-1' },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    initContainerStatuses: [{ name: 'prepare', ready: false, state: { terminated: { exitCode: 0 } } }],
    containerStatuses: [
      {
        name: 'api',
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
      },
    ],
  },
};
const healthy = { ...pod, status: { conditions: [{ type: 'Ready', status: 'True' }] } };

it('tells conditions, the last events, and of pods that are not ready the state and the lines that say why', async () => {
  const answers = {
    [`${NAMESPACE}/events involvedObject.kind=Deployment,involvedObject.name=api`]: { items: [] },
    [`${NAMESPACE}/events involvedObject.kind=Pod,involvedObject.name=api-1`]: {
      items: [event('BackOff', 'restarting', 2), event('Failed', 'earlier', 1)],
    },
    [`${NAMESPACE}/pods`]: { items: [healthy, pod] },
    [`${NAMESPACE}/pods/api-1/log api`]:
      'listening soon\npermission denied for schema public\nclosing\nfatal: cannot start\n',
  };
  expect(await explained(cluster(answers), [{ identity, live, why: '0 of 1 pods are available' }])).toEqual([
    'Deployment education/api: 0 of 1 pods are available',
    '  condition Available is False: MinimumReplicasUnavailable: not enough',
    '  pod api-1, api: CrashLoopBackOff: back-off 5m0s, 7 restarts',
    '  condition Ready is False: ContainersNotReady',
    '  event 2026-11-30T10:01:00Z Failed: earlier',
    '  event 2026-11-30T10:02:00Z BackOff: restarting',
    '  log api: permission denied for schema public',
    '  log api: fatal: cannot start',
  ]);
});

it('tells three in full and the others by name, and no less where events and logs may not be read', async () => {
  const stuck = ['a', 'b', 'c', 'd'].map((name) => ({
    identity: { ...identity, name },
    why: 'it is not there',
  }));
  expect(await explained(cluster({}), stuck)).toEqual([
    'Deployment education/a: it is not there',
    'Deployment education/b: it is not there',
    'Deployment education/c: it is not there',
    'and 1 more: Deployment education/d',
  ]);
  const alone = { identity, live: { ...live, status: {} }, why: 'nobody has seen it' };
  expect(await explained(cluster({}), [alone])).toEqual(['Deployment education/api: nobody has seen it']);
});
