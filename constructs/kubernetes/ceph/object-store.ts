import { Construct } from 'constructs';
import { imageTag } from '#constructs/images.ts';
import type { ObjectStores } from '#sites/model.ts';
import type { ObjectsSite } from '#sites/site-kinds.ts';
import { priorityClass } from '../priority-classes.ts';
import { cephResources } from './ceph-resources.ts';
import { forwardingConfig } from './ceph-versions.ts';
import { OBJECT_STORE } from './object-store-names.ts';
import type { CephObjectStoreSpec, DataPool } from './rook.gen.ts';
import { RookObject } from './rook.ts';

/** The bucket of the app's files; its name and its keys are the same at every site, for zones copy both. */
export const FILES_BUCKET = 'education';
/** Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the app's user. */
export const FILES_SECRET = 'education-s3';
/** Secret with `access-key` and `secret-key` by which zones trust each other: put at every site before its zone is made. */
export const realmKeys = (realm: string): string => `${realm}-keys`;

export interface ObjectStoreProps extends Pick<ObjectStores, 'realm' | 'primary'> {
  site: ObjectsSite;
}

/**
 * The object store of a site: its zone of the one realm, and two sets of gateways over it. One gateway fetches what is new
 * in the other zones – more of them get in each other's way –, the others serve clients and leave that alone.
 *
 * The site that takes writes makes the realm, the others pull it from there. Rook pulls again whenever it looks at the
 * realm, so a promotion takes `pull` away first: see the plans.
 *
 * @see https://rook.io/docs/rook/v1.20/Storage-Configuration/Object-Storage-RGW/ceph-object-multisite/
 */
export class ObjectStore extends Construct {
  constructor(scope: Construct, id: string, { site, realm, primary }: ObjectStoreProps) {
    super(scope, id);
    const { zone, endpoint, gateways } = site.objects;
    new RookObject(this, 'realm', {
      kind: 'CephObjectRealm',
      name: realm,
      spec: {
        defaultRealm: true,
        ...(site === primary ? {} : { pull: { endpoint: primary.objects.endpoint } }),
      },
    });
    new RookObject(this, 'zone-group', { kind: 'CephObjectZoneGroup', name: realm, spec: { realm } });
    new RookObject(this, 'zone', {
      kind: 'CephObjectZone',
      name: zone,
      spec: {
        zoneGroup: realm,
        metadataPool: pool(),
        // Nearly all data is in this one pool: it gets its share of placement groups from the start.
        dataPool: pool({ bulk: 'true' }),
        customEndpoints: [endpoint],
        preservePoolsOnDelete: true,
      },
    });
    new RookObject(this, 'sync', {
      kind: 'CephObjectStore',
      name: 'sync',
      spec: store({ site, instances: 1, disableMultisiteSyncTraffic: false }),
    });
    new RookObject(this, 'clients', {
      kind: 'CephObjectStore',
      name: OBJECT_STORE.store,
      spec: store({ site, instances: gateways, disableMultisiteSyncTraffic: true }),
    });
  }
}

/** Copies of each object, each on another host. */
export const COPIES = 3;

/** So many copies, and never fewer by mistake. */
const pool = (parameters?: Record<string, string>): DataPool => ({
  failureDomain: 'host',
  replicated: { size: COPIES, requireSafeReplicaSize: true },
  ...(parameters ? { parameters } : {}),
});

interface StoreProps {
  site: ObjectsSite;
  /** How many gateways. */
  instances: number;
  /** Whether they leave copying to others. */
  disableMultisiteSyncTraffic: boolean;
}

/**
 * Plain HTTP from Traefik to the gateways, inside the pod network and by a policy from Traefik alone; clients and other zones
 * meet HTTPS only, with the certificate of the public name. Of the interfaces, only S3 and the one that zones use between
 * themselves.
 */
function store({ site, instances, disableMultisiteSyncTraffic }: StoreProps): CephObjectStoreSpec {
  return {
    zone: { name: site.objects.zone },
    preservePoolsOnDelete: true,
    protocols: { enableAPIs: ['s3', 'admin'] },
    gateway: {
      port: OBJECT_STORE.port,
      instances,
      disableMultisiteSyncTraffic,
      priorityClassName: priorityClass('data'),
      resources: cephResources(site).gateway,
      rgwConfig: {
        ...forwardingConfig(imageTag('ceph').slice(1)),
        rgw_sync_lease_period: SYNC_LEASE_SECONDS,
      },
    },
    healthCheck: { startupProbe: { disabled: false }, readinessProbe: { disabled: false } },
  };
}
/** After a change of roles, copying stands still until the lease of the gateway that did it ends: 60 to 100 s with the default of 120. */
const SYNC_LEASE_SECONDS = '20';
