import { type Data, selects, workloads } from '#policies/reading/objects.ts';
import { type Check, say } from './check.ts';

const portName = /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/;

/** Those of kube-linter's default checks that look at objects of one kind. */
export const OBJECT_CHECKS: Check[] = [
  {
    id: 'dangling-service',
    object: ({ kind, site, namespace, object }, tree) =>
      say(
        kind === 'Service' &&
          object.spec.selector &&
          !workloads(tree).some(
            (workload) =>
              workload.site === site &&
              workload.namespace === namespace &&
              selects({ matchLabels: object.spec.selector }, workload.labels),
          ),
        'leads to no pods of the tree',
      ),
    fix: 'select the labels of an app',
  },
  {
    id: 'invalid-target-ports',
    object: ({ kind, object }) =>
      kind !== 'Service'
        ? []
        : (object.spec.ports ?? [])
            .filter(({ targetPort }: Data) => typeof targetPort === 'string' && !portName.test(targetPort))
            .map(({ targetPort }: Data) => `names the impossible port ${targetPort}`),
    fix: 'use at most 15 letters, digits and single hyphens',
  },
  {
    id: 'job-ttl-seconds-after-finished',
    object: ({ kind, object }) =>
      kind === 'Job'
        ? say(object.spec.ttlSecondsAfterFinished === undefined, 'stays for ever once it has ended')
        : say(
            kind === 'CronJob' && object.spec.jobTemplate.spec.ttlSecondsAfterFinished !== undefined,
            'is cleared away twice: by its history limits and by a time',
          ),
    fix: 'set ttlSecondsAfterFinished on a Job, history limits on a CronJob',
  },
  {
    id: 'no-extensions-v1beta',
    object: ({ object }) => say(/^extensions\/v1beta/.test(object.apiVersion), `is of ${object.apiVersion}`),
    fix: 'use the API that replaced it',
  },
  {
    id: 'pdb-max-unavailable',
    object: ({ kind, object }) =>
      say(
        kind === 'PodDisruptionBudget' && ['0', '0%'].includes(String(object.spec.maxUnavailable)),
        'lets no pod go',
      ),
    fix: 'set maxUnavailable: 1',
  },
  {
    id: 'pdb-min-available',
    object: ({ kind, site, namespace, object }, tree) =>
      kind !== 'PodDisruptionBudget'
        ? []
        : workloads(tree)
            .filter(
              (workload) =>
                workload.site === site &&
                workload.namespace === namespace &&
                selects(object.spec.selector, workload.labels) &&
                (object.spec.minAvailable === '100%' || object.spec.minAvailable >= workload.replicas),
            )
            .map(({ replicas }) => `keeps ${object.spec.minAvailable} of ${replicas} pods`),
    fix: 'set maxUnavailable: 1',
  },
  {
    id: 'pdb-unhealthy-pod-eviction-policy',
    object: ({ kind, object }) =>
      say(
        kind === 'PodDisruptionBudget' && !object.spec.unhealthyPodEvictionPolicy,
        'does not say whether a pod that is not ready may go',
      ),
    fix: 'set unhealthyPodEvictionPolicy',
  },
];
