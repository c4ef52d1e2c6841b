import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/**
 * Who stays when a worker is full: what holds data, before what lets clients in, before the app, before what watches them.
 * Batch work may wait and never evicts. All stand below the two classes of Kubernetes itself (2 000 000 000 and up).
 */
export const PRIORITIES = {
  data: { value: 1_000_000, why: 'database and object store: losing a pod costs a replica' },
  ingress: { value: 900_000, why: 'without it no request arrives' },
  app: { value: 500_000, why: 'the education app with its pooler and cache' },
  observability: { value: 300_000, why: 'must see a full cluster, must not fill it' },
  batch: { value: 100_000, why: 'migrations and other work that can wait its turn' },
} as const;
export type Priority = keyof typeof PRIORITIES;

/** The name that a pod gives as `priorityClassName`. */
export const priorityClass = (priority: Priority): string => `fredu-${priority}`;

/** The priority classes of a cluster. */
export class PriorityClasses extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const [key, { value, why }] of Object.entries(PRIORITIES)) {
      const name = priorityClass(key as Priority);
      new k8s.KubePriorityClass(this, key, {
        metadata: { name, labels: { 'app.kubernetes.io/part-of': 'fredu' } },
        value,
        description: why,
        preemptionPolicy: key === 'batch' ? 'Never' : 'PreemptLowerPriority',
      });
    }
  }
}
