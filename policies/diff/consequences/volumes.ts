import { amount, type Data } from '../../reading/objects.ts';
import { type Change, type Consequence, subject } from '../change.ts';

/** Kinds that hold data: without the object nothing keeps what is in it. */
const STORES: Record<string, string> = {
  Namespace: 'everything in it goes with it, its claims and their data among it',
  PersistentVolumeClaim: 'what it holds is given up',
  ObjectBucketClaim: 'the bucket goes, with every object in it, where its class says Delete',
  CephCluster: 'the cluster is torn down, with everything that it stores',
  CephObjectStore: 'the store and its pools go, with every object',
  CephObjectZone: 'the zone and its pools go, with every object',
  CephObjectZoneGroup: 'zones lose the group that they copy in',
  CephObjectRealm: 'zones lose the realm that they copy in',
  CustomResourceDefinition: 'every object of its kind goes with it',
};

/** What a change does to stored data. */
export function ofVolume(change: Change): Consequence[] {
  const { how, before, after } = change;
  const { kind, name } = subject(change);
  if (how === 'removed' || how === 'renamed') {
    if (before && STORES[kind]) return [{ level: 'data loss', text: `${before.name}: ${STORES[kind]}` }];
    if (kind === 'PersistentVolume') return [ofGonePersistentVolume(change)];
    if (kind === 'StatefulSet' && before?.data.spec?.volumeClaimTemplates) return [ofGoneSet(change)];
    return [];
  }
  if (how !== 'changed') return [];
  if (kind === 'PersistentVolume' || kind === 'PersistentVolumeClaim')
    return shrunk(before?.data, after?.data, name);
  if (kind === 'StorageClass' && changedTo(change, 'reclaimPolicy') === 'Delete')
    return [{ level: 'data loss', text: `volumes made from now on are wiped when their claim goes` }];
  if (
    kind === 'CephCluster' &&
    JSON.stringify(after?.data.spec?.storage) !== JSON.stringify(before?.data.spec?.storage)
  ) {
    const count = (data: Data): number =>
      data?.spec?.storage?.storageClassDeviceSets?.[0]?.count ?? data?.spec?.storage?.nodes?.length ?? 0;
    return count(after?.data) < count(before?.data)
      ? [
          {
            level: 'restart',
            text: 'fewer disks for the object store: what is on them must be copied before they go, which nobody does by itself',
            at: name,
          },
        ]
      : [];
  }
  return [];
}

const changedTo = ({ fields }: Change, field: string): Data =>
  fields.find(({ steps }) => steps.at(-1) === field)?.after;

function ofGoneSet({ how, before, after }: Change): Consequence {
  const name = before!.name.split('/').at(-1);
  const claims = `${before!.data.spec.volumeClaimTemplates[0]?.metadata?.name}-${name}-0 …`;
  const wiped = before!.data.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
  if (how === 'renamed')
    return {
      level: 'data loss',
      text: `${after!.name.split('/').at(-1)} starts with empty volumes; what ${name} held stays in claims that nobody mounts (${claims})`,
    };
  return {
    level: wiped ? 'data loss' : 'outage',
    text: wiped
      ? `${before!.name} stops and its claims (${claims}) are deleted with it`
      : `${before!.name} stops; its claims (${claims}) stay`,
  };
}

function ofGonePersistentVolume({ how, before, after }: Change): Consequence {
  const { persistentVolumeReclaimPolicy: policy = 'Retain', claimRef } = before!.data.spec ?? {};
  if (how === 'renamed' && after)
    return {
      level: 'data loss',
      text: `${before!.name} is given up for ${after.name}: ${claimRef?.name ?? 'its claim'} binds to a volume that is empty unless it is the same disk`,
    };
  return policy === 'Delete'
    ? { level: 'data loss', text: `${before!.name} goes and its disk is wiped` }
    : { level: 'outage', text: `${claimRef?.name ?? 'its claim'} loses its volume; the disk keeps the data` };
}

function shrunk(before: Data, after: Data, name: string): Consequence[] {
  const size = (data: Data) =>
    amount(data?.spec?.capacity?.storage ?? data?.spec?.resources?.requests?.storage);
  if (size(after) < size(before))
    return [
      { level: 'refused', text: `${name} cannot shrink: the API refuses a smaller size of a bound volume` },
    ];
  return size(after) > size(before) ? [{ level: 'nothing', text: `${name} grows` }] : [];
}
