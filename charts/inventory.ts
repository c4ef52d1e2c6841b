import { etcdBackup } from '../constructs/inventory/etcd-backup.ts';
import { kubesprayAll, kubesprayCluster, kubesprayInventory } from '../constructs/inventory/kubespray.ts';
import { sshConfig } from '../constructs/inventory/ssh.ts';
import { hostsOf, type Model, type Site } from '../sites/model.ts';

/** How people and their tools reach the hosts of a site, and how its cluster is installed. */
export function inventory(model: Model, site: Site): [path: string, text: string][] {
  const cluster: [string, string][] = site.kubernetes
    ? [
        ['inventory/kubespray/hosts.yaml', kubesprayInventory({ site })],
        ['inventory/kubespray/group_vars/all/fredu.yml', kubesprayAll({ model, site })],
        ['inventory/kubespray/group_vars/k8s_cluster/fredu.yml', kubesprayCluster({ site })],
        ...hostsOf(site, 'control-plane').flatMap((host, index) =>
          etcdBackup({ model, site, index }).map(([path, text]): [string, string] => [
            `hosts/${host.name}/${path}`,
            text,
          ]),
        ),
      ]
    : [];
  return [['inventory/ssh_config', sshConfig({ model, site })], ...cluster];
}
