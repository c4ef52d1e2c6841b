import type { Model, Site } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import {
  type DatabaseSite,
  type HaproxySite,
  hasDatabase,
  hasHaproxy,
  hasKubernetes,
  hasObjects,
  hasOctavia,
  hasOpenstack,
  hasRouting,
  type KubernetesSite,
  type ObjectsSite,
  type OctaviaSite,
  type OpenstackSite,
  type RoutedSite,
} from '#sites/site-kinds.ts';

/** A site as `room` makes it: every capability, behind edges of its own. */
export type RoomSite = KubernetesSite & DatabaseSite & ObjectsSite & HaproxySite & RoutedSite;
/** A site as `cloud` makes it: every capability, behind balancers of its OpenStack. */
export type CloudSite = KubernetesSite & DatabaseSite & ObjectsSite & OctaviaSite & OpenstackSite;

/** A site of a model that is a room. @throws when it lacks something that a room has: the test would prove nothing */
export const roomOf = (model: Model, code: string): RoomSite =>
  known(siteOf(model, code), isRoom, 'a room with every capability');
/** A site of a model that holds nodes of the database. @throws when it has none */
export const databaseSiteOf = (model: Model, code: string): DatabaseSite =>
  known(siteOf(model, code), hasDatabase, 'a site with a database');
/** A site of a model that is in an OpenStack. @throws when it lacks something that such a site has */
export const cloudOf = (model: Model, code: string): CloudSite =>
  known(siteOf(model, code), isCloud, 'a cloud with every capability');

const isWhole = (site: Site): site is KubernetesSite & DatabaseSite & ObjectsSite =>
  hasKubernetes(site) && hasDatabase(site) && hasObjects(site);
const isRoom = (site: Site): site is RoomSite => isWhole(site) && hasHaproxy(site) && hasRouting(site);
const isCloud = (site: Site): site is CloudSite => isWhole(site) && hasOctavia(site) && hasOpenstack(site);

function known<Kind extends Site>(site: Site, is: (site: Site) => site is Kind, kind: string): Kind {
  if (!is(site)) throw new Error(`${site.code} is not ${kind}`);
  return site;
}
