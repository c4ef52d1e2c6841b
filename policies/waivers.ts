/** A named check that one workload may break, and why; ten at most, so that each stays a decision. */
export interface Waiver {
  /** Law or check, as findings name it. */
  check: string;
  /** `kind/namespace/name`, at every site. */
  object: string;
  reason: string;
}

export const WAIVERS: Waiver[] = [
  {
    check: 'host-network',
    object: 'StatefulSet/cockroachdb/cockroachdb',
    reason:
      'nodes of three sites must reach each other, and addresses of pods are routed in their own site only',
  },
  {
    check: 'host-network',
    object: 'DaemonSet/node-exporter/node-exporter',
    reason: 'it counts what passes the interfaces of the node, which a pod on the pod network does not see',
  },
  {
    check: 'host-pid',
    object: 'DaemonSet/node-exporter/node-exporter',
    reason: 'processes and their states are counted over the whole node',
  },
  {
    check: 'sensitive-host-mounts',
    object: 'DaemonSet/node-exporter/node-exporter',
    reason: 'it reads how full every file system of the node is, read-only, from the root down',
  },
];

/** Whether the table allows it. */
export const waived = (
  check: string,
  { kind, namespace, name }: { kind: string; namespace: string; name: string },
): boolean =>
  WAIVERS.some((waiver) => waiver.check === check && waiver.object === `${kind}/${namespace}/${name}`);
