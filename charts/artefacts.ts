import { stringify } from 'yaml';
import type { Model, Site } from '../sites/model.ts';
import { type KubernetesObject, kubernetes } from './kubernetes.ts';

/** A generated tree: path below `dist/` -> text. */
export type Artefacts = Map<string, string>;

/** Everything that the model says, place by place; `platform/` holds what belongs to no single site. */
export function artefacts(model: Model, only?: string): Artefacts {
  const all = model.sites
    .filter((site) => !only || site.code === only)
    .flatMap((site) => siteArtefacts(model, site));
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function siteArtefacts(model: Model, site: Site): [string, string][] {
  return kubernetes(model, site).map((object) => [
    `${site.code}/kubernetes/${fileName(object)}`,
    yaml(object),
  ]);
}

/** `education/deployment-education-api.yaml`: what a reviewer looks for. */
function fileName({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${namespace ?? 'cluster'}/${kind.toLowerCase()}-${name.replaceAll(/[^a-z0-9.-]/g, '-')}.yaml`;
}
const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
