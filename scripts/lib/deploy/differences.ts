import { isDeepStrictEqual } from 'node:util';
import { type Data, listOf } from '#policies/reading/texts.ts';
import { CannotLook } from '../main.ts';
import { type Cluster, each, messageOf } from './cluster.ts';
import { type Inventory, MANAGER } from './inventory.ts';
import { type Identity, identityOf, type KubernetesObject, keyOf } from './object.ts';

/**
 * What applying one object of the tree would do.
 * `adopted`: nothing differs, but others made it. `unasked`: it is not there yet, nor what the server needs to judge it. `ran`: a job
 * that completed and has removed itself.
 */
export interface Difference {
  how: 'same' | 'added' | 'changed' | 'adopted' | 'unasked' | 'refused' | 'ran';
  wanted: KubernetesObject;
  identity: Identity;
  /** As the API has it now. */
  live?: Data;
  /** As it would have it. */
  next?: Data;
  /** What the API says where it refuses, or why it was not asked. */
  why?: string;
}

export const isSettled = ({ how }: Difference): boolean => how === 'same' || how === 'ran';

/**
 * Compares objects with a cluster by asking its API what it would make of each: nothing is written.
 * @param isMadeElsewhere whether their namespaces are made by others than these objects
 */
export async function differences(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  inventory: Inventory,
  { signal, isMadeElsewhere = false }: { signal?: AbortSignal; isMadeElsewhere?: boolean } = {},
): Promise<Difference[]> {
  const live = await liveObjects(cluster, objects.map(identityOf), signal);
  return each(objects, async (wanted): Promise<Difference> => {
    const identity = identityOf(wanted);
    const now = live.get(keyOf(identity));
    const base = { wanted, identity, ...(now ? { live: now } : {}) };
    if (!cluster.serves(identity))
      return { ...base, how: 'unasked', why: `${wanted.apiVersion} ${wanted.kind} is not served yet` };
    if (!now && wanted.kind === 'Job' && inventory.completed.includes(keyOf(identity)))
      return { ...base, how: 'ran' };
    if (!now && identity.namespace && !live.has(keyOf(namespaceOf(identity)))) {
      const isMade =
        isMadeElsewhere ||
        objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === identity.namespace);
      return isMade
        ? { ...base, how: 'unasked', why: `the namespace ${identity.namespace} is not there yet` }
        : {
            ...base,
            how: 'refused',
            why: `there is no namespace ${identity.namespace}, and the tree makes none`,
          };
    }
    const { status, body } = await applied(cluster, wanted, { dryRun: true, signal });
    if (status >= 300) {
      const why = messageOf(body);
      const isBlind = /does not support dry run/.test(why) || (!now && status >= 500);
      return isBlind && !now ? { ...base, how: 'unasked', why } : { ...base, how: 'refused', why };
    }
    if (!now) return { ...base, how: 'added', next: body };
    if (!isDeepStrictEqual(bare(now), bare(body))) return { ...base, how: 'changed', next: body };
    return { ...base, how: isOurs(now) ? 'same' : 'adopted' };
  });
}

const namespaceOf = ({ namespace }: Identity): Identity => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  namespace: '',
  name: namespace,
});

/** Whether this project applied it: what others made is never pruned. */
const isOurs = (live: Data): boolean =>
  listOf(live.metadata?.managedFields).some(
    ({ manager, operation }) => manager === MANAGER && operation === 'Apply',
  );

/** An object without what its server keeps for itself. */
export function bare({ status: _, ...object }: Data): Data {
  const { managedFields: __, resourceVersion: ___, generation: ____, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

/** Applies an object, or asks what that would make of it. Fields that others own become ours. */
export function applied(
  cluster: Cluster,
  wanted: KubernetesObject,
  { dryRun = false, signal }: { dryRun?: boolean; signal?: AbortSignal } = {},
) {
  return cluster.ask('PATCH', cluster.pathOf(identityOf(wanted))!, {
    type: 'application/apply-patch+yaml', // of which JSON is a part
    query: { fieldManager: MANAGER, force: 'true', ...(dryRun ? { dryRun: 'All' } : {}) },
    body: wanted,
    signal,
  });
}

/** The namespaces and the objects as they are, by their keys; one question for all of a kind in a namespace. */
export async function liveObjects(
  cluster: Cluster,
  identities: readonly Identity[],
  signal?: AbortSignal,
): Promise<Map<string, Data>> {
  const wanted = new Map(
    identities.map((identity) => [`${identity.apiVersion} ${identity.kind} ${identity.namespace}`, identity]),
  );
  wanted.set('v1 Namespace ', { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: '' });
  const lists = await each([...wanted.values()], async ({ apiVersion, kind, namespace }) => {
    const path = cluster.pathOf({ apiVersion, kind, namespace });
    if (!path) return [];
    const { status, body } = await cluster.ask('GET', path, { signal });
    if (status === 404) return [];
    if (status !== 200)
      throw new CannotLook(
        `${cluster.server} does not list ${kind}${namespace ? ` in ${namespace}` : ''} (${status}): ${messageOf(body)}`,
      );
    return listOf(body.items).map((item) => ({ ...item, apiVersion, kind }));
  });
  return new Map(lists.flat().map((item) => [keyOf(identityOf(item)), item]));
}

/** An object that is in the inventory and no more in the tree, and still there. */
export interface Spare {
  identity: Identity;
  live: Data;
  /** `pruned`; `kept`: it holds data and says so itself; `left`: it is no more ours. */
  fate: 'pruned' | 'kept' | 'left';
}

export async function spareObjects(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  inventory: Inventory,
): Promise<Spare[]> {
  const wanted = new Set(objects.map((object) => keyOf(identityOf(object))));
  const spare = inventory.objects.filter((identity) => !wanted.has(keyOf(identity)));
  const live = await liveObjects(cluster, spare);
  return spare.flatMap((identity): Spare[] => {
    const now = live.get(keyOf(identity));
    if (!now) return [];
    return [{ identity, live: now, fate: !isOurs(now) ? 'left' : isKept(now) ? 'kept' : 'pruned' }];
  });
}

/** What holds data is removed by a person, who says what becomes of the data. */
export const isKept = ({ metadata }: KubernetesObject | Data): boolean =>
  metadata?.annotations?.['fredu.fr/prune'] === 'never';
