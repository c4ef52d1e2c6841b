import type { KubernetesObject } from '#charts/kubernetes.ts';

// biome-ignore lint/suspicious/noExplicitAny: a rendered object is plain data
type Data = any;

interface StandIn {
  name: string;
  namespace: string;
  resources: object;
  priority: string;
  /** So many pods, or one on every worker. */
  pods: number | 'every worker';
}

/**
 * Pods that ask for the room that others take beside the tree: those that Rook makes of its objects, with what the objects say
 * they need, and those that Kubespray starts. Neither runs in the lab, and without them there would be room that is not.
 *
 * @see https://github.com/kubernetes-sigs/kubespray/tree/v2.31.0/roles/kubernetes-apps (defaults of each part)
 */
export function standIns(objects: KubernetesObject[]): object[] {
  const spec = (kind: string): Data[] =>
    objects.filter((each) => each.kind === kind).map((each) => each.spec);
  const ceph = spec('CephCluster').flatMap(({ resources, mon, mgr, priorityClassNames }) => {
    const daemon = (name: string, pods: StandIn['pods']): StandIn => ({
      name: `ceph-${name}`,
      namespace: 'rook-ceph',
      resources: resources[name],
      priority: priorityClassNames.all,
      pods,
    });
    return [
      ...['osd', 'exporter', 'crashcollector'].map((name) => daemon(name, 'every worker')),
      // Each on a worker of its own, as many as there are.
      daemon('mon', mon.count === 3 ? 'every worker' : mon.count),
      daemon('mgr', mgr.count),
    ];
  });
  const gateways = objects
    .filter(({ kind }) => kind === 'CephObjectStore')
    .map(
      ({ metadata, spec: store }: Data): StandIn => ({
        name: `rgw-${metadata.name}`,
        namespace: 'rook-ceph',
        resources: store.gateway.resources,
        priority: store.gateway.priorityClassName,
        pods: store.gateway.instances,
      }),
    );
  const kubespray = (
    [
      ['calico-node', 'every worker', '150m', '64M'],
      ['nodelocaldns', 'every worker', '100m', '70Mi'],
      ['coredns', 2, '100m', '70Mi'],
      ['metrics-server', 2, '100m', '200Mi'],
    ] as const
  ).map(
    ([name, pods, cpu, memory]): StandIn => ({
      name,
      namespace: 'kube-system',
      resources: { requests: { cpu, memory } },
      priority: 'system-cluster-critical',
      pods,
    }),
  );
  return [...ceph, ...gateways, ...kubespray].map(workload);
}

function workload({ name, namespace, resources, priority, pods }: StandIn): object {
  const labels = { 'stand-in': name };
  const every = pods === 'every worker';
  return {
    apiVersion: 'apps/v1',
    kind: every ? 'DaemonSet' : 'Deployment',
    metadata: { name: `stand-in-${name}`, namespace },
    spec: {
      ...(every ? {} : { replicas: pods }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { priorityClassName: priority, containers: [{ name, image: 'stand-in', resources }] },
      },
    },
  };
}
