import type { Data } from '#policies/reading/objects.ts';

/** One object of Kubernetes as data: of the tree, or as an API server has it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; [field: string]: Data };
  [field: string]: Data;
}

/** Which object it is, whatever it says: what the inventory of a cluster lists. */
export interface Identity {
  apiVersion: string;
  kind: string;
  /** Empty for objects of the whole cluster. */
  namespace: string;
  name: string;
}

export const identityOf = ({ apiVersion, kind, metadata }: KubernetesObject): Identity => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});
/** Across versions of its API: an object that moves from v1beta1 to v1 is the same. */
export const keyOf = ({ apiVersion, kind, namespace, name }: Identity): string =>
  [apiVersion.includes('/') ? apiVersion.split('/')[0] : '', kind, namespace, name].join('/');
/** As people name it: `Deployment education/pgbouncer`, `Namespace education`. */
export const shown = ({ kind, namespace, name }: Identity): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
