import { isDeepStrictEqual } from 'node:util';
import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, objects, type Rendered } from '../reading/objects.ts';

/** Fields of a kind that its API server takes once and refuses to change. */
export interface Unchangeable {
  kind: string;
  /** Paths of fields; of a field that is an object all of it, but `except`. */
  fields: string[];
  except?: string[];
  /** The way that there is. */
  instead: string;
  source: string;
}

const VALIDATION = 'kubernetes/kubernetes v1.35.4, pkg/apis';
const AGAIN = 'delete the object and apply the tree: it is made again in a moment';

/** By kind, with where its API says so. The test beside this file asks a real API server for each kind of the tree. */
export const UNCHANGEABLE: readonly Unchangeable[] = [
  {
    kind: 'StatefulSet',
    fields: ['spec'],
    except: [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ],
    instead: '`kubectl delete statefulset … --cascade=orphan`, then apply the tree: pods and volumes stay',
    source: `${VALIDATION}/apps/validation/validation.go, ValidateStatefulSetUpdate`,
  },
  ...['Deployment', 'DaemonSet'].map((kind) => ({
    kind,
    fields: ['spec.selector'],
    instead: '`kubectl delete … --cascade=orphan`, then apply the tree',
    source: `${VALIDATION}/apps/validation/validation.go`,
  })),
  {
    kind: 'Job',
    fields: [
      'spec.template',
      'spec.selector',
      'spec.completions',
      'spec.completionMode',
      'spec.podFailurePolicy',
    ],
    instead: 'give it another name: a name that follows what it runs',
    source: `${VALIDATION}/batch/validation/validation.go, ValidateJobSpecUpdate`,
  },
  {
    kind: 'Service',
    fields: ['spec.clusterIP', 'spec.ipFamilies.0'],
    instead: AGAIN,
    source: `${VALIDATION}/core/validation/validation.go, validateUpgradeDowngradeClusterIPs`,
  },
  {
    kind: 'PersistentVolume',
    fields: ['spec.local', 'spec.csi', 'spec.hostPath', 'spec.volumeMode', 'spec.nodeAffinity'],
    instead: 'make a volume of another name, and let the database copy to it: one node after the other',
    source: `${VALIDATION}/core/validation/validation.go, ValidatePersistentVolumeUpdate`,
  },
  {
    kind: 'StorageClass',
    fields: ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
    instead: `${AGAIN}; volumes that exist keep what they have`,
    source: `${VALIDATION}/storage/validation/validation.go, ValidateStorageClassUpdate`,
  },
  {
    kind: 'PriorityClass',
    fields: ['value', 'preemptionPolicy'],
    instead: `${AGAIN}; pods keep their number until they are made again`,
    source: `${VALIDATION}/scheduling/validation/validation.go, ValidatePriorityClassUpdate`,
  },
  ...['RoleBinding', 'ClusterRoleBinding'].map((kind) => ({
    kind,
    fields: ['roleRef'],
    instead: AGAIN,
    source: `${VALIDATION}/rbac/validation/validation.go`,
  })),
  {
    kind: 'ResourceQuota',
    fields: ['spec.scopes', 'spec.scopeSelector'],
    instead: AGAIN,
    source: `${VALIDATION}/core/validation/validation.go, ValidateResourceQuotaUpdate`,
  },
  {
    kind: 'IngressClass',
    fields: ['spec.controller'],
    instead: AGAIN,
    source: `${VALIDATION}/networking/validation/validation.go, ValidateIngressClassUpdate`,
  },
  {
    kind: 'GatewayClass',
    fields: ['spec.controllerName'],
    instead: AGAIN,
    source: 'kubernetes-sigs/gateway-api v1.5.1, config/crd/standard: self == oldSelf',
  },
  {
    kind: 'CephCluster',
    fields: ['spec.dataDirHostPath'],
    instead: 'a cluster keeps the folder that it was made in',
    source: 'rook/rook v1.20.6, deploy/examples/crds.yaml: self == oldSelf',
  },
  {
    kind: 'CephClient',
    fields: ['spec.secretName'],
    instead: AGAIN,
    source: 'rook/rook v1.20.6, deploy/examples/crds.yaml: self == oldSelf',
  },
  ...['CephObjectStore', 'CephObjectZone'].map((kind) => ({
    kind,
    fields: ['spec.sharedPools.dataPoolName', 'spec.sharedPools.metadataPoolName'],
    instead: 'make another store, and copy to it',
    source: 'rook/rook v1.20.6, deploy/examples/crds.yaml: self == oldSelf',
  })),
];

/** No law of one tree, but of two: `check --since`, and what `synth` says when it replaces a tree. */
export const unchangeable: Omit<Policy, 'check'> = {
  id: 'unchangeable',
  title: 'no field changes that its API server takes once only',
  why: 'From then on every apply of the object fails, also with the change that somebody on call needs. What may change in a site file must not reach such a field; where it has to, the object is made again, in the way that the finding names.',
};

/** What an API server that has the one tree would refuse of the other: objects of one name in both, with such a field changed. */
export function refusedChanges(before: Tree, after: Tree): Finding[] {
  const key = ({ site, kind, namespace, name }: Rendered) => `${site} ${kind} ${namespace}/${name}`;
  const known = new Map(objects(before).map((each) => [key(each), each.object]));
  return objects(after).flatMap((each) => {
    const old = known.get(key(each));
    if (!old) return [];
    return refusedFields(each.kind, old, each.object).map(({ field, instead }) => ({
      path: each.path,
      text: field.split('.').at(-1),
      message: `${each.kind.toLowerCase()} ${each.namespace ? `${each.namespace}/` : ''}${each.name}: ${field} cannot change once it exists; every apply of this object would fail`,
      fix: instead,
    }));
  });
}

/** Fields of one object that its API server would refuse to change, and the way that there is. */
export const refusedFields = (kind: string, old: Data, fresh: Data): { field: string; instead: string }[] =>
  UNCHANGEABLE.filter((entry) => entry.kind === kind).flatMap((entry) =>
    changedFields(entry, old, fresh).map((field) => ({ field, instead: entry.instead })),
  );

const changedFields = ({ fields, except = [] }: Unchangeable, old: Data, fresh: Data): string[] =>
  fields
    .flatMap((field) =>
      except.length === 0
        ? [field]
        : [...new Set([...Object.keys(at(old, field) ?? {}), ...Object.keys(at(fresh, field) ?? {})])]
            .filter((name) => !except.includes(name))
            .map((name) => `${field}.${name}`),
    )
    .filter((field) => !isDeepStrictEqual(at(old, field), at(fresh, field)));
const at = (object: Data, path: string): Data =>
  path.split('.').reduce((value, step) => value?.[step], object);
