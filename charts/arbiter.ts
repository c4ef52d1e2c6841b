import { databaseHostFiles } from '../constructs/cockroachdb-host.ts';
import { databaseNodes, type Model, type Site } from '../sites/model.ts';

/** The hosts of a site that has a database and no Kubernetes. */
export function arbiter(model: Model, site: Site): [path: string, text: string][] {
  if (site.kubernetes) return [];
  return databaseNodes(site).flatMap((host) =>
    databaseHostFiles({ model, site, host }).map(([path, text]): [string, string] => [
      `hosts/${host.name}/${path}`,
      text,
    ]),
  );
}
