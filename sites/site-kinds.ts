import type { HaproxyEdge, OctaviaEdge, Site, SiteWith } from './model.ts';

/**
 * Sites by what they are known to have. The renderer of a part of a site asks for the kind that has it, and its caller
 * them has looked once, with the guard of the same name: between the two nobody asserts that something is there.
 */

/** A site with a cluster. */
export type KubernetesSite = SiteWith<'kubernetes'>;
/** A site that holds nodes of the database, in a cluster or on hosts of their own. */
export type DatabaseSite = SiteWith<'database'>;
/** A site with a zone of the object store. */
export type ObjectsSite = SiteWith<'objects'>;
/** A site that is made in an OpenStack. */
export type OpenstackSite = SiteWith<'openstack'>;
/** A site that announces the service addresses to its router. */
export type RoutedSite = SiteWith<'routing'>;
/** A site whose entry is hosts of its own. */
export type HaproxySite = Site & { edge: HaproxyEdge };
/** A site whose entry is balancers of its OpenStack. */
export type OctaviaSite = Site & { edge: OctaviaEdge };

export const hasKubernetes = (site: Site): site is KubernetesSite => site.kubernetes !== undefined;
export const hasDatabase = (site: Site): site is DatabaseSite => site.database !== undefined;
export const hasObjects = (site: Site): site is ObjectsSite => site.objects !== undefined;
export const hasOpenstack = (site: Site): site is OpenstackSite => site.openstack !== undefined;
export const hasRouting = (site: Site): site is RoutedSite => site.routing !== undefined;
export const hasHaproxy = (site: Site): site is HaproxySite => site.edge?.kind === 'haproxy';
export const hasOctavia = (site: Site): site is OctaviaSite => site.edge?.kind === 'octavia';
