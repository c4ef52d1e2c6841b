import { databaseHostFiles, kernelFiles } from '../constructs/cockroachdb-host.ts';
import { databaseNodes, type Model, type Site } from '../sites/model.ts';

/** What database nodes need of their hosts: everything without Kubernetes, a few words to the kernel with it. */
export function arbiter(model: Model, site: Site): [path: string, text: string][] {
  return databaseNodes(site).flatMap((host) => {
    const files = site.kubernetes ? kernelFiles() : databaseHostFiles({ model, site, host });
    return files.map(([path, text]): [string, string] => [`hosts/${host.name}/${path}`, text]);
  });
}
