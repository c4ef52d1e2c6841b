import type { Model } from '#sites/model.ts';

/** Where the states of all sites are, each under its own key. */
export const STATE_BUCKET = 'terraform-state';
/** Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the user to whom that bucket belongs. */
export const STATE_CREDENTIALS = 'terraform-s3';

/** Whether any stack keeps its state in an object store: one at another site than the store that takes writes. */
export const keepsStates = ({ objects, sites }: Model): boolean =>
  objects !== undefined && sites.some((site) => site.openstack && site !== objects.primary);
