import { k8s } from 'cdk8s-plus-28';
import { apart, labels, port, quantity, restrictedContainer, restrictedPod, selector } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';

export const NAMESPACE = 'monitoring';
/** `nobody` in the images of the Prometheus project. */
export const NOBODY = 65534;

export const metadata = (name: string): k8s.ObjectMeta => ({
  name,
  namespace: NAMESPACE,
  labels: labels(name),
});

/** The frame of every pod that watches: restricted, spread, below what it watches in priority. */
export function observerPod(
  name: string,
  spec: {
    user?: number;
    token?: boolean;
    containers: k8s.Container[];
    volumes?: k8s.Volume[];
    annotations?: Record<string, string>;
  },
): k8s.PodTemplateSpec {
  return {
    metadata: { labels: labels(name), ...(spec.annotations ? { annotations: spec.annotations } : {}) },
    spec: {
      ...restrictedPod(spec.user ?? NOBODY),
      automountServiceAccountToken: spec.token ?? false,
      serviceAccountName: name,
      priorityClassName: priorityClass('observability'),
      affinity: apart(name),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: selector(name),
        },
      ],
      containers: spec.containers,
      volumes: spec.volumes ?? [],
    },
  };
}

export const container = (
  name: string,
  rest: Omit<k8s.Container, 'name' | 'securityContext'>,
): k8s.Container => ({
  name,
  imagePullPolicy: 'IfNotPresent',
  securityContext: restrictedContainer,
  ...rest,
});

export const httpProbe = (path: string, portName = 'http'): k8s.Probe => ({
  httpGet: { path, port: k8s.IntOrString.fromString(portName) },
});
/** One may be away at a time; a pod that is ill already never holds up a drain. */
export const budget = (name: string): k8s.KubePodDisruptionBudgetProps => ({
  metadata: metadata(name),
  spec: { maxUnavailable: port(1), selector: selector(name), unhealthyPodEvictionPolicy: 'AlwaysAllow' },
});
/** Space on the worker's own disk, which goes with the pod. */
export const scratch = (name: string, size: string): k8s.Volume => ({
  name,
  emptyDir: { sizeLimit: quantity(size) },
});
