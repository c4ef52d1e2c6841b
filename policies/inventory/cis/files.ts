import type { CisRow } from './cis-pack.ts';

const owned = (id: string, what: string): CisRow => ({
  id,
  title: `${what} lie in folders of root`,
  variable: 'kube_owner',
  avoid: 'kube_owner: kube',
  fix: 'set `kube_owner: root`',
  why: 'Anybody who owns a folder replaces any file in it, no matter who owns the file.',
  broken: (all) =>
    all.said('kube_owner') !== 'root' && `gives folders of ${what} to ${all.said('kube_owner')}`,
});

/** CIS 1.1 and 4.1, as far as variables decide who owns what. @see kubespray v2.31.0: roles/kubernetes/preinstall/tasks/0050-create_directories.yml */
export const FILES: CisRow[] = [
  owned('1.1.2', 'the manifests of the control plane'),
  owned('1.1.10', 'the settings of the pod network'),
  {
    id: '1.1.19',
    title: 'the key of secrets at rest is readable by root alone',
    variable: 'kube_cert_group',
    avoid: 'kube_cert_group: kube-cert',
    fix: 'set `kube_cert_group: root`',
    why: 'The group of the folder of keys reads the file by which every secret of a snapshot is decrypted.',
    broken: (all) =>
      all.said('kube_cert_group') !== 'root' && `lets ${all.said('kube_cert_group')} read its keys`,
  },
  owned('4.1.6', 'the keys of a kubelet'),
];
