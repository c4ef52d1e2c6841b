import { type Data, listOf } from '#policies/reading/texts.ts';
import { type Cluster, each } from './cluster.ts';
import type { KubernetesObject } from './object.ts';

/**
 * Secrets that pods of the tree do not start without, as `namespace/name`: of those that nothing in the cluster makes. cert-manager
 * makes those of Certificates, Rook its own.
 */
export function namedSecrets(objects: readonly KubernetesObject[]): string[] {
  const made = new Set(
    objects
      .filter(({ kind }) => kind === 'Certificate')
      .map(({ spec, metadata }) => `${metadata.namespace}/${spec?.secretName}`),
  );
  const named = objects.flatMap(({ metadata, spec }) =>
    referred(spec?.template?.spec).map((name) => `${metadata.namespace}/${name}`),
  );
  return [...new Set(named)].filter((name) => !made.has(name) && !/\/rook-ceph-/.test(name)).sort();
}

/** By variables and by volumes, wherever in a pod; what may be missing is not meant. */
function referred(value: Data): string[] {
  if (Array.isArray(value)) return value.flatMap(referred);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries<Data>(value).flatMap(([key, inner]) => {
    if (/^(secretKeyRef|secretRef|secret)$/.test(key) && inner && !inner.optional)
      return [inner.name ?? inner.secretName].filter(Boolean);
    return referred(inner);
  });
}

/** Those that the cluster lacks; their values are not asked for. Nothing where it does not say. */
export async function missingSecrets(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
): Promise<string[] | undefined> {
  const named = namedSecrets(objects);
  const namespaces = [...new Set(named.map((name) => name.split('/')[0]!))];
  const lists = await each(namespaces, async (namespace) => {
    const { status, body } = await cluster.ask('GET', `/api/v1/namespaces/${namespace}/secrets`, {
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    });
    return status === 200
      ? listOf(body.items).map(({ metadata }) => `${namespace}/${metadata.name}`)
      : undefined;
  });
  if (lists.includes(undefined)) return undefined;
  const there = new Set(lists.flat());
  return named.filter((name) => !there.has(name));
}
