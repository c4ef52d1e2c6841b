import type { Identity, KubernetesObject } from './object.ts';
import { identityOf } from './object.ts';

/** Objects that are applied together, and are ready before the next ones begin. */
export interface Wave {
  id: string;
  /** What is done, in the imperative. */
  title: string;
  /** What would happen if the next wave began without it. */
  why: string;
  /** How long all of them may take to be ready: the longest thing in the wave, with room. */
  timeoutSeconds: number;
  /** Whether an object belongs here; the first wave that says so has it. */
  has(object: Identity): boolean;
}

const isIn =
  (...namespaces: string[]) =>
  ({ namespace }: Identity) =>
    namespaces.includes(namespace);
const isKind =
  (...kinds: string[]) =>
  ({ kind }: Identity) =>
    kinds.includes(kind);

/** Whose definitions a chart installs, not the tree: between namespaces and the rest. */
export const CHARTS = { id: 'charts', after: 'namespaces' } as const;

/**
 * The order in which a site's objects meet its cluster, for every engine that applies them. Each wave needs those before it; within
 * one, `rankOf` orders kinds.
 */
export const WAVES: readonly Wave[] = [
  {
    id: 'namespaces',
    title: 'Make namespaces, quotas and policies',
    why: 'what has no quota, no priority and no policy yet would start without them',
    timeoutSeconds: 60,
    has: isKind(
      'CustomResourceDefinition',
      'Namespace',
      'PriorityClass',
      'ResourceQuota',
      'LimitRange',
      'NetworkPolicy',
    ),
  },
  {
    id: 'storage',
    title: 'Make volumes, and the storage cluster',
    why: 'claims of the next waves wait for a volume, and gateways for the cluster that stores',
    // Rook makes monitors, then prepares and starts a disk on each worker.
    timeoutSeconds: 1800,
    has: isKind('StorageClass', 'PersistentVolume', 'CephCluster'),
  },
  {
    id: 'database',
    title: 'Start the database, its settings and its SQL',
    why: 'the app and its migrations need it',
    // Three nodes one after the other, 200 s each to hand over and to start; the job that sets it up waits for them.
    timeoutSeconds: 1800,
    has: isIn('cockroachdb'),
  },
  {
    id: 'ingress',
    title: 'Start the ingress',
    why: 'routes and certificates of the next waves are served by it',
    timeoutSeconds: 600,
    has: (object) =>
      isIn('traefik')(object) ||
      isKind('IngressClass', 'GatewayClass', 'ClusterIssuer')(object) ||
      (object.namespace === '' && object.name === 'traefik'),
  },
  {
    id: 'observers',
    title: 'Start what observes',
    why: 'what goes wrong in the app from its first start on is seen',
    timeoutSeconds: 900,
    has: (object) =>
      isIn('monitoring', 'node-exporter', 'kube-system')(object) ||
      isKind('APIService')(object) ||
      (object.namespace === '' && /^(prometheus|kube-state-metrics)$/.test(object.name)),
  },
  {
    id: 'app',
    title: 'Migrate the database and start the app',
    why: 'people use it',
    timeoutSeconds: 900,
    // What no other rule names is here: a site's own additions stand beside the app.
    has: (object) => !isIn('rook-ceph')(object),
  },
  {
    id: 'object-store',
    title: 'Make the object store, its users and buckets',
    why: 'it comes last: zones wait for the other site, and the app runs without files meanwhile',
    timeoutSeconds: 1800,
    has: () => true,
  },
];

/** A wave with the objects of one tree, in the order in which they are applied. */
export interface FilledWave extends Wave {
  objects: KubernetesObject[];
}

/** The tree's objects by wave, without the waves that would be empty. */
export function wavesOf(objects: readonly KubernetesObject[]): FilledWave[] {
  const found = Map.groupBy(objects, (object) => WAVES.find((wave) => wave.has(identityOf(object)))!);
  return WAVES.flatMap((wave) => {
    const own = found.get(wave);
    return own ? [{ ...wave, objects: own.toSorted(byRank) }] : [];
  });
}

/** Kinds that others of their wave refer to come first; what is not named comes after them, workloads and what routes to them last. */
const FIRST = [
  'CustomResourceDefinition',
  'Namespace',
  'PriorityClass',
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'StorageClass',
  'PersistentVolume',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Service',
  'PodDisruptionBudget',
  'CephCluster',
  'CephObjectRealm',
  'CephObjectZoneGroup',
  'CephObjectZone',
  'CephObjectStore',
];
const LAST = [
  'Job',
  'StatefulSet',
  'DaemonSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'HTTPRoute',
];
function rankOf(kind: string): number {
  const first = FIRST.indexOf(kind);
  if (first >= 0) return first;
  const last = LAST.indexOf(kind);
  return FIRST.length + (last >= 0 ? last + 1 : 0);
}
/** Kinds that are there at once and that others of their wave need to be there. */
const SETTINGS = FIRST.slice(0, FIRST.indexOf('PersistentVolumeClaim'));

/**
 * A wave in stages, for engines that wait for each object before those that depend on it: namespaces and definitions, configuration,
 * and all that runs at once, since the database's pods are ready only after its job, and the job only with them.
 */
export function stagesOf({ objects }: FilledWave): KubernetesObject[][] {
  const stageOf = ({ kind }: KubernetesObject): number =>
    /^(CustomResourceDefinition|Namespace)$/.test(kind) ? 0 : SETTINGS.includes(kind) ? 1 : 2;
  return [0, 1, 2]
    .map((stage) => objects.filter((object) => stageOf(object) === stage))
    .filter((stage) => stage.length > 0);
}

const byRank = (a: KubernetesObject, b: KubernetesObject): number =>
  rankOf(a.kind) - rankOf(b.kind) || textOf(a).localeCompare(textOf(b), 'en');
const textOf = ({ kind, metadata }: KubernetesObject): string =>
  [kind, metadata.namespace ?? '', metadata.name].join('/');
