import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { image } from '#constructs/images.ts';
import { workers } from '#sites/questions.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import {
  checksum,
  labels,
  port,
  resources,
  restrictedContainer,
  restrictedPod,
  selector,
  serviceFamilies,
} from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import type { Front } from './routes.ts';
import { TraefikAccess } from './traefik-access.ts';
import {
  clientLimit,
  DYNAMIC_FOLDER,
  LEAVING,
  routedNamespaces,
  type TraefikDynamicProps,
  traefikDynamic,
  traefikStatic,
} from './traefik-config.ts';

const APP = 'traefik';
const STATIC_FOLDER = '/etc/traefik/static';
const PORT_NAMES = { web: PORTS.traefikWeb, websecure: PORTS.traefikWebsecure, ping: PORTS.traefikPing };

export interface TraefikProps extends TraefikDynamicProps {
  site: KubernetesSite;
  /** What the site offers. */
  fronts: readonly Front[];
}

/**
 * The ingress of a site: Traefik on every worker, behind node ports that keep the sender's address, so that it knows its
 * balancer and, by the PROXY protocol, the client. A worker without a well Traefik answers no check and gets no traffic.
 */
export class Traefik extends Construct {
  constructor(scope: Construct, id: string, props: TraefikProps) {
    super(scope, id);
    const { site, fronts } = props;
    const meta = { name: APP, namespace: 'traefik', labels: labels(APP) };
    const configuration = traefikStatic({ site, fronts });
    const limit = clientLimit(props);
    new TraefikAccess(this, 'traefik-access', { namespaces: routedNamespaces(fronts) });
    new k8s.KubeConfigMap(this, 'configuration', {
      metadata: {
        ...meta,
        annotations: {
          'fredu.fr/requests-per-second': `${limit.total} of one client on one route: ${limit.instances} instances x ${limit.perInstance}, ${limit.burst} at once; machines of ours at the object store: no limit`,
        },
      },
      data: { 'traefik.yaml': configuration, 'dynamic.yaml': traefikDynamic(props) },
    });
    new k8s.KubeService(this, 'service', {
      metadata: meta,
      spec: {
        type: 'NodePort',
        externalTrafficPolicy: 'Local',
        ...serviceFamilies(site),
        selector: selector(APP).matchLabels,
        ports: Object.entries(PORT_NAMES).map(([name, { port: number, nodePort }]) => ({
          name,
          port: number,
          targetPort: k8s.IntOrString.fromString(name),
          nodePort,
          protocol: 'TCP',
        })),
      },
    });
    new k8s.KubeDaemonSet(this, 'daemonset', {
      metadata: meta,
      spec: {
        selector: selector(APP),
        revisionHistoryLimit: 3,
        // The new one takes traffic before the old one leaves.
        updateStrategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: port(1), maxUnavailable: port(0) },
        },
        template: {
          metadata: {
            labels: labels(APP),
            annotations: { 'fredu.fr/configuration': checksum(configuration) },
          },
          spec: podSpec(),
        },
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: meta,
      spec: {
        // A number, not a share: a DaemonSet has no scale for the budget to read. A drain leaves its pods alone.
        minAvailable: port(workers(site).length - 1),
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: selector(APP),
      },
    });
  }
}

function podSpec(): k8s.PodSpec {
  const ping = { path: '/ping', port: k8s.IntOrString.fromString('ping') };
  return {
    ...restrictedPod(65532),
    serviceAccountName: APP,
    automountServiceAccountToken: true,
    priorityClassName: priorityClass('ingress'),
    terminationGracePeriodSeconds: LEAVING.acceptSeconds + LEAVING.finishSeconds + 5,
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'DoesNotExist' }],
            },
          ],
        },
      },
    },
    containers: [
      {
        name: APP,
        image: image('traefik'),
        imagePullPolicy: 'IfNotPresent',
        args: [`--configFile=${STATIC_FOLDER}/traefik.yaml`],
        env: [{ name: 'GOMEMLIMIT', value: '900MiB' }],
        ports: [
          ...Object.entries(PORT_NAMES).map(([name, { port: containerPort }]) => ({
            name,
            containerPort,
            protocol: 'TCP',
          })),
          { name: 'metrics', containerPort: PORTS.traefikMetrics, protocol: 'TCP' },
        ],
        readinessProbe: { httpGet: ping, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 },
        livenessProbe: { httpGet: ping, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        resources: resources({ cpu: '500m', memory: '256Mi', memoryLimit: '1Gi' }),
        securityContext: restrictedContainer,
        volumeMounts: [
          { name: 'static', mountPath: STATIC_FOLDER, readOnly: true },
          { name: 'dynamic', mountPath: DYNAMIC_FOLDER, readOnly: true },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
    ],
    volumes: [
      { name: 'static', configMap: { name: APP, items: [{ key: 'traefik.yaml', path: 'traefik.yaml' }] } },
      { name: 'dynamic', configMap: { name: APP, items: [{ key: 'dynamic.yaml', path: 'dynamic.yaml' }] } },
      { name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } },
    ],
  };
}
