/** A named check that one object may break, and why; ten at most, so that each stays a decision. */
export interface Waiver {
  /** As findings name it. */
  check: string;
  /** The object as findings name it, at every site; a star stands for one part of the name. */
  object: string;
  reason: string;
  /** When it was decided, to be asked again. */
  since: string;
}

export const WAIVERS: readonly Waiver[] = [
  {
    check: 'kube-linter/host-network',
    object: 'StatefulSet/cockroachdb/cockroachdb',
    reason:
      'nodes of three sites must reach each other, and addresses of pods are routed in their own site only',
    since: '2026-09-01',
  },
  {
    check: 'kube-linter/host-network',
    object: 'DaemonSet/node-exporter/node-exporter',
    reason: 'it counts what passes the interfaces of the node, which a pod on the pod network does not see',
    since: '2026-09-01',
  },
  {
    check: 'kube-linter/host-pid',
    object: 'DaemonSet/node-exporter/node-exporter',
    reason: 'processes and their states are counted over the whole node',
    since: '2026-09-01',
  },
  {
    check: 'kube-linter/sensitive-host-mounts',
    object: 'DaemonSet/node-exporter/node-exporter',
    reason: 'it reads how full every file system of the node is, read-only, from the root down',
    since: '2026-09-01',
  },
  {
    check: 'kube-linter/access-to-secrets',
    object: 'RoleBinding/*/traefik',
    reason:
      'the ingress watches certificates, which are secrets that cert-manager renews, in the namespaces that have names of their own',
    since: '2026-11-30',
  },
  {
    check: 'kube-linter/exposed-services',
    object: 'Service/traefik/traefik',
    reason:
      'the balancers before a site, HAProxy and Octavia, reach the workers by their ports and nothing else; firewalls admit them alone',
    since: '2026-11-30',
  },
  {
    check: 'kube-linter/exposed-services',
    object: 'Service/monitoring/prometheus-observers',
    reason:
      'Prometheus of the other site asks this one, and pods of two sites have no common network; firewalls admit it alone',
    since: '2026-11-30',
  },
  {
    check: 'systemd/PrivateDevices',
    object: 'unit/cockroachdb-format.service',
    reason: 'it makes the file system of the database on a disk, which is a device, and does nothing else',
    since: '2026-11-30',
  },
  {
    check: 'systemd/CapabilityBoundingSet_CAP_DAC_FOWNER_IPC_OWNER',
    object: 'unit/fredu-etcd-backup.service',
    reason: 'it reads the keys of etcd, which belong to etcd; it may read files of others and not write them',
    since: '2026-11-30',
  },
  {
    check: 'systemd/SupplementaryGroups',
    object: 'unit/fredu-announcements.service',
    reason:
      'it writes into the folder that the node exporter reads, by its group; the other way is to be root',
    since: '2026-11-30',
  },
];

/** The waiver that allows it, if any. */
export const waiverOf = (
  check: string,
  object: string,
  waivers: readonly Waiver[] = WAIVERS,
): Waiver | undefined => waivers.find((waiver) => waiver.check === check && covers(waiver.object, object));

/** Whether a pattern is a name, a star standing for one part of it. */
export const covers = (pattern: string, object: string): boolean => {
  const [wanted, given] = [pattern.split('/'), object.split('/')];
  return (
    wanted.length === given.length && wanted.every((part, index) => part === '*' || part === given[index])
  );
};
