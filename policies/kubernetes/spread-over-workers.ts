import type { Policy } from '../law.ts';
import { type Data, selects, type Workload, workloads } from '../reading/objects.ts';

const HOSTNAME = 'kubernetes.io/hostname';

export const spreadOverWorkers: Policy = {
  id: 'spread-over-workers',
  title: 'pods of one app stand on different workers as far as workers reach',
  why: 'Two pods protect against the loss of a worker only if they do not share it, and a scheduler left alone packs them where there is room.',
  check(_model, tree) {
    return workloads(tree)
      .filter(({ kind, maxReplicas }) => (kind === 'Deployment' || kind === 'StatefulSet') && maxReplicas > 1)
      .filter((workload) => !constrained(workload) && !repelled(workload))
      .map(({ path, kind, namespace, name, maxReplicas }) => ({
        path,
        text: 'template:',
        message: `${kind.toLowerCase()} ${namespace}/${name}: its ${maxReplicas} pods may all stand on one worker`,
        fix: `add a topologySpreadConstraint over ${HOSTNAME} that selects its own labels`,
      }));
  },
};

const constrained = ({ pod, labels }: Workload): boolean =>
  (pod.topologySpreadConstraints ?? []).some(
    (each: Data) => each.topologyKey === HOSTNAME && selects(each.labelSelector, labels),
  );

function repelled({ pod, labels }: Workload): boolean {
  const { requiredDuringSchedulingIgnoredDuringExecution: must = [] } = pod.affinity?.podAntiAffinity ?? {};
  return must.some((term: Data) => term.topologyKey === HOSTNAME && selects(term.labelSelector, labels));
}
