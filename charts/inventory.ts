import { ansible } from '#constructs/inventory/ansible.ts';
import { kubesprayAll, kubesprayCluster, kubesprayInventory } from '#constructs/inventory/kubespray.ts';
import { sshConfig } from '#constructs/inventory/ssh.ts';
import { below, type TextFile } from '#constructs/text-file.ts';
import { addressOf } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { hasKubernetes } from '#sites/site-kinds.ts';

/**
 * How people and their tools reach the hosts of a site, how its cluster is installed, and the playbook that puts on each host
 * what the other charts have for it.
 */
export function inventory(model: Model, site: Site, files: readonly TextFile[]): TextFile[] {
  const cluster: TextFile[] = hasKubernetes(site)
    ? [
        ['kubespray/hosts.yaml', kubesprayInventory({ site })],
        ['kubespray/group_vars/all/fredu.yml', kubesprayAll({ site, time: model.time })],
        ['kubespray/group_vars/k8s_cluster/fredu.yml', kubesprayCluster({ site })],
      ]
    : [];
  const playbook = below('hosts', ansible({ model, site, paths: pathsByHost(site, files) }));
  return below('inventory', [
    ['ssh_config', sshConfig({ site, administrators: model.administrators.networks.map(addressOf) })],
    ...cluster,
    ...playbook,
  ]);
}

/** What each host gets, by its path there. */
const pathsByHost = (site: Site, files: readonly TextFile[]): Map<string, string[]> =>
  new Map(
    site.hosts.map(({ name }) => {
      const folder = `hosts/${name}/`;
      const own = files.filter(([path]) => path.startsWith(folder));
      return [name, own.map(([path]) => path.slice(folder.length))];
    }),
  );
