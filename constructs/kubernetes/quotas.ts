import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Size } from '#sites/size.ts';
import { labels, quantity } from './pod.ts';
import { type Amount, type Demand, demands, type Nodes } from './workload-demand.ts';

export interface QuotasProps {
  /** Everything that is rendered into the cluster, its namespaces included. */
  objects: readonly unknown[];
  /** How many nodes the cluster has, for what runs once on each. */
  nodes: Nodes;
}

/**
 * What each namespace may ask of the cluster: what is rendered into it, at its largest, and a quarter more for a pod that a
 * person starts to look at something. A mistake in one namespace then starves no other. Where an operator makes the pods
 * nothing rendered says how many, so there only services are counted.
 *
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export class Quotas extends Construct {
  constructor(scope: Construct, id: string, { objects, nodes }: QuotasProps) {
    super(scope, id);
    const all = demands(objects, nodes);
    for (const [namespace, demand] of all) {
      const metadata = { name: 'workloads', namespace, labels: labels('quotas') };
      new k8s.KubeResourceQuota(this, `quota-${namespace}`, { metadata, spec: { hard: hard(demand) } });
      // An operator's pods say what they need, or mean to have no limit: a default would end them half-way.
      if (!demand.operated)
        new k8s.KubeLimitRange(this, `range-${namespace}`, { metadata, spec: { limits: [container] } });
    }
  }
}

const spare = (value: number): number => Math.ceil(value * 1.25);

const memory = ({ memoryBytes }: Amount): k8s.Quantity =>
  quantity(`${spare(Size.bytes(memoryBytes).toMebibytes('ceil'))}Mi`);

function hard(demand: Demand): Record<string, k8s.Quantity> {
  const services = {
    'services.loadbalancers': quantity('0'),
    'services.nodeports': quantity(String(demand.nodePorts)),
  };
  if (demand.operated || demand.pods === 0) return services;
  return {
    ...services,
    pods: quantity(String(spare(demand.pods))),
    'requests.cpu': quantity(`${spare(demand.requests.milliCpus)}m`),
    'requests.memory': memory(demand.requests),
    'limits.memory': memory(demand.limits),
  };
}

/** For a container that says nothing, such as a debugger's: a quota refuses pods without requests. */
const container: k8s.LimitRangeItem = {
  type: 'Container',
  defaultRequest: {
    cpu: quantity('50m'),
    memory: quantity('64Mi'),
    'ephemeral-storage': quantity('64Mi'),
  },
  default: { memory: quantity('256Mi'), 'ephemeral-storage': quantity('256Mi') },
};
