import { say } from '../../named/check.ts';
import type { KubernetesRow } from '../kubernetes-pack.ts';

const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
/** What was replaced, and by what. @see https://github.com/zegl/kube-score/blob/v1.20.0/score/stable/stable_version.go */
const REPLACED: Record<string, string> = {
  'apps/v1beta1': 'apps/v1',
  'apps/v1beta2': 'apps/v1',
  'autoscaling/v2beta1': 'autoscaling/v2',
  'autoscaling/v2beta2': 'autoscaling/v2',
  'batch/v1beta1': 'batch/v1',
  'networking.k8s.io/v1beta1': 'networking.k8s.io/v1',
  'policy/v1beta1': 'policy/v1',
};

/** kube-score's checks of other objects that are not kube-linter's once more. */
export const OBJECTS: KubernetesRow[] = [
  {
    id: 'stable-version',
    title: 'no object is of an API that a stable one has replaced',
    avoid: 'apiVersion: policy/v1beta1',
    fix: 'use the stable version of the API',
    why: 'The next release of the cluster does not know it.',
    object: ({ object }) =>
      say(
        REPLACED[object.apiVersion],
        `is of ${object.apiVersion}, which ${REPLACED[object.apiVersion]} replaced`,
      ),
  },
  {
    id: 'label-values',
    title: 'labels have values that the API takes',
    avoid: 'labels: {version: "1.0 beta"}',
    fix: 'use letters, digits, hyphens, dots and underscores, letters or digits at both ends',
    why: 'The API server refuses the object in the middle of a deployment.',
    object: ({ object }) =>
      Object.entries(object.metadata?.labels ?? {})
        .filter(([, value]) => !labelValue.test(String(value)))
        .map(([key, value]) => `has the label ${key}: ${String(value)}`),
  },
  {
    id: 'poddisruptionbudget-has-policy',
    title: 'a disruption budget says how many',
    avoid: 'a PodDisruptionBudget with neither minAvailable nor maxUnavailable',
    fix: 'set maxUnavailable: 1',
    why: 'Without a number it says nothing, and every pod may go at once.',
    kinds: ['PodDisruptionBudget'],
    object: ({ object }) =>
      say(
        object.spec?.minAvailable === undefined && object.spec?.maxUnavailable === undefined,
        'says neither how many stay nor how many may go',
      ),
  },
  {
    id: 'horizontalpodautoscaler-replicas',
    title: 'an autoscaler leaves two pods',
    avoid: 'minReplicas: 1',
    fix: 'set minReplicas: 2',
    why: 'In a quiet night the app is one pod, and the update of its worker an outage.',
    kinds: ['HorizontalPodAutoscaler'],
    object: ({ object }) =>
      say((object.spec?.minReplicas ?? 1) < 2, `leaves ${object.spec?.minReplicas ?? 1} pod`),
  },
  {
    id: 'cronjob-has-deadline',
    title: 'a job by the clock that missed its time has a deadline',
    avoid: 'a CronJob without startingDeadlineSeconds',
    fix: 'set startingDeadlineSeconds',
    why: 'After a hundred missed times the controller gives up for ever.',
    kinds: ['CronJob'],
    object: ({ object }) => say(object.spec?.startingDeadlineSeconds === undefined, 'has no deadline'),
  },
  {
    id: 'cronjob-restartpolicy',
    title: 'a job by the clock says what becomes of a container that fails',
    avoid: 'a CronJob whose pod has no restartPolicy',
    fix: 'set restartPolicy: OnFailure',
    why: 'The default, Always, is none that a job may have: it never runs.',
    kinds: ['CronJob'],
    object: ({ object }) =>
      say(
        !['Never', 'OnFailure'].includes(object.spec?.jobTemplate?.spec?.template?.spec?.restartPolicy),
        'does not say what becomes of a container that fails',
      ),
  },
];
