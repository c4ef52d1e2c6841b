import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ETCD_BUCKET } from '#constructs/inventory/etcd-backup.ts';
import { STATE_BUCKET, STATE_CREDENTIALS } from '#constructs/openstack/state-bucket.ts';
import { backupBucket } from '#constructs/platform/sql/backups.ts';
import { workers } from '#sites/questions.ts';
import type { ObjectsSite } from '#sites/site-kinds.ts';
import { Size } from '#sites/size.ts';
import { BACKUP_CREDENTIALS } from '../database/cockroachdb.ts';
import { labels } from '../pod.ts';
import { FILES_BUCKET, FILES_SECRET } from './object-store.ts';
import { OBJECT_STORE } from './object-store-names.ts';
import { RookObject } from './rook.ts';

/** Class of buckets that outlive their claims. */
const BUCKET_CLASS = 'object-store';
const COPIES = 3;
/** A stack of 250 resources has a state of about a megabyte: room for all sites, next to nothing of the disks. */
const STATES = Size.gibibytes(1);

export interface ObjectStoreUsersProps {
  /** The site that takes writes. */
  site: ObjectsSite;
  realm: string;
  /** How long backups are kept. */
  keepDays: number;
  /** Whether some stack keeps its state here. */
  keepsStates: boolean;
}

/**
 * Who may use the object store, and the buckets that are there from the start: made where writes are taken, copied by the
 * zones to every site. The keys come from secrets that stand at every site, for a file that is read at one site and
 * written at another is the same user's. A user has as many buckets as it needs and a part of the disks; between them
 * enough is left that Ceph stays below the fill at which it warns.
 *
 * @see https://rook.io/docs/rook/v1.20/CRDs/Object-Storage/ceph-object-store-user-crd/
 * @see https://rook.io/docs/rook/v1.20/Storage-Configuration/Object-Storage-RGW/ceph-object-bucket-claim/
 */
export class ObjectStoreUsers extends Construct {
  constructor(scope: Construct, id: string, { site, realm, keepDays, keepsStates }: ObjectStoreUsersProps) {
    super(scope, id);
    const disks = site.objects.volume.sizeBytes * (workers(site).length / COPIES);
    this.user('education', { secret: FILES_SECRET, size: Size.bytes(0.55 * disks), buckets: 1 });
    this.user('backup', { secret: BACKUP_CREDENTIALS, size: Size.bytes(0.25 * disks), buckets: 2 });
    new k8s.KubeStorageClass(this, 'class', {
      metadata: { name: BUCKET_CLASS, labels: labels('ceph') },
      provisioner: `${OBJECT_STORE.namespace}.ceph.rook.io/bucket`,
      reclaimPolicy: 'Retain',
      parameters: { objectStoreName: OBJECT_STORE.store, objectStoreNamespace: OBJECT_STORE.namespace },
    });
    this.bucket(FILES_BUCKET, { owner: 'education', rules: [abandonedUploads] });
    this.bucket(backupBucket(realm), { owner: 'backup', rules: [abandonedUploads, expires(keepDays)] });
    this.bucket(ETCD_BUCKET, { owner: 'backup', rules: [abandonedUploads, expires(keepDays)] });
    if (keepsStates) {
      this.user('terraform', { secret: STATE_CREDENTIALS, size: STATES, buckets: 1 });
      // Without versions: the lock is an object that may be written only where there is none, and in a bucket with versions
      // a gateway writes it beside the one that is there (seen with Ceph 16.2.15; state.ceph.test.ts).
      this.bucket(STATE_BUCKET, { owner: 'terraform', rules: [abandonedUploads] });
    }
  }

  private user(name: string, { secret, size, buckets }: UserProps) {
    const key = (word: string) => ({ name: secret, key: word });
    new RookObject(this, `user-${name}`, {
      kind: 'CephObjectStoreUser',
      name,
      spec: {
        store: OBJECT_STORE.store,
        displayName: name,
        keys: [{ accessKeyRef: key('AWS_ACCESS_KEY_ID'), secretKeyRef: key('AWS_SECRET_ACCESS_KEY') }],
        quotas: { maxBuckets: buckets, maxSize: `${size.toGibibytes('floor')}Gi` },
      },
    });
  }

  private bucket(name: string, { owner, rules }: { owner: string; rules: LifecycleRule[] }) {
    new RookObject(this, `bucket-${name}`, {
      kind: 'ObjectBucketClaim',
      name,
      spec: {
        bucketName: name,
        storageClassName: BUCKET_CLASS,
        additionalConfig: { bucketOwner: owner, bucketLifecycle: JSON.stringify({ Rules: rules }) },
      },
    });
  }
}

interface UserProps {
  /** The secret with its keys. */
  secret: string;
  /** How much of the disks. */
  size: Size;
  /** How many buckets it may have. */
  buckets: number;
}
interface LifecycleRule {
  /** Rook compares what is there with what should be in the order of these. */
  ID: string;
  Status: 'Enabled';
  Prefix: '';
  [action: string]: unknown;
}
const abandonedUploads: LifecycleRule = {
  ID: 'abandoned-uploads',
  Status: 'Enabled',
  Prefix: '',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};
/** A day more than is promised: the last increments of a chain are a day younger than the full backup that they need. */
const expires = (days: number): LifecycleRule => ({
  ID: 'expired',
  Status: 'Enabled',
  Prefix: '',
  Expiration: { Days: days + 1 },
});

/** What a claim may ask of Rook beyond its own defaults. */
export const CLAIM_FIELDS = ['bucketOwner', 'bucketLifecycle'];
