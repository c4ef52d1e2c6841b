import type { Tree } from '#policies/law.ts';
import { inventories } from '#policies/reading/kubespray-tree.ts';
import { type Data, STAYING, workloads } from '#policies/reading/objects.ts';
import { yamlOf } from '#policies/reading/texts.ts';

/** The Kubernetes cluster of a site. */
export interface Cluster {
  /** Hosts with a member of etcd. */
  etcd: string[];
  /** Hosts with an API server. */
  control: string[];
  workers: string[];
  pods: Pods[];
  /** From a worker's last sign of life to its pods being recreated elsewhere. */
  rescheduleSeconds: number;
  /** The pod that may take longest to end when its worker is drained; none where no pod stays. */
  slowest?: { name: string; seconds: number };
}
/** Pods alike that stay. */
export interface Pods {
  /** `education/education-api` */
  name: string;
  kind: string;
  /** While all is well; as many as workers for a DaemonSet. */
  replicas: number;
  maxReplicas: number;
  /** Bound to the disks of their worker: they are not recreated elsewhere. */
  bound: boolean;
  /** Whether a rule keeps them on different workers; without one all may be on the one that is lost. */
  spread: boolean;
}

/** The pods by whose loss a service changes, by name. */
export const PODS = {
  traefik: 'traefik/traefik',
  web: 'education/education-web',
  api: 'education/education-api',
  pooler: 'education/pgbouncer',
  cache: 'education/memcached',
  prometheus: 'monitoring/prometheus',
  alertmanager: 'monitoring/alertmanager',
} as const;

export function clusterOf(tree: Tree, site: string): Cluster | undefined {
  const inventory = inventories(tree).find((each) => each.site === site);
  if (!inventory) return undefined;
  const groups: Data = yamlOf(tree.get(inventory.paths.hosts))?.all?.children ?? {};
  const members = (group: string) => Object.keys(groups[group]?.hosts ?? {});
  const workers = members('kube_node');
  const seconds = (key: string, usual: number) =>
    Number(/^(\d+)s?$/.exec(String(inventory.cluster[key] ?? inventory.all[key]))?.[1] ?? usual);
  const staying = workloads(tree).filter((each) => each.site === site && STAYING.includes(each.kind));
  // Those of a DaemonSet stay when a worker is drained.
  const [slowest] = staying
    .filter(({ kind }) => kind !== 'DaemonSet')
    .map(({ namespace, name, pod }) => ({
      name: `${namespace}/${name}`,
      seconds: Number(pod.terminationGracePeriodSeconds ?? GRACE_SECONDS),
    }))
    .sort((a, b) => b.seconds - a.seconds);
  return {
    etcd: members('etcd'),
    control: members('kube_control_plane'),
    workers,
    ...(slowest ? { slowest } : {}),
    pods: staying
      .map(({ namespace, name, kind, replicas, maxReplicas, object, pod }) => {
        const daemon = kind === 'DaemonSet';
        return {
          name: `${namespace}/${name}`,
          kind,
          replicas: daemon ? workers.length : replicas,
          maxReplicas: daemon ? workers.length : maxReplicas,
          bound: daemon || (object.spec?.volumeClaimTemplates ?? []).length > 0,
          spread: daemon || isSpread(pod),
        };
      })
      .filter(({ name }) => name !== 'cockroachdb/cockroachdb'),
    // The defaults of Kubernetes.
    rescheduleSeconds:
      seconds('kube_controller_node_monitor_grace_period', 50) +
      seconds('kube_apiserver_pod_eviction_unreachable_timeout_seconds', 300),
  };
}

/** What Kubernetes grants a pod that says nothing. */
const GRACE_SECONDS = 30;

/** By a rule that must be kept or one that is wished: the scheduler keeps both while there is room. */
function isSpread(pod: Data): boolean {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: must,
    preferredDuringSchedulingIgnoredDuringExecution: wish,
  } = pod.affinity?.podAntiAffinity ?? {};
  const rules: Data[] = [
    ...(must ?? []),
    ...(wish ?? []).map((each: Data) => each?.podAffinityTerm),
    ...(pod.topologySpreadConstraints ?? []),
  ];
  return rules.some((rule) => rule?.topologyKey === 'kubernetes.io/hostname');
}
