import { beforehand } from '../constructs/beforehand/page.ts';
import { yaml } from '../constructs/yaml.ts';
import type { Model, Site } from '../sites/model.ts';
import { arbiter } from './arbiter.ts';
import { edge } from './edge.ts';
import { firewalls } from './firewalls.ts';
import { frontFirewall } from './front-firewall.ts';
import { hosts, playbook } from './hosts.ts';
import { inventory } from './inventory.ts';
import { type KubernetesObject, kubernetes } from './kubernetes.ts';
import { openstack } from './openstack.ts';
import { plans } from './plans.ts';
import { platform } from './platform.ts';

/** A generated tree: path below `dist/` -> text. */
export type Artefacts = Map<string, string>;

/** What belongs to no single site (SQL of the one database, the shared DNS zone) stands below `platform/`. */
export const PLACES = ['platform'] as const;

/** Everything that the model says, for one place (a site's code or `platform`) or for all. */
export function artefacts(model: Model, only?: string): Artefacts {
  const files: [string, string][] = [];
  if (!only || only === 'platform') files.push(...platform(model).map(below('platform')));
  for (const site of model.sites) {
    if (!only || only === site.code) files.push(...siteFiles(model, site).map(below(site.code)));
  }
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function siteFiles(model: Model, site: Site): [string, string][] {
  const objects = kubernetes(model, site);
  const files: [string, string][] = [
    ...objects.map((object): [string, string] => [`kubernetes/${fileName(object)}`, yaml(object)]),
    ...edge(model, site),
    ...firewalls(model, site),
    ...frontFirewall(model, site),
    ...arbiter(model, site),
    ...hosts(model, site),
    ...openstack(model, site),
    ...inventory(model, site),
    ...plans(model, site),
  ];
  const all = [...files, ...playbook(model, site, files)];
  return [...all, ['before-the-first-time.md', beforehand({ model, site, objects, files: all })]];
}

const below =
  (place: string) =>
  ([path, text]: [string, string]): [string, string] => [`${place}/${path}`, text];

/** `education/deployment-education-api.yaml`: what a reviewer looks for. */
function fileName({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${namespace ?? 'cluster'}/${kind.toLowerCase()}-${name.replaceAll(/[^a-z0-9.-]/g, '-')}.yaml`;
}
