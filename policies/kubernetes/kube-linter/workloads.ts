import { type Data, ofKind, STAYING, selects } from '#policies/reading/objects.ts';
import { say } from '../../named/check.ts';
import { eachContainer, type KubernetesRow } from '../kubernetes-pack.ts';

const SYSTEM_CLASSES = ['system-cluster-critical', 'system-node-critical'];

/** kube-linter's checks of a workload as a whole: who it is, where its pods go, how it is replaced. */
export const WORKLOADS: KubernetesRow[] = [
  {
    id: 'deprecated-service-account-field',
    title: 'a pod names its account by the field that counts',
    avoid: 'serviceAccount: app',
    fix: 'use serviceAccountName',
    why: 'The old field is kept in step by the API server only; where both differ the reader is misled.',
    pod: ({ pod }) => say(pod.serviceAccount, 'names its account by the old field serviceAccount'),
  },
  {
    id: 'non-existent-service-account',
    title: 'the account of every pod is there',
    avoid: 'serviceAccountName: gone',
    fix: 'add the ServiceAccount',
    why: 'The pod is never made, and only an event of its ReplicaSet says why.',
    pod: ({ site, namespace, pod }, tree) =>
      say(
        (pod.serviceAccountName ?? 'default') !== 'default' &&
          !ofKind(tree, 'ServiceAccount').some(
            (account) =>
              account.site === site &&
              account.namespace === namespace &&
              account.name === pod.serviceAccountName,
          ),
        `runs as ${pod.serviceAccountName}, which is not there`,
      ),
  },
  {
    id: 'default-service-account',
    title: 'every workload has an account of its own',
    avoid: 'serviceAccountName: default',
    fix: 'name a ServiceAccount of its own',
    why: 'What one of them is allowed later, all of the namespace are.',
    pod: ({ pod }) => say((pod.serviceAccountName ?? 'default') === 'default', 'runs as the default account'),
  },
  {
    id: 'mismatching-selector',
    title: 'a workload selects the pods that it makes',
    avoid: 'selector.matchLabels that its template does not have',
    fix: 'select labels of its template',
    why: 'The API server refuses it, in the middle of a deployment.',
    pod: ({ kind, object, labels }) =>
      say(STAYING.includes(kind) && !selects(object.spec.selector, labels), 'does not select its own pods'),
  },
  {
    id: 'no-anti-affinity',
    title: 'several pods of one workload keep away from each other',
    avoid: 'replicas: 2 without podAntiAffinity',
    fix: 'add podAntiAffinity: kube-linter takes nothing else for it',
    why: 'All of them on one worker go with that worker.',
    pod: ({ kind, pod, maxReplicas }) =>
      say(
        (kind === 'Deployment' || kind === 'StatefulSet') &&
          maxReplicas > 1 &&
          !pod.affinity?.podAntiAffinity,
        'says nothing against two of its pods on one node',
      ),
  },
  {
    id: 'no-rolling-update-strategy',
    title: 'a workload replaces its pods one after the other',
    avoid: 'strategy.type: Recreate',
    fix: 'set the type RollingUpdate',
    why: 'Every release is an outage otherwise.',
    pod: ({ kind, object, replicas }) => {
      const { type = 'RollingUpdate' } =
        (kind === 'Deployment' ? object.spec.strategy : object.spec.updateStrategy) ?? {};
      // One pod that owns a volume cannot have a second beside it.
      return say(
        STAYING.includes(kind) && (kind !== 'Deployment' || replicas > 1) && type !== 'RollingUpdate',
        `replaces its pods by ${type}`,
      );
    },
  },
  {
    id: 'priority-class-name',
    title: 'every pod says how important it is, by a class that is there',
    avoid: 'a pod without priorityClassName',
    fix: 'set priorityClassName to a PriorityClass of the tree',
    why: 'When a worker is lost and room is short, a batch job stays and the ingress waits.',
    pod: ({ site, pod }, tree) => {
      const known = ofKind(tree, 'PriorityClass').filter((each) => each.site === site);
      const { priorityClassName: name } = pod;
      return say(
        !SYSTEM_CLASSES.includes(name) && !known.some((each) => each.name === name),
        name ? `is of the priority class ${name}, which is not there` : 'is of no priority class',
      );
    },
  },
  {
    id: 'restart-policy',
    title: 'a container that ends is started again',
    avoid: 'restartPolicy: Never',
    fix: 'set restartPolicy to Always, or to OnFailure in a Job',
    why: 'One lost connection at the wrong moment ends a job for good.',
    // A Job that tries again makes another pod, and the one that failed keeps its log.
    pod: ({ kind, object, pod }) =>
      say(
        pod.restartPolicy === 'Never' && !(kind === 'Job' && (object.spec.backoffLimit ?? 6) > 0),
        'is not started again when it fails',
      ),
  },
  {
    id: 'env-value-from',
    title: 'an environment is read from config maps and keys that are there',
    avoid: 'configMapKeyRef to a key that no ConfigMap has',
    fix: 'name a ConfigMap of the namespace and one of its keys',
    // Secrets are made when the platform is deployed; the law `made-or-listed` follows them.
    why: 'The container waits in CreateContainerConfigError; nothing else says so.',
    pod: (workload, tree) => {
      const maps = ofKind(tree, 'ConfigMap').filter(
        ({ site, namespace }) => site === workload.site && namespace === workload.namespace,
      );
      return eachContainer(workload, ({ env = [], envFrom = [] }) => {
        const wanted: Data[] = [
          ...env.map(({ valueFrom }: Data) => valueFrom?.configMapKeyRef),
          ...envFrom.map(({ configMapRef }: Data) => configMapRef),
        ].filter((each) => each && !each.optional);
        const missing = wanted.find(
          ({ name, key }) =>
            !maps.some((map) => map.name === name && (key === undefined || key in (map.object.data ?? {}))),
        );
        return missing && `reads ${missing.key ?? 'all'} of the config map ${missing.name}, which has it not`;
      });
    },
  },
];
