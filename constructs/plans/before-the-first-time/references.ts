/** A Secret that an object of the cluster reads: which keys of it, and who reads them. */
export interface SecretReference {
  namespace: string;
  name: string;
  keys: string[];
  readers: string[];
  /** Its readers run without it as well. */
  optional: boolean;
}
interface KubernetesObject {
  kind: string;
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}
interface Named {
  name: string;
  namespace?: string;
  keys: string[];
  optional?: boolean;
}
type Node = Record<string, unknown>;

/** Where cert-manager looks for the Secrets of an issuer of the whole cluster. */
const CLUSTER_NAMESPACE = 'cert-manager';
/** Kinds that speak of Secrets without reading any. */
const RULES = new Set(['Role', 'ClusterRole', 'Certificate']);

/** Every Secret that the objects of a cluster name, once each, in the order of their names. */
export function secretReferences(objects: readonly KubernetesObject[]): SecretReference[] {
  const found = new Map<string, SecretReference>();
  for (const object of objects) {
    if (RULES.has(object.kind)) continue;
    const own = object.metadata.namespace ?? CLUSTER_NAMESPACE;
    for (const { namespace = own, name, keys, optional = false } of named(object)) {
      const id = `${namespace}/${name}`;
      const one = found.get(id) ?? { namespace, name, keys: [], readers: [], optional: true };
      found.set(id, {
        ...one,
        keys: [...new Set([...one.keys, ...keys])].sort(),
        readers: [...new Set([...one.readers, readerOf(object)])].sort(),
        optional: one.optional && optional,
      });
    }
  }
  return [...found.values()].sort((a, b) =>
    `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1,
  );
}

/** A Job's name changes with what it runs. */
export const readerOf = ({ kind, metadata: { name } }: KubernetesObject): string =>
  kind === 'Job' ? name.replace(/-[0-9a-f]{10}$/, '') : name;

/** The fields by which Kubernetes and the operators of ours name a Secret. */
function named(node: unknown, key = ''): Named[] {
  if (Array.isArray(node)) return node.flatMap((each) => named(each, key));
  if (typeof node !== 'object' || node === null) return [];
  const each = node as Node;
  const optional = each.optional === true;
  const items = Array.isArray(each.items) ? (each.items as Node[]).map((item) => String(item.key)) : [];
  const below = Object.entries(each).flatMap(([field, value]) => named(value, field));
  if (/(secret|access)KeyRef$|SecretRef$/i.test(key) && typeof each.name === 'string')
    return [{ name: each.name, keys: typeof each.key === 'string' ? [each.key] : [], optional }];
  if (key === 'secretRef' && typeof each.name === 'string') return [{ name: each.name, keys: [], optional }];
  if (key === 'imagePullSecrets' && typeof each.name === 'string')
    return [{ name: each.name, keys: ['.dockerconfigjson'] }];
  if (key === 'certificateRefs' && typeof each.name === 'string') {
    const namespace = typeof each.namespace === 'string' ? { namespace: each.namespace } : {};
    return [{ name: each.name, ...namespace, keys: ['tls.crt', 'tls.key'] }];
  }
  if (key === 'secret' || key === 'tls') {
    const name = each.secretName ?? (key === 'secret' ? each.name : undefined);
    if (typeof name === 'string')
      return [{ name, keys: key === 'tls' ? ['tls.crt', 'tls.key'] : items, optional }, ...below];
  }
  return below;
}
