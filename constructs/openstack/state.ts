import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Place } from './place.ts';
import { STATE_BUCKET } from './state-bucket.ts';

/**
 * Where Terraform remembers what it made: in the object store that takes writes, which is at another site, so that a site is
 * never needed to rebuild itself. A site that holds that store itself keeps its state in a file beside the stack, which
 * the person who applies it must keep. Keys come from the environment (`AWS_ACCESS_KEY_ID`).
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
export function remember(stack: TerraformStack, { model, site }: Place): void {
  const store = model.objects?.primary;
  if (!store || store === site) {
    new LocalBackend(stack, { path: `terraform.${site.code}.tfstate` });
    return;
  }
  new S3Backend(stack, {
    bucket: STATE_BUCKET,
    key: `${site.code}/openstack.tfstate`,
    // Ceph has no regions, and answers to whatever is said; the client insists on one.
    region: model.objects!.realm,
    endpoints: { s3: store.objects!.endpoint },
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
