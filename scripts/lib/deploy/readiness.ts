import { type Data, listOf } from '#policies/reading/texts.ts';

/** Whether an object does what it is for, and if not, why; `never`: waiting does not help. */
export type Readiness = { state: 'ready' } | { state: 'waiting' | 'never'; why: string };

const READY: Readiness = { state: 'ready' };
const waiting = (why: string): Readiness => ({ state: 'waiting', why });
const never = (why: string): Readiness => ({ state: 'never', why });

/**
 * Whether an object as its API has it is ready, by kind: rolled out, completed, bound, established, accepted. Of a kind without such a
 * thing it is enough that it is there.
 *
 * @see https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md (kinds of Kubernetes itself)
 * @see https://github.com/rook/rook/blob/v1.20.6/pkg/apis/ceph.rook.io/v1/types.go (`phase` of each status)
 * @see https://cert-manager.io/docs/reference/api-docs/ (conditions)
 */
export function readinessOf(object: Data): Readiness {
  if (object.metadata?.deletionTimestamp) return waiting('it is being deleted');
  const seen = object.status?.observedGeneration;
  if (typeof seen === 'number' && seen < object.metadata.generation)
    return waiting('its controller has not seen this version yet');
  const group: string = object.apiVersion.split('/').at(-2) ?? '';
  const rule = RULES[`${group}/${object.kind}`] ?? (GROUPS[group] || undefined);
  return rule ? rule(object) : READY;
}

const condition = (object: Data, type: string): Data =>
  listOf(object.status?.conditions).find((each) => each.type === type);
/** By one condition of its status. */
const byCondition =
  (type: string) =>
  (object: Data): Readiness => {
    const found = condition(object, type);
    if (found?.status === 'True') return READY;
    return waiting(
      found ? `${type} is ${found.status}: ${said(found)}` : `nobody has said yet whether it is ${type}`,
    );
  };
const said = ({ reason, message }: Data): string =>
  [reason, message].filter(Boolean).join(': ').replaceAll(/\s+/g, ' ');
const byPhase =
  (...good: string[]) =>
  (object: Data): Readiness => {
    const phase: string | undefined = object.status?.phase;
    if (phase !== undefined && good.includes(phase)) return READY;
    const why = listOf(object.status?.conditions).find(({ status, message }) => status !== 'True' && message);
    return waiting(
      phase ? `phase ${phase}${why ? `: ${said(why)}` : ''}` : 'its operator has not looked at it yet',
    );
  };

const RULES: Record<string, (object: Data) => Readiness> = {
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'batch/Job': job,
  'autoscaling/HorizontalPodAutoscaler': autoscaler,
  '/Namespace': byPhase('Active'),
  '/PersistentVolumeClaim': byPhase('Bound'),
  '/PersistentVolume': byPhase('Available', 'Bound'),
  'apiextensions.k8s.io/CustomResourceDefinition': byCondition('Established'),
  'ceph.rook.io/CephCluster': cephCluster,
  'objectbucket.io/ObjectBucketClaim': byPhase('Bound'),
  'gateway.networking.k8s.io/GatewayClass': byCondition('Accepted'),
  'gateway.networking.k8s.io/Gateway': byCondition('Programmed'),
  'gateway.networking.k8s.io/HTTPRoute': route,
  'gateway.networking.k8s.io/ReferenceGrant': () => READY,
};
/** Kinds of a group that are alike. */
const GROUPS: Record<string, (object: Data) => Readiness> = {
  'ceph.rook.io': byPhase('Ready', 'Connected'),
  'cert-manager.io': byCondition('Ready'),
};

function deployment({ spec, status = {}, ...object }: Data): Readiness {
  const wanted: number = spec.replicas ?? 1;
  const progressing = condition({ status }, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return never(said(progressing));
  const failure = condition({ status }, 'ReplicaFailure');
  if (failure?.status === 'True') return waiting(said(failure));
  return rolled(
    object,
    wanted,
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? 0,
    status.replicas ?? 0,
  );
}
function statefulSet({ spec, status = {}, ...object }: Data): Readiness {
  const wanted: number = spec.replicas ?? 1;
  const isOurs = spec.updateStrategy?.type === 'OnDelete' || status.currentRevision === status.updateRevision;
  const updated: number = isOurs ? (status.replicas ?? 0) : (status.updatedReplicas ?? 0);
  return rolled(object, wanted, updated, status.readyReplicas ?? 0, status.replicas ?? 0);
}
function daemonSet({ spec, status = {}, ...object }: Data): Readiness {
  const wanted: number = status.desiredNumberScheduled ?? 0;
  const isByHand = spec.updateStrategy?.type === 'OnDelete';
  const updated: number = isByHand ? wanted : (status.updatedNumberScheduled ?? 0);
  return rolled(object, wanted, updated, status.numberAvailable ?? 0, status.currentNumberScheduled ?? 0);
}
function rolled(object: Data, wanted: number, updated: number, available: number, all: number): Readiness {
  if (object.status?.observedGeneration === undefined && wanted > 0 && all === 0)
    return waiting(`0 of ${wanted} pods are there`);
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are of this version`);
  if (all > wanted) return waiting(`${all - wanted} pods of the version before are still there`);
  if (available < wanted) return waiting(`${available} of ${wanted} pods are available`);
  return READY;
}
/** A deployment begins with one pod, and is ready with it, until its autoscaler first looks: fifteen seconds later. */
function autoscaler({ spec, status = {} }: Data): Readiness {
  const [least, now]: number[] = [spec.minReplicas ?? 1, status.currentReplicas ?? 0];
  return now! < least! ? waiting(`${now} of at least ${least} pods are asked for`) : READY;
}
function job(object: Data): Readiness {
  if (condition(object, 'Complete')?.status === 'True') return READY;
  const failed = condition(object, 'Failed');
  if (failed?.status === 'True') return never(said(failed));
  const { active = 0, failed: failures = 0 } = object.status ?? {};
  return waiting(`it has not completed: ${active} pods run, ${failures} have failed`);
}
function cephCluster(object: Data): Readiness {
  const byRook = byPhase('Ready', 'Connected')(object);
  const { health, details = {} } = object.status?.ceph ?? {};
  if (byRook.state !== 'ready' || health === undefined || health !== 'HEALTH_ERR') return byRook;
  const messages = Object.values<Data>(details).map(({ message }) => message);
  return waiting(`HEALTH_ERR: ${messages.join('; ')}`);
}
function route(object: Data): Readiness {
  const parents = listOf(object.status?.parents);
  if (parents.length === 0) return waiting('no gateway has taken it yet');
  const refused = parents.flatMap(({ conditions }) =>
    listOf(conditions).filter(
      ({ type, status }) => /^(Accepted|ResolvedRefs)$/.test(type) && status === 'False',
    ),
  );
  return refused.length > 0 ? waiting(refused.map(said).join('; ')) : READY;
}
