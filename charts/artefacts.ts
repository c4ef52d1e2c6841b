import { beforehand } from '#constructs/plans/before-the-first-time/page.ts';
import { below, type TextFile } from '#constructs/text-file.ts';
import type { Model, Site } from '#sites/model.ts';
import { frontFirewall } from './front-firewall.ts';
import { hosts } from './hosts.ts';
import { inventory } from './inventory.ts';
import { kubernetes, manifests } from './kubernetes.ts';
import { openstack } from './openstack.ts';
import { plans } from './plans.ts';
import { platform } from './platform.ts';

/** A generated tree: path below `dist/` -> text. */
export type Artefacts = Map<string, string>;

/** What belongs to no single site (SQL of the one database, the shared DNS zone) stands below `platform/`. */
export const PLACES = ['platform'] as const;

/** Everything that the model says, for one place (a site's code or `platform`) or for all. */
export function artefacts(model: Model, only?: string): Artefacts {
  const files: TextFile[] = [];
  if (!only || only === 'platform') files.push(...below('platform', platform(model)));
  for (const site of model.sites) {
    if (!only || only === site.code) files.push(...below(site.code, siteFiles(model, site)));
  }
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function siteFiles(model: Model, site: Site): TextFile[] {
  const objects = kubernetes(model, site);
  const files = [
    ...manifests(objects),
    ...hosts(model, site),
    ...frontFirewall(model, site),
    ...openstack(model, site),
    ...plans(model, site),
  ];
  const all = [...files, ...inventory(model, site, files)];
  return [...all, ['before-the-first-time.md', beforehand({ model, site, objects, files: all })]];
}
