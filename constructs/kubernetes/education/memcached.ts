import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { image } from '#constructs/images.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { exporterSidecar } from '../exporter-sidecar.ts';
import { apart, labels, port, resources, restrictedContainer, restrictedPod, selector } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';

const NAME = 'memcached';
const NAMESPACE = 'education';
/** The user of the image. */
const MEMCACHED_USER = 11211;
const REPLICAS = 2;
const LIMIT_MEBIBYTES = 256;

/** The caches as the app lists them: each by its own name, for the client spreads keys over the list. */
export const memcachedServers: string[] = Array.from(
  { length: REPLICAS },
  (_, ordinal) => `${NAME}-${ordinal}.${NAME}.${NAMESPACE}.svc:${PORTS.memcached}`,
);

/**
 * The arguments of memcached: items get three quarters of the pod's memory, and connections and hash table the rest.
 * @see https://docs.memcached.org/serverguide/configuring/
 */
export const memcachedFlags: string[] = [
  `--port=${PORTS.memcached}`,
  // Answers to forged datagrams have flooded others; TCP only.
  '--udp-port=0',
  `--memory-limit=${(LIMIT_MEBIBYTES * 3) / 4}`,
  '--conn-limit=1024',
  '--threads=2',
];

/**
 * The cache of course lists at a site: two pods with names of their own, and nothing kept. A lost pod costs misses of a
 * few minutes.
 */
export class Memcached extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const metadata = { name: NAME, namespace: NAMESPACE, labels: labels(NAME) };
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        clusterIp: 'None',
        selector: selector(NAME).matchLabels,
        ports: [{ name: NAME, port: PORTS.memcached, targetPort: k8s.IntOrString.fromString(NAME) }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata,
      spec: {
        maxUnavailable: port(1),
        selector: selector(NAME),
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    const probe = { tcpSocket: { port: k8s.IntOrString.fromString(NAME) } };
    new k8s.KubeStatefulSet(this, 'set', {
      metadata,
      spec: {
        serviceName: NAME,
        replicas: REPLICAS,
        podManagementPolicy: 'Parallel',
        selector: selector(NAME),
        template: {
          metadata: { labels: labels(NAME) },
          spec: {
            ...restrictedPod(MEMCACHED_USER),
            serviceAccountName: NAME,
            priorityClassName: priorityClass('app'),
            affinity: apart(NAME),
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: 'kubernetes.io/hostname',
                whenUnsatisfiable: 'DoNotSchedule',
                labelSelector: selector(NAME),
              },
            ],
            terminationGracePeriodSeconds: 10,
            containers: [
              {
                name: NAME,
                image: image('memcached'),
                command: ['memcached', ...memcachedFlags],
                ports: [{ name: NAME, containerPort: PORTS.memcached }],
                resources: resources({ cpu: '100m', memory: `${LIMIT_MEBIBYTES}Mi` }),
                securityContext: restrictedContainer,
                readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 2 },
                livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 3 },
              },
              exporterSidecar({
                name: 'memcached-exporter',
                args: [`--memcached.address=127.0.0.1:${PORTS.memcached}`],
                port: PORTS.memcachedExporter,
              }),
            ],
          },
        },
      },
    });
  }
}
