import { inventories } from '#policies/reading/kubespray-tree.ts';
import { type Data, ofKind, selects, workloads } from '#policies/reading/objects.ts';
import { say } from '../../named/check.ts';
import type { KubernetesRow } from '../kubernetes-pack.ts';

const portName = /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/;
const BUDGET = ['PodDisruptionBudget'];

/** kube-linter's checks of jobs, budgets, scalers and of the API that objects are of. */
export const OBJECTS: KubernetesRow[] = [
  {
    id: 'invalid-target-ports',
    title: 'a service names ports by names that can be',
    avoid: 'targetPort: far-too-long-a-name',
    fix: 'use at most 15 letters, digits and single hyphens',
    why: 'No container can have a port of that name, so the service leads nowhere.',
    kinds: ['Service'],
    object: ({ object }) =>
      (object.spec?.ports ?? [])
        .filter(({ targetPort }: Data) => typeof targetPort === 'string' && !portName.test(targetPort))
        .map(({ targetPort }: Data) => `names the impossible port ${targetPort}`),
  },
  {
    id: 'job-ttl-seconds-after-finished',
    title: 'a job that has ended is cleared away, once',
    avoid: 'a Job without ttlSecondsAfterFinished',
    fix: 'set ttlSecondsAfterFinished on a Job, history limits on a CronJob',
    why: 'Pods of jobs that ended pile up until lists of the API are slow.',
    kinds: ['Job', 'CronJob'],
    object: ({ kind, object }) =>
      kind === 'Job'
        ? say(object.spec.ttlSecondsAfterFinished === undefined, 'stays for ever once it has ended')
        : say(
            object.spec.jobTemplate.spec.ttlSecondsAfterFinished !== undefined,
            'is cleared away twice: by its history limits and by a time',
          ),
  },
  {
    id: 'no-extensions-v1beta',
    title: 'no object is of the group extensions/v1beta1',
    avoid: 'apiVersion: extensions/v1beta1',
    fix: 'use the API that replaced it',
    why: 'No release since 1.22 knows it.',
    object: ({ object }) => say(/^extensions\/v1beta/.test(object.apiVersion), `is of ${object.apiVersion}`),
  },
  {
    id: 'use-namespace',
    title: 'nothing is in the namespace default',
    avoid: 'namespace: default',
    fix: 'put it into the namespace of its part of the platform',
    why: 'default has no quota, no limit, no policy of traffic, and is where a mistake lands.',
    object: ({ namespace }) => say(namespace === 'default', 'is in the namespace default'),
  },
  {
    id: 'pdb-max-unavailable',
    title: 'a budget lets a pod go',
    avoid: 'maxUnavailable: 0',
    fix: 'set maxUnavailable: 1',
    why: 'The drain of a node waits for ever.',
    kinds: BUDGET,
    object: ({ object }) => say(['0', '0%'].includes(String(object.spec.maxUnavailable)), 'lets no pod go'),
  },
  {
    id: 'pdb-min-available',
    title: 'a budget asks for fewer pods than there are',
    avoid: 'minAvailable equal to the replicas',
    fix: 'set maxUnavailable: 1',
    why: 'The drain of a node waits for ever.',
    lab: 'it may have one worker, which is never drained',
    kinds: BUDGET,
    object: ({ site, namespace, object }, tree) => {
      const { minAvailable } = object.spec;
      if (minAvailable === undefined) return [];
      return workloads(tree)
        .filter(
          (each) =>
            each.site === site && each.namespace === namespace && selects(object.spec.selector, each.labels),
        )
        .map(({ kind, replicas }) => (kind === 'DaemonSet' ? workersOf(site, tree) : replicas))
        .filter((pods) => minAvailable === '100%' || minAvailable >= pods)
        .map((pods) => `keeps ${minAvailable} of ${pods} pods`);
    },
  },
  {
    id: 'pdb-unhealthy-pod-eviction-policy',
    title: 'a budget says whether a pod that is not ready may go',
    avoid: 'a PodDisruptionBudget without unhealthyPodEvictionPolicy',
    fix: 'set unhealthyPodEvictionPolicy: AlwaysAllow',
    why: 'By default a pod that never was ready blocks the drain of its node.',
    kinds: BUDGET,
    object: ({ object }) =>
      say(!object.spec.unhealthyPodEvictionPolicy, 'does not say whether a pod that is not ready may go'),
  },
  {
    id: 'dangling-horizontalpodautoscaler',
    title: 'an autoscaler scales something that is there',
    avoid: 'scaleTargetRef.name: gone',
    fix: 'name a workload of its namespace',
    why: 'The app stays at its smallest when the crowd comes.',
    kinds: ['HorizontalPodAutoscaler'],
    object: ({ site, namespace, object }, tree) => {
      const { kind, name } = object.spec.scaleTargetRef ?? {};
      return say(
        !ofKind(tree, kind).some(
          (each) => each.site === site && each.namespace === namespace && each.name === name,
        ),
        `scales ${kind} ${name}, which is not there`,
      );
    },
  },
];

/** Workers of a site, each of which has one pod of a DaemonSet. A tree without an inventory does not say. */
const workersOf = (site: string, tree: Parameters<typeof inventories>[0]): number => {
  const own = inventories(tree).find((each) => each.site === site);
  return own ? own.workers.length : Number.POSITIVE_INFINITY;
};
