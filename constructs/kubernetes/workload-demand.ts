import { Size } from '#sites/size.ts';

/** Processors and memory, in the units that add up. */
export interface Amount {
  milliCpus: number;
  memoryBytes: number;
}
/** What the workloads of one namespace ask for when all of them are at their largest. */
export interface Demand {
  pods: number;
  requests: Amount;
  limits: Amount;
  nodePorts: number;
  /** An operator makes pods here that no rendered object counts. */
  operated: boolean;
}

/** How many nodes a cluster has. */
export interface Nodes {
  workers: number;
  controlPlane: number;
}

interface Rendered {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec?: Record<string, never>;
}

/** Kinds from which an operator makes pods. */
const OPERATED = new Set(['CephCluster', 'CephObjectStore']);

/** Which apps a tree runs: those of its workloads, and in a namespace where an operator makes pods whatever it is asked. */
export function running(rendered: readonly unknown[]): (namespace: string, app: string) => boolean {
  const objects = rendered as Rendered[];
  const operated = new Set(
    objects.filter(({ kind }) => OPERATED.has(kind)).map(({ metadata }) => metadata.namespace),
  );
  const apps = new Set(
    objects
      .filter(({ kind }) => MAKERS.has(kind))
      .map((object) => `${object.metadata.namespace}/${appOf(object)}`),
  );
  return (namespace, app) => operated.has(namespace) || apps.has(`${namespace}/${app}`);
}
const MAKERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

/** By namespace, every namespace of the tree. A pod that a rollout adds is counted; so is each node's pod of a DaemonSet. */
export function demands(rendered: readonly unknown[], nodes: Nodes): Map<string, Demand> {
  const objects = rendered as Rendered[];
  const result = new Map<string, Demand>();
  for (const { kind, metadata } of objects) if (kind === 'Namespace') result.set(metadata.name, nothing());
  for (const object of objects) {
    const demand = result.get(object.metadata.namespace ?? '');
    if (!demand) continue;
    if (OPERATED.has(object.kind)) demand.operated = true;
    if (object.kind === 'Service') demand.nodePorts += nodePorts(object);
    const pods = podsOf(object, objects, nodes);
    if (pods === 0) continue;
    const { requests, limits } = podAmounts(podTemplate(object)!);
    demand.pods += pods;
    add(demand.requests, requests, pods);
    add(demand.limits, limits, pods);
  }
  return result;
}

const nothing = (): Demand => ({
  pods: 0,
  requests: { milliCpus: 0, memoryBytes: 0 },
  limits: { milliCpus: 0, memoryBytes: 0 },
  nodePorts: 0,
  operated: false,
});
function add(sum: Amount, each: Amount, times: number): void {
  sum.milliCpus += each.milliCpus * times;
  sum.memoryBytes += each.memoryBytes * times;
}

// biome-ignore lint/suspicious/noExplicitAny: rendered objects are plain data of many kinds
type Data = any;

const nodePorts = ({ spec }: Rendered): number =>
  ((spec as Data)?.ports ?? []).filter((port: Data) => port.nodePort).length;

/** Most pods that exist at once. */
function podsOf(object: Rendered, objects: Rendered[], nodes: Nodes): number {
  const spec = object.spec as Data;
  switch (object.kind) {
    case 'Deployment': {
      const scaler = objects.find(
        (each) =>
          each.kind === 'HorizontalPodAutoscaler' &&
          each.metadata.namespace === object.metadata.namespace &&
          (each.spec as Data).scaleTargetRef.name === object.metadata.name,
      );
      const most = (scaler?.spec as Data)?.maxReplicas ?? spec.replicas ?? 1;
      return most + count(spec.strategy?.rollingUpdate?.maxSurge ?? 1, most);
    }
    case 'StatefulSet':
      return spec.replicas ?? 1;
    case 'DaemonSet': {
      const there = tolerated(spec.template.spec) ? nodes.workers + nodes.controlPlane : nodes.workers;
      return there + count(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, there);
    }
    case 'Job':
      return spec.parallelism ?? 1;
    case 'CronJob':
      return spec.jobTemplate.spec.parallelism ?? 1;
    default:
      return 0;
  }
}
/** Whether its pods also stand on the control plane, which is tainted. */
const tolerated = ({ tolerations = [] }: Data): boolean =>
  tolerations.some(
    ({ key, operator }: Data) =>
      (key === undefined && operator === 'Exists') || key === 'node-role.kubernetes.io/control-plane',
  );

/** A number, or a share of the pods rounded up, as rollouts read it. */
const count = (value: number | string, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * of);

const template = ({ kind, spec }: Rendered): Data =>
  (kind === 'CronJob' ? (spec as Data).jobTemplate.spec : (spec as Data)).template;
const podTemplate = (object: Rendered): Data => template(object).spec;
const appOf = (object: Rendered): string => template(object).metadata?.labels?.['app.kubernetes.io/name'];

type Container = Pick<Demand, 'requests' | 'limits'>;
type Reader = (quantity: string | number | undefined) => number;
/** A pod asks for all its containers together, or for its hungriest start-up container where that is more. */
function podAmounts(pod: Data): Container {
  const total = (side: keyof Container, name: 'cpu' | 'memory', read: Reader): number => {
    const of = (containers: Data[]): number[] =>
      containers.map((container) => read(container.resources?.[side]?.[name]));
    const sidecars = (pod.initContainers ?? []).filter((each: Data) => each.restartPolicy === 'Always');
    const starters = (pod.initContainers ?? []).filter((each: Data) => each.restartPolicy !== 'Always');
    const running = of([...pod.containers, ...sidecars]).reduce((sum, each) => sum + each, 0);
    return Math.max(running, ...of(starters));
  };
  const amount = (side: keyof Container): Amount => ({
    milliCpus: Math.ceil(total(side, 'cpu', milliCpus)),
    memoryBytes: total(side, 'memory', memoryBytes),
  });
  return { requests: amount('requests'), limits: amount('limits') };
}

/** Processors as Kubernetes writes them, `500m` or `1.5`; 0 where nothing is written. */
export const milliCpus: Reader = (quantity = 0) =>
  typeof quantity === 'string' && quantity.endsWith('m')
    ? Number(quantity.slice(0, -1))
    : Number(quantity) * 1000;
/** Memory as Kubernetes writes it; 0 where nothing is written. */
export const memoryBytes: Reader = (quantity = 0) => Size.parse(String(quantity)).bytes;
