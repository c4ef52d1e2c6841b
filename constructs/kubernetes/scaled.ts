import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Bounds } from '#sites/model.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { SERVICE_PORT } from './ingress/routes.ts';
import { apart, labels, port, selector, serviceFamilies, spread } from './pod.ts';

export interface ScaledProps {
  site: KubernetesSite;
  /** Of the Deployment and of everything beside it. */
  name: string;
  namespace: string;
  /** Which part of the app it is. */
  component: string;
  /** How many pods there are at least and at most. */
  bounds: Bounds;
  /** The container's port that the Service leads to, by its name. */
  targetPort: string;
  /** Pods are replaced when one of these changes. @default none */
  annotations?: Record<string, string>;
  /** How long a pod goes on serving after SIGTERM, until nobody is led to it any more. */
  lingerSeconds: number;
  pod: k8s.PodSpec;
}

/**
 * Pods without state that follow their load: a Deployment of its own account without a token, its Service, an autoscaler on
 * processor and memory, and a budget that lets one pod go at a time, so that a drain ends.
 */
export class Scaled extends Construct {
  constructor(scope: Construct, id: string, props: ScaledProps) {
    super(scope, id);
    const { site, name, namespace, component, bounds, targetPort, annotations, lingerSeconds, pod } = props;
    const metadata = { name, namespace, labels: labels(name, component) };
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        ...serviceFamilies(site),
        selector: selector(name).matchLabels,
        ports: [
          {
            name: 'http',
            port: SERVICE_PORT,
            targetPort: k8s.IntOrString.fromString(targetPort),
            protocol: 'TCP',
          },
        ],
      },
    });
    new LingeringDeployment(this, 'deployment', {
      lingerSeconds,
      metadata,
      spec: {
        // No replicas: they are the autoscaler's, and applying the tree again must not take them back.
        selector: selector(name),
        revisionHistoryLimit: 3,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: port(1), maxUnavailable: port(0) } },
        template: {
          metadata: { labels: labels(name, component), annotations },
          spec: {
            ...pod,
            serviceAccountName: name,
            affinity: apart(name),
            topologySpreadConstraints: spread(name),
            // Names of services have few dots: ask for them as they stand before the search list.
            dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
          },
        },
      },
    });
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: bounds.min,
        maxReplicas: bounds.max,
        metrics: [utilization('cpu', 70), utilization('memory', 80)],
        behavior: {
          // A class begins all at once: grow at once, to the double; shrink slowly, a pod a minute.
          scaleUp: {
            stabilizationWindowSeconds: 0,
            selectPolicy: 'Max',
            policies: [
              { type: 'Percent', value: 100, periodSeconds: 30 },
              { type: 'Pods', value: 2, periodSeconds: 30 },
            ],
          },
          scaleDown: {
            stabilizationWindowSeconds: 300,
            selectPolicy: 'Max',
            policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
          },
        },
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata,
      spec: {
        maxUnavailable: port(1),
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: selector(name),
      },
    });
  }
}

interface LingeringDeploymentProps extends k8s.KubeDeploymentProps {
  lingerSeconds: number;
}
/** A Deployment whose pods pause before SIGTERM: the kubelet's own pause, which needs no program in the image. */
class LingeringDeployment extends k8s.KubeDeployment {
  private readonly lingerSeconds: number;

  constructor(scope: Construct, id: string, { lingerSeconds, ...props }: LingeringDeploymentProps) {
    super(scope, id, props);
    this.lingerSeconds = lingerSeconds;
  }

  // The types at hand are older than this field and would drop it.
  override toJson() {
    const object = super.toJson();
    const preStop = { sleep: { seconds: this.lingerSeconds } };
    object.spec.template.spec.containers[0].lifecycle = { preStop };
    return object;
  }
}

/** In percent of what the pods ask for. */
const utilization = (name: 'cpu' | 'memory', averageUtilization: number): k8s.MetricSpecV2 => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
});

/** Until every Traefik has read that a pod leaves: its endpoint goes at once, and configurations are taken in every 2 s. */
export const UNLISTED_SECONDS = 5;

interface HttpProbeProps {
  periodSeconds: number;
  /** Failures in a row until the answer is believed. */
  failureThreshold: number;
}
export const httpProbe = (path: string, { periodSeconds, failureThreshold }: HttpProbeProps): k8s.Probe => ({
  httpGet: { path, port: k8s.IntOrString.fromString('http') },
  periodSeconds,
  timeoutSeconds: Math.min(periodSeconds, 5),
  failureThreshold,
});
