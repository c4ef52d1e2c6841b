import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { AtSite } from '#constructs/at-site.ts';
import type { ObjectStores } from '#sites/model.ts';
import { STATE_BUCKET } from './state-bucket.ts';

export interface RememberProps {
  /** Of the site. */
  code: string;
  /** The object stores that keep the state. @default none: a file beside the stack does */
  store?: ObjectStores;
}

/** The object stores that keep the state of a site's stack: those whose writes are taken at another site. */
export const storeFor = ({ model: { objects }, site }: AtSite): ObjectStores | undefined =>
  objects?.primary === site ? undefined : objects;

/**
 * Where Terraform remembers what it made: in the object store that takes writes, which is at another site, so that a site is
 * never needed to rebuild itself. A site that holds that store itself keeps its state in a file beside the stack, which
 * the person who applies it must keep. Keys come from the environment (`AWS_ACCESS_KEY_ID`).
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
export function remember(stack: TerraformStack, { code, store }: RememberProps): void {
  if (!store) {
    new LocalBackend(stack, { path: `terraform.${code}.tfstate` });
    return;
  }
  new S3Backend(stack, {
    bucket: STATE_BUCKET,
    key: `${code}/openstack.tfstate`,
    // Ceph has no regions, and answers to whatever is said; the client insists on one.
    region: store.realm,
    endpoints: { s3: store.primary.objects.endpoint },
    usePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
    skipS3Checksum: true,
    // One apply at a time, by a lock file in the bucket.
    useLockfile: true,
  });
}
