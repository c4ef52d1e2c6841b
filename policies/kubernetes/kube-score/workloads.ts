import { amount, type Data, ofKind, selects, type Workload } from '#policies/reading/objects.ts';
import type { Tree } from '../../law.ts';
import { say } from '../../named/check.ts';
import { eachContainer, type KubernetesRow } from '../kubernetes-pack.ts';

const beside = (workload: Workload, kind: string, tree: Tree) =>
  ofKind(tree, kind).filter(
    ({ site, namespace }) => site === workload.site && namespace === workload.namespace,
  );
const budgeted = (workload: Workload, tree: Tree): boolean =>
  beside(workload, 'PodDisruptionBudget', tree).some(({ object }) =>
    selects(object.spec.selector, workload.labels),
  );
const scaled = (workload: Workload, tree: Tree): boolean =>
  beside(workload, 'HorizontalPodAutoscaler', tree).some(
    ({ object }) => object.spec.scaleTargetRef?.name === workload.name,
  );
const served = (workload: Workload, tree: Tree): boolean =>
  beside(workload, 'Service', tree).some(
    ({ object }) => object.spec.selector && selects({ matchLabels: object.spec.selector }, workload.labels),
  );
const unbudgeted = (kind: string) => (workload: Workload, tree: Tree) =>
  say(
    workload.kind === kind && workload.object.spec.replicas !== 1 && !budgeted(workload, tree),
    'has no disruption budget',
  );

/** kube-score's checks of workloads that are not kube-linter's once more. */
export const WORKLOADS: KubernetesRow[] = [
  {
    id: 'deployment-replicas',
    title: 'a deployment behind a service has two pods',
    avoid: 'replicas: 1 behind a Service',
    fix: 'set replicas: 2',
    why: 'One pod is an outage at every update of its worker.',
    pod: (workload, tree) =>
      say(
        workload.kind === 'Deployment' &&
          (workload.object.spec.replicas ?? 1) < 2 &&
          !scaled(workload, tree) &&
          served(workload, tree),
        'has one pod behind a service',
      ),
  },
  {
    id: 'deployment-has-poddisruptionbudget',
    title: 'a deployment of several pods has a disruption budget',
    avoid: 'replicas: 2 without a PodDisruptionBudget',
    fix: 'add a PodDisruptionBudget with maxUnavailable: 1',
    why: 'Two workers that are drained at once take all of its pods.',
    pod: unbudgeted('Deployment'),
  },
  {
    id: 'statefulset-has-poddisruptionbudget',
    title: 'a stateful set of several pods has a disruption budget',
    avoid: 'replicas: 3 without a PodDisruptionBudget',
    fix: 'add a PodDisruptionBudget with maxUnavailable: 1',
    why: 'Two workers that are drained at once take the quorum.',
    pod: unbudgeted('StatefulSet'),
  },
  {
    id: 'deployment-targeted-by-hpa-does-not-have-replicas-configured',
    title: 'a deployment that is scaled says no number of pods',
    avoid: 'replicas beside a HorizontalPodAutoscaler',
    fix: 'leave out replicas',
    why: 'Every deployment of the tree shrinks the app to that number, at the peak as well.',
    pod: (workload, tree) =>
      say(
        workload.kind === 'Deployment' &&
          workload.object.spec.replicas !== undefined &&
          scaled(workload, tree),
        `says ${workload.object.spec.replicas} pods and is scaled`,
      ),
  },
  {
    id: 'statefulset-has-servicename',
    title: 'a stateful set has the headless service that names its pods',
    avoid: 'serviceName: gone',
    fix: 'name a Service with clusterIP: None that selects its pods',
    why: 'Its pods have no names, and those who look for pod 0 find nobody.',
    pod: (workload, tree) =>
      say(
        workload.kind === 'StatefulSet' &&
          !beside(workload, 'Service', tree).some(
            ({ name, object }) =>
              name === workload.object.spec.serviceName &&
              object.spec.clusterIP === 'None' &&
              selects({ matchLabels: object.spec.selector }, workload.labels),
          ),
        `is named by ${workload.object.spec.serviceName}, which is no headless service of its pods`,
      ),
  },
  {
    id: 'container-ephemeral-storage-request-and-limit',
    title: 'every container asks for its room on the disk of the node and has a limit',
    avoid: 'resources without ephemeral-storage',
    fix: 'set requests and limits of ephemeral-storage',
    why: 'A log that grows fills the disk of the node, and the kubelet puts out pods of others.',
    pod: (workload) =>
      eachContainer(
        workload,
        ({ resources }) =>
          !(
            amount(resources?.requests?.['ephemeral-storage']) > 0 &&
            amount(resources?.limits?.['ephemeral-storage']) > 0
          ) && 'asks for no room on disk, or has no limit of it',
      ),
  },
  {
    id: 'container-ports-check',
    title: 'ports of a container have a number, and names that differ and can be',
    avoid: 'two ports of one name',
    fix: 'give each port a name of its own of at most 15 characters',
    why: 'A probe or a service that names the port finds the first one, or none.',
    pod: (workload) =>
      eachContainer(workload, ({ ports = [] }) => {
        const names: string[] = ports.flatMap(({ name }: Data) => name ?? []);
        if (new Set(names).size < names.length) return 'has two ports of one name';
        if (names.some((name) => name.length > 15))
          return 'has a port with a name of more than 15 characters';
        return ports.some(({ containerPort }: Data) => !containerPort) && 'has a port without a number';
      }),
  },
  {
    id: 'pod-networkpolicy',
    title: 'what every pod sends is judged by a network policy, and what it receives',
    avoid: 'policyTypes: [Ingress] alone',
    fix: 'let the default policy of the namespace have policyTypes Ingress and Egress',
    why: 'A pod that may send anywhere carries out whatever it has got hold of.',
    pod: (workload, tree) => {
      if (workload.pod.hostNetwork) return [];
      const types = new Set(
        beside(workload, 'NetworkPolicy', tree)
          .filter(({ object }) => selects(object.spec.podSelector, workload.labels))
          .flatMap(({ object }) => object.spec.policyTypes ?? ['Ingress']),
      );
      return ['Ingress', 'Egress']
        .filter((type) => !types.has(type))
        .map((type) => `has no policy of ${type.toLowerCase()}`);
    },
  },
  {
    id: 'pod-topology-spread-constraints',
    title: 'a rule of spreading says of whom, over what, and by how much',
    avoid: 'topologySpreadConstraints without labelSelector',
    fix: 'set labelSelector, topologyKey, whenUnsatisfiable and maxSkew of 1 or more',
    why: 'Without a selector it counts no pods and spreads none.',
    pod: ({ pod }) =>
      (pod.topologySpreadConstraints ?? [])
        .filter(
          ({ labelSelector, maxSkew, minDomains, topologyKey, whenUnsatisfiable }: Data) =>
            !labelSelector ||
            !(maxSkew > 0) ||
            minDomains === 0 ||
            !topologyKey ||
            !['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable),
        )
        .map(
          ({ topologyKey = 'nothing' }: Data) => `spreads over ${topologyKey} by a rule that says too little`,
        ),
  },
];
