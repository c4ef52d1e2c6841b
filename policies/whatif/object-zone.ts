import type { Tree } from '#policies/law.ts';
import { zones } from '#policies/reading/object-store-tree.ts';
import { ofKind } from '#policies/reading/objects.ts';

/** The object store of a site: a Ceph cluster, its zone and the gateways before it. */
export interface ObjectZone {
  name: string;
  /** `s3.sxb.fredu.fr` */
  host: string;
  /** The zone makes the realm of its own; the others pull it and follow. */
  takesWrites: boolean;
  /** Hosts whose disks hold objects; one monitor at most is on each. */
  osds: string[];
  monitors: number;
  /** Copies of each object, on as many hosts, and how many must be there for it to be read and written. */
  size: number;
  minSize: number;
  /** Gateways for clients, and those that copy from other zones. */
  gateways: number;
  syncs: number;
}

export function objectZoneOf(tree: Tree, site: string): ObjectZone | undefined {
  const zone = zones(tree).find((each) => each.site === site);
  const cluster = ofKind(tree, 'CephCluster').find((each) => each.site === site)?.object.spec;
  if (!zone || !cluster) return undefined;
  const spec = zone.zone.object.spec;
  const size = Number(spec.dataPool?.replicated?.size ?? 3);
  const instances = (forSync: boolean) =>
    zone.stores
      .map(({ object }) => object.spec?.gateway ?? {})
      .filter((gateway) => (gateway.disableMultisiteSyncTraffic !== true) === forSync)
      .reduce((sum, gateway) => sum + Number(gateway.instances ?? 1), 0);
  const [clients, syncs] = [instances(false), instances(true)];
  return {
    name: zone.zone.name,
    host: String(zone.endpoints[0] ?? '').replace(/^https?:\/\//, ''),
    takesWrites: zone.pulls === undefined,
    osds: (cluster.storage?.nodes ?? []).map(({ name }: { name: string }) => name),
    monitors: Number(cluster.mon?.count ?? 3),
    size,
    // Ceph's default, osd_pool_default_min_size 0: size less half of it.
    // https://docs.ceph.com/en/tentacle/rados/configuration/pool-pg-config-ref/
    minSize: size - Math.floor(size / 2),
    // Where no gateway is for clients alone, those that copy serve them too.
    gateways: clients || syncs,
    syncs,
  };
}
