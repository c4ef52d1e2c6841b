import { findsEach } from '#scripts/testing/broken-trees.ts';
import { clusterHardening } from './cluster-hardening.ts';

const cluster = 'dc/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';
const all = 'dc/inventory/kubespray/group_vars/all/fredu.yml';

findsEach(clusterHardening, [
  [
    cluster,
    'helm_enabled: false',
    'helm_enabled: true',
    'helm_enabled is true: what Helm installs comes by a plan',
  ],
  [
    cluster,
    'system_memory_reserved: 512Mi\n',
    '',
    'system_memory_reserved is not said: sshd and chrony have memory left',
  ],
  [cluster, 'grace_period: 40s', 'grace_period: 4s', /kube_controller_node_monitor_grace_period is 4s/],
  [cluster, 'kubelet_pod_pids_limit: 4096', 'kubelet_pod_pids_limit: 64', /kubelet_pod_pids_limit is 64/],
  [cluster, 'type: User', 'type: Userx', /events are not limited by User/],
  [cluster, 'cache_size: 2000', 'cache_size: 2', /remembers 2 namespaces/],
  [
    cluster,
    '  - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n',
    '',
    /TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 is missing/,
  ],
  [
    cluster,
    'kube_encryption_resources:\n  - secrets',
    'kube_encryption_resources:\n  - configmaps',
    /secrets are not what is encrypted/,
  ],
  [cluster, '  - kube-system\n', '', /Kubespray’s own pods are refused/],
  [
    cluster,
    /ETCD_LISTEN_METRICS_URLS: .*/,
    'ETCD_LISTEN_METRICS_URLS: http://127.0.0.1:2381',
    /etcd shows its metrics nowhere/,
  ],
  [cluster, 'localhost link-local', 'localhost nftables', /may not talk as link-local says/],
  [
    all,
    'ansible_become: true',
    'ansible_become: truex',
    'ansible_become is truex: nothing can be installed without it',
  ],
]);
