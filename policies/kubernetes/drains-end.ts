import type { Finding, Policy } from '../law.ts';
import { type Data, ofKind, type Rendered, selects, type Workload, workloads } from '../reading/objects.ts';

export const drainsEnd: Policy = {
  id: 'drains-end',
  title: 'every workload of several pods has one disruption budget, which lets a node drain end',
  why: 'Workers are drained one after the other at every upgrade. Without a budget a drain may take all pods of an app at once; with a budget that allows none, or with two budgets over one pod, or with one that does not count pods that are ill anyway, the drain never ends and somebody forces it at night.',
  check(_model, tree) {
    const budgets = ofKind(tree, 'PodDisruptionBudget');
    const several = workloads(tree).filter(
      ({ kind, replicas }) => (kind === 'Deployment' || kind === 'StatefulSet') && replicas > 1,
    );
    return [
      ...several.flatMap((workload) => judge(workload, budgetsOf(workload, budgets))),
      ...budgets.flatMap(softlock),
    ];
  },
};

const budgetsOf = (workload: Workload, budgets: Rendered[]): Rendered[] =>
  budgets.filter(
    (budget) =>
      budget.site === workload.site &&
      budget.namespace === workload.namespace &&
      selects(budget.object.spec.selector, workload.labels),
  );

function judge(workload: Workload, budgets: Rendered[]): Finding[] {
  const name = `${workload.kind.toLowerCase()} ${workload.namespace}/${workload.name}`;
  const [budget, second] = budgets;
  if (!budget) {
    return [
      {
        path: workload.path,
        message: `${name} has ${workload.replicas} pods and no disruption budget`,
        fix: 'add a PodDisruptionBudget with maxUnavailable: 1 over its labels',
      },
    ];
  }
  if (second) {
    return [
      {
        path: second.path,
        other: { path: budget.path },
        message: `${name} has two disruption budgets, and the API refuses every eviction then`,
        fix: 'keep one of them',
      },
    ];
  }
  const allowed = mayGo(budget.object.spec, workload.replicas);
  // What has members that vote loses its majority with the second of three.
  if (workload.kind === 'StatefulSet' && allowed > 1)
    return [
      {
        path: budget.path,
        text: budget.object.spec.minAvailable === undefined ? 'maxUnavailable' : 'minAvailable',
        message: `${name}: of ${workload.replicas} pods the budget lets ${allowed} go at once`,
        fix: 'set maxUnavailable: 1',
      },
    ];
  if (allowed > 0) return [];
  return [
    {
      path: budget.path,
      text: budget.object.spec.minAvailable === undefined ? 'maxUnavailable' : 'minAvailable',
      message: `${name}: of ${workload.replicas} pods the budget lets none go, so no drain ends`,
      fix: 'set maxUnavailable: 1',
    },
  ];
}

/** Pods that may be missing at once. Shares are rounded up, as the disruption controller does. */
function mayGo({ minAvailable, maxUnavailable }: Data, pods: number): number {
  const count = (value: Data): number =>
    typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * pods);
  if (maxUnavailable !== undefined) return count(maxUnavailable);
  return minAvailable === undefined ? pods - 1 : pods - count(minAvailable);
}

/**
 * By default a pod that is not ready counts as one that must stay, so a broken release blocks the drain that would repair
 * it. An app says AlwaysAllow; what holds data may say IfHealthyBudget, which lets it go while the others are well.
 */
function softlock({ path, namespace, name, object }: Rendered): Finding[] {
  if (object.spec.unhealthyPodEvictionPolicy) return [];
  return [
    {
      path,
      message: `disruption budget ${namespace}/${name} does not say whether a pod that is not ready may go`,
      fix: 'set unhealthyPodEvictionPolicy: AlwaysAllow',
    },
  ];
}
