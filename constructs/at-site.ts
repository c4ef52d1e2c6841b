import type { Host, Model, Site } from '#sites/model.ts';

/**
 * One site of a platform: for what needs both, because it speaks of other sites too. What needs no more than a value or two
 * takes those instead.
 */
export interface AtSite<Kind extends Site = Site> {
  model: Model;
  site: Kind;
}

/** One host of a site. */
export interface AtHost<Kind extends Site = Site> extends AtSite<Kind> {
  host: Host;
}
