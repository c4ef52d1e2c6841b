/** A named check that one workload may break, or that we decline, and why; ten at most, so that each stays a decision. */
export interface Waiver {
  /** Law or check, as findings name it. */
  check: string;
  /** `kind/namespace/name`, at every site; `*` for what we decide otherwise everywhere. */
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
  ...['node-exporter/node-exporter', 'traefik/traefik'].map((name) => ({
    check: 'pdb-min-available',
    object: `PodDisruptionBudget/${name}`,
    reason:
      'a DaemonSet has no scale, so the API counts its pods by minAvailable only; kube-linter takes it for one pod',
  })),
  {
    check: 'kube-score/container-resources',
    object: '*',
    reason:
      'a processor limit slows a busy pod on an idle worker; requests and memory limits are set everywhere',
  },
  {
    check: 'kube-score/container-image-pull-policy',
    object: '*',
    reason:
      'a pod must start while the registry is away, and a release or a digest means the same image for ever',
  },
  {
    check: 'kube-score/pod-probes-identical',
    object: '*',
    reason:
      'a process without dependencies is ready when it lives; the two probes differ in how soon they give up',
  },
  {
    check: 'kube-score/container-security-context-user-group-id',
    object: '*',
    reason:
      'images of others own their files as the user they choose, which is not root, and pods share no volume',
  },
];

/** Whether the table allows it. */
export const waived = (
  check: string,
  { kind, namespace, name }: { kind: string; namespace: string; name: string },
): boolean =>
  WAIVERS.some(
    (waiver) => waiver.check === check && ['*', `${kind}/${namespace}/${name}`].includes(waiver.object),
  );
