import { cloudInit } from '../constructs/host/cloud-init.ts';
import { hostFiles } from '../constructs/host/files.ts';
import { ansible } from '../constructs/inventory/ansible.ts';
import type { Model, Site } from '../sites/model.ts';

/** What every host of a site gets whatever it carries, and how a rented one starts: whoever rents it out asks for that text. */
export function hosts(model: Model, site: Site): [path: string, text: string][] {
  const rented = !site.openstack && !site.kubernetes;
  return site.hosts.flatMap((host) => {
    const place = { model, site, host };
    const files = hostFiles(place).map(([path, text]): [string, string] => [
      `hosts/${host.name}/${path}`,
      text,
    ]);
    return rented ? [...files, [`cloud-init/${host.name}.yaml`, cloudInit(place)]] : files;
  });
}

/** The playbook that puts on each host whatever the other charts have for it. */
export function playbook(
  model: Model,
  site: Site,
  files: readonly (readonly [path: string, text: string])[],
): [path: string, text: string][] {
  const paths = new Map(
    site.hosts.map(({ name }) => {
      const folder = `hosts/${name}/`;
      const own = files.filter(([path]) => path.startsWith(folder));
      return [name, own.map(([path]) => path.slice(folder.length))];
    }),
  );
  return ansible({ model, site, paths }).map(([path, text]) => [`inventory/hosts/${path}`, text]);
}
