import type { AtSite } from '#constructs/at-site.ts';
import { FAMILIES, type Family } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import type { Role } from '#sites/schema/schema.ts';
import type { OpenstackSite } from '#sites/site-kinds.ts';
import { Size } from '#sites/size.ts';

/** What every part of an OpenStack site is made for. */
export type Place = AtSite<OpenstackSite>;

/** The families that the hosts of the site have. */
export const familiesOf = (site: Site): Family[] => FAMILIES.filter((family) => site.networks.nodes[family]);

/** Roles that the site has hosts of. */
export const rolesOf = (site: Site): Role[] => [...new Set(site.hosts.map(({ role }) => role))].sort();

/** How people find what is ours in a project: everything of a site has its domain, and what is of one role its role too. */
export const tags = (site: Site, ...more: string[]): string[] => [site.domain, ...more];

/** Whole GiB, as volumes are sold. */
export const gibibytes = (bytes: number): number => Size.bytes(bytes).toGibibytes('ceil');
