/** A check of a tool that we do not ask, or ask in another way: where tools contradict each other, which way we go. */
export interface Declined {
  /** The tool's own name of it, behind that of the tool. */
  check: string;
  reason: string;
  /** What holds in its place: a law, or a named check that we ask. */
  instead?: string;
}

export const DECLINED: readonly Declined[] = [
  {
    check: 'kube-score/container-resources',
    reason:
      'a processor limit slows a busy pod on an idle worker, and CockroachDB advises against any; NSA, Polaris and kube-score want one',
    instead: 'kube-linter/unset-cpu-requirements, kube-linter/unset-memory-requirements',
  },
  {
    check: 'kube-score/container-resource-requests-equal-limits',
    reason: 'memory may grow to its limit while others need less; the law site-fits counts requests',
    instead: 'site-fits',
  },
  {
    check: 'kube-score/container-cpu-requests-equal-limits',
    reason: 'there are no processor limits, see above',
    instead: 'kube-linter/unset-cpu-requirements',
  },
  {
    check: 'kube-score/container-memory-requests-equal-limits',
    reason: 'memory may grow to its limit while others need less',
    instead: 'kube-linter/unset-memory-requirements',
  },
  {
    check: 'kube-score/container-ephemeral-storage-request-equals-limit',
    reason: 'a log or a cache may grow to its limit while others need less',
    instead: 'kube-score/container-ephemeral-storage-request-and-limit',
  },
  {
    check: 'kube-score/container-image-pull-policy',
    reason:
      'kube-score and Polaris want Always; a pod must start while the registry is away, and a release or a digest means the same image for ever',
    instead: 'images-pinned',
  },
  {
    check: 'kube-score/pod-probes-identical',
    reason:
      'a process without dependencies is ready when it lives; the two probes differ in how soon they give up',
    instead: 'workload-probes',
  },
  {
    check: 'kube-score/container-security-context-user-group-id',
    reason:
      'it wants numbers above 10,000; images of others own their files as the user they choose, which is not root, and pods share no volume',
    instead: 'kube-linter/run-as-non-root',
  },
  {
    check: 'kube-linter/minimum-three-replicas',
    reason:
      'two pods on different workers survive the loss of either; kube-score asks for two, and three everywhere do not fit on two of three workers',
    instead: 'kube-score/deployment-replicas, site-fits',
  },
  {
    check: 'kube-linter/hpa-minimum-three-replicas',
    reason: 'as with minimum-three-replicas; the API of the app has three by choice',
    instead: 'kube-score/horizontalpodautoscaler-replicas',
  },
  {
    check: 'kube-linter/read-secret-from-env-var',
    reason:
      'the S3 clients of CockroachDB and of the app read keys from their environment, which only their own user in their own pod can read: as a file of the pod',
    instead: 'kube-linter/env-var-secret',
  },
  {
    check: 'kube-linter/schema-validation',
    reason:
      'a law does it, with every release of Kubernetes that is supported and with custom resources, strictly',
    instead: 'known-fields',
  },
  {
    check: 'kube-linter/no-node-affinity',
    reason: 'workers are alike, and what must be on one of them follows its volume',
    instead: 'spread-over-workers',
  },
  {
    check: 'kube-linter/dnsconfig-options',
    reason: 'it asks for the option ndots of every pod; ours have it where they resolve names outside',
  },
  {
    check: 'kube-linter/required-annotation-email',
    reason: 'who is called stands in the receivers of Alertmanager, once',
  },
  { check: 'kube-linter/required-label-owner', reason: 'one team owns the platform' },
  {
    check: 'kube-linter/scc-deny-privileged-container',
    reason: 'SecurityContextConstraints are of OpenShift',
    instead: 'pod-security/privileged',
  },
  {
    check: 'kube-linter/sorted-keys',
    reason:
      'the order of fields is that of the construct that writes them; a second run gives the same bytes',
  },
  {
    check: 'cis/1.2.1',
    reason:
      'the kubelet and both balancers ask /livez and /readyz without a certificate; roles of the cluster let the nameless do that and nothing else, and remove_anonymous_access takes the one other binding away',
    instead: 'cis/1.2.8',
  },
  {
    check: 'cis/1.2.11',
    reason: 'AlwaysPullImages: a pod must start while the registry is away',
    instead: 'images-pinned',
  },
  {
    check: 'cis/1.3.7',
    reason:
      'Prometheus scrapes the controller manager from a worker, by TLS and with its token; firewalls admit workers alone',
    instead: 'host-firewall-flows, security-groups',
  },
  {
    check: 'cis/1.4.2',
    reason: 'as 1.3.7, the scheduler',
    instead: 'host-firewall-flows, security-groups',
  },
  {
    check: 'cis/4.2.7',
    reason: 'Kubespray calls a node as the inventory does; certificates, drains and alerts go by that name',
    instead: 'kubelet-certificates',
  },
  {
    check: 'cis/4.3.1',
    reason:
      'Prometheus scrapes kube-proxy from a worker; what it tells are counters, and firewalls admit workers alone',
    instead: 'host-firewall-flows, security-groups',
  },
  {
    check: 'cis/5.4.1',
    reason: 'as read-secret-from-env-var of kube-linter',
    instead: 'kube-linter/env-var-secret',
  },
  {
    check: 'cis/5.4.2',
    reason:
      'secrets are made when the platform is deployed and encrypted at rest; another store would be one more system to survive a site',
    instead: 'cis/1.2.27, made-or-listed',
  },
  {
    check: 'cis/5.5.1',
    reason:
      'images are named by release and digest in a lock, which no webhook has to be asked about while a site is down',
    instead: 'images-pinned',
  },
  {
    check: 'systemd/SystemCallFilter_resources',
    reason:
      'a database node raises its own limit of open files, and the runtime of Go asks for its processors',
    instead: 'systemd/CapabilityBoundingSet_CAP_SYS_NICE_RESOURCE',
  },
  {
    check: 'systemd/RestrictAddressFamilies_AF_INET_INET6',
    reason: 'a service with a network is there for it; one that needs none has none',
    instead: 'systemd/PrivateNetwork',
  },
  {
    check: 'systemd/RestrictAddressFamilies_AF_UNIX',
    reason: 'the journal and systemd are spoken to by such sockets',
    instead: 'systemd/RestrictAddressFamilies_OTHER',
  },
  {
    check: 'systemd/RestrictAddressFamilies_AF_NETLINK',
    reason: 'a database node lists its own addresses by it',
    instead: 'systemd/CapabilityBoundingSet_CAP_NET_ADMIN',
  },
  {
    check: 'systemd/ProcSubset',
    reason: 'a database node reads how much memory and which processors its host has',
    instead: 'systemd/ProtectProc',
  },
  {
    check: 'systemd/RootDirectoryOrRootImage',
    reason: 'programs are one file each; what they see of the host is read-only',
    instead: 'systemd/ProtectSystem',
  },
  {
    check: 'systemd/DeviceAllow',
    reason: 'ProtectClock leaves the clock for reading, which the term counts as a device',
    instead: 'systemd/PrivateDevices',
  },
  {
    check: 'systemd/IPAddressDeny',
    reason: 'nftables of the host and the front firewall admit what the table of flows says',
    instead: 'host-firewall-flows',
  },
];

/** Checks of kube-linter that are asked here with other words than its program has: where the two differ on a tree like ours. */
export const OTHERWISE: Readonly<Record<string, string>> = {
  'kube-linter/dangling-ingress':
    'the service of an object store is made by Rook; it is known by the name of the CephObjectStore',
  'kube-linter/dangling-networkpolicy':
    'daemons of Ceph are made by Rook; they are known by the labels that a CephCluster gives them',
  'kube-linter/env-value-from':
    'secrets are made when the platform is deployed, and the law made-or-listed follows them; config maps are looked up',
  'kube-linter/no-liveness-probe': 'the container of a Job ends by itself',
  'kube-linter/no-readiness-probe': 'the container of a Job serves nobody',
  'kube-linter/no-rolling-update-strategy':
    'a type that is not said is RollingUpdate, and a workload of one pod may be replaced at once',
  'kube-linter/pdb-min-available': 'a DaemonSet has a pod on each worker, not one',
  'kube-linter/priority-class-name': 'classes of the tree are accepted beside the two of Kubernetes',
  'kube-linter/restart-policy':
    'a policy that is not said is Always, and a Job that tries again makes another pod',
};

/** kube-score's checks that are one of another source once more: asked once, under the name on the right. */
export const SAME: Readonly<Record<string, string>> = {
  'kube-score/container-image-tag': 'kube-linter/latest-tag',
  'kube-score/container-seccomp-profile': 'pod-security/seccompRestricted',
  'kube-score/container-security-context-privileged': 'kube-linter/privileged-container',
  'kube-score/container-security-context-readonlyrootfilesystem': 'kube-linter/no-read-only-root-fs',
  'kube-score/deployment-has-host-podantiaffinity': 'kube-linter/no-anti-affinity',
  'kube-score/deployment-pod-selector-labels-match-template-metadata-labels':
    'kube-linter/mismatching-selector',
  'kube-score/deployment-strategy': 'kube-linter/no-rolling-update-strategy',
  'kube-score/environment-variable-key-duplication': 'kube-linter/duplicate-env-var',
  'kube-score/horizontalpodautoscaler-has-target': 'kube-linter/dangling-horizontalpodautoscaler',
  'kube-score/ingress-targets-service': 'kube-linter/dangling-ingress',
  'kube-score/networkpolicy-targets-pod': 'kube-linter/dangling-networkpolicy',
  'kube-score/pod-probes': 'kube-linter/no-readiness-probe',
  'kube-score/service-targets-pod': 'kube-linter/dangling-service',
  'kube-score/service-type': 'kube-linter/exposed-services',
  'kube-score/statefulset-has-host-podantiaffinity': 'kube-linter/no-anti-affinity',
  'kube-score/statefulset-pod-selector-labels-match-template-metadata-labels':
    'kube-linter/mismatching-selector',
};
