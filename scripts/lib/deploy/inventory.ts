import type { Data } from '#policies/reading/objects.ts';
import { CannotLook } from '../main.ts';
import { type Cluster, messageOf } from './cluster.ts';
import type { Identity } from './object.ts';

/** Who owns the fields that a tree says. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export const MANAGER = 'fredu';
const NAMESPACE = 'kube-system';
const NAME = 'fredu-deployed';

/**
 * What this project has put into a cluster, kept in the cluster itself: only that is ever pruned. An object is listed before it is
 * applied, so that a run which is cut leaves nothing that nobody knows of.
 */
export interface Inventory {
  /** Whose cluster it is; nothing before the first deployment. */
  site?: string;
  /** The tree that was carried out whole, by its digest; none before the first. */
  tree?: string;
  /** When, in ISO 8601. */
  since?: string;
  /** By whom: a release of this tool. */
  version?: string;
  objects: Identity[];
  /** Keys of jobs that completed: they remove themselves after a time, and need not run again. */
  completed: string[];
}

const path = (name = '') => `/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`;

/** @throws CannotLook when it cannot be read, or was written by something else */
export async function readInventory(cluster: Cluster): Promise<Inventory> {
  const { status, body } = await cluster.ask('GET', path(NAME));
  if (status === 404) return { objects: [], completed: [] };
  if (status !== 200)
    throw new CannotLook(`cannot read the ConfigMap ${NAMESPACE}/${NAME} (${status}): ${messageOf(body)}`);
  const { objects, completed = '', site, tree, since, version }: Data = body.data ?? {};
  const lines = String(objects ?? '')
    .split('\n')
    .filter(Boolean);
  const found = lines.map((line) => line.split(' '));
  const broken = lines.find((_, index) => found[index]!.length !== 4);
  if (objects === undefined || broken !== undefined)
    throw new CannotLook(
      `the ConfigMap ${NAMESPACE}/${NAME} is no inventory of ours${broken ? `: \`${broken}\` names no object` : ''}; nothing can be pruned by it: mend or delete it`,
    );
  return {
    ...(site ? { site } : {}),
    ...(tree ? { tree, since, version } : {}),
    objects: found.map(([apiVersion, kind, namespace, name]) => ({
      apiVersion: apiVersion!,
      kind: kind!,
      namespace: namespace === '-' ? '' : namespace!,
      name: name!,
    })),
    completed: completed.split('\n').filter(Boolean),
  };
}

/**
 * Refuses a cluster that says itself that it is another site's: whoever comes to it first from a new machine would prune all of it.
 * @throws CannotLook for another site's cluster
 */
export function refuseOther({ site }: Inventory, wanted: string, context: string): void {
  if (site === undefined || site === wanted) return;
  throw new CannotLook(
    `the context ${context} leads to the cluster of ${site}, not of ${wanted}: its ConfigMap ${NAMESPACE}/${NAME} says so; mend the context, or delete that ConfigMap where the cluster has changed hands`,
  );
}

/** @throws CannotLook when it cannot be written: then nothing may be applied */
export async function writeInventory(
  cluster: Cluster,
  { objects, completed, ...said }: Inventory,
): Promise<void> {
  const lines = objects.map(
    ({ apiVersion, kind, namespace, name }) => `${apiVersion} ${kind} ${namespace || '-'} ${name}`,
  );
  const { status, body } = await cluster.ask('PATCH', path(NAME), {
    type: 'application/apply-patch+yaml',
    query: { fieldManager: MANAGER, force: 'true' },
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, namespace: NAMESPACE, labels: { 'app.kubernetes.io/part-of': 'fredu' } },
      data: {
        ...said,
        objects: [...new Set(lines)].sort().join('\n'),
        completed: [...new Set(completed)].sort().join('\n'),
      },
    },
  });
  if (status >= 300)
    throw new CannotLook(`cannot write the ConfigMap ${NAMESPACE}/${NAME} (${status}): ${messageOf(body)}`);
}
