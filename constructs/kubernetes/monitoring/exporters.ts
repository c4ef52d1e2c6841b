import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { image } from '#constructs/images.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { checksum, labels, port, resources, restrictedContainer, selector, serviceFamilies } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import { blackboxConfig } from './config.ts';
import { budget, container, httpProbe, metadata, NOBODY, observerPod } from './pods.ts';
import { OBSERVER_SECRET } from './prometheus.ts';

/** The namespace of what must see the host itself. */
export const HOST_NAMESPACE = 'node-exporter';
export const HOST_NAMESPACE_BECAUSE =
  'node-exporter reads the processes, network and file systems of its host, which no restricted pod may see';

/** Measures each node of the cluster: processor, memory, disks, network, clock. Hosts without Kubernetes run Debian's. */
export class NodeExporter extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const name = 'node-exporter';
    const meta = { name, namespace: HOST_NAMESPACE, labels: labels(name) };
    new k8s.KubeServiceAccount(this, 'account', { metadata: meta, automountServiceAccountToken: false });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: meta,
      spec: { minAvailable: port(1), selector: selector(name), unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    });
    new k8s.KubeDaemonSet(this, 'set', {
      metadata: meta,
      spec: {
        selector: selector(name),
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: port(1) } },
        template: {
          metadata: { labels: labels(name) },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            serviceAccountName: name,
            hostNetwork: true,
            hostPid: true,
            priorityClassName: priorityClass('observability'),
            tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }], // the control plane as well
            securityContext: {
              runAsNonRoot: true,
              runAsUser: NOBODY,
              runAsGroup: NOBODY,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name,
                image: image('node-exporter'),
                imagePullPolicy: 'IfNotPresent',
                args: [
                  `--web.listen-address=:${PORTS.nodeExporter}`,
                  '--path.rootfs=/host',
                  '--collector.textfile.directory=/host/var/lib/prometheus/node-exporter',
                  '--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|var/lib/(containerd|kubelet))($|/)',
                  '--collector.netdev.device-exclude=^(cali|lo$).*',
                ],
                ports: [{ name: 'metrics', containerPort: PORTS.nodeExporter, hostPort: PORTS.nodeExporter }],
                readinessProbe: { ...httpProbe('/', 'metrics'), periodSeconds: 10 },
                livenessProbe: { ...httpProbe('/', 'metrics'), periodSeconds: 30, failureThreshold: 4 },
                resources: resources({ cpu: '50m', memory: '64Mi', memoryLimit: '128Mi' }),
                securityContext: restrictedContainer,
                volumeMounts: [
                  { name: 'root', mountPath: '/host', readOnly: true, mountPropagation: 'HostToContainer' },
                ],
              },
            ],
            volumes: [{ name: 'root', hostPath: { path: '/' } }],
          },
        },
      },
    });
  }
}

/** Kinds that an alert or a dashboard reads; nothing else is watched. */
const KINDS = [
  'daemonsets',
  'deployments',
  'horizontalpodautoscalers',
  'jobs',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'poddisruptionbudgets',
  'pods',
  'replicasets',
  'resourcequotas',
  'statefulsets',
];

/** What Kubernetes wants and what it has, as series. */
export class KubeStateMetrics extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const name = 'kube-state-metrics';
    const watch = (apiGroup: string, resources: string[]) => ({
      apiGroups: [apiGroup],
      resources,
      verbs: ['list', 'watch'],
    });
    const clusterMeta = { name, labels: labels(name) };
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: metadata(name),
      automountServiceAccountToken: false,
    });
    new k8s.KubeClusterRole(this, 'role', {
      metadata: clusterMeta,
      rules: [
        watch('', ['namespaces', 'nodes', 'persistentvolumeclaims', 'pods', 'resourcequotas']),
        watch('apps', ['daemonsets', 'deployments', 'replicasets', 'statefulsets']),
        watch('autoscaling', ['horizontalpodautoscalers']),
        watch('batch', ['jobs']),
        watch('policy', ['poddisruptionbudgets']),
      ],
    });
    new k8s.KubeClusterRoleBinding(this, 'binding', {
      metadata: clusterMeta,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'monitoring' }],
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', budget(name));
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: metadata(name),
      spec: {
        replicas: 1, // two would count everything twice; a gap of a minute hurts nobody
        strategy: { type: 'Recreate' },
        selector: selector(name),
        template: observerPod(name, {
          token: true,
          containers: [
            container(name, {
              image: image('kube-state-metrics'),
              args: [
                `--port=${PORTS.kubeStateMetrics}`,
                '--telemetry-port=8081',
                `--resources=${KINDS.join(',')}`,
              ],
              ports: [
                { name: 'metrics', containerPort: PORTS.kubeStateMetrics },
                { name: 'telemetry', containerPort: 8081 },
              ],
              readinessProbe: { ...httpProbe('/readyz', 'telemetry'), periodSeconds: 10 },
              livenessProbe: { ...httpProbe('/livez', 'metrics'), periodSeconds: 20, failureThreshold: 4 },
              resources: resources({ cpu: '50m', memory: '128Mi', memoryLimit: '256Mi' }),
            }),
          ],
        }),
      },
    });
  }
}

export interface BlackboxExporterProps {
  site: KubernetesSite;
  /** Asked of every name server. */
  domain: string;
}

/** Looks at the platform as its clients do. */
export class BlackboxExporter extends Construct {
  constructor(scope: Construct, id: string, { site, domain }: BlackboxExporterProps) {
    super(scope, id);
    const name = 'blackbox-exporter';
    const configuration = blackboxConfig(domain);
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: metadata(name),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'configuration', {
      metadata: metadata(name),
      data: { 'blackbox.yaml': configuration },
    });
    new k8s.KubeService(this, 'service', {
      metadata: metadata(name),
      spec: {
        ...serviceFamilies(site),
        selector: selector(name).matchLabels,
        ports: [{ name: 'http', port: PORTS.blackbox, targetPort: k8s.IntOrString.fromString('http') }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', budget(name));
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: metadata(name),
      spec: {
        replicas: 2,
        selector: selector(name),
        template: observerPod(name, {
          annotations: { 'fredu.fr/configuration': checksum(configuration) },
          containers: [
            container(name, {
              image: image('blackbox-exporter'),
              args: ['--config.file=/etc/blackbox/blackbox.yaml', `--web.listen-address=:${PORTS.blackbox}`],
              ports: [{ name: 'http', containerPort: PORTS.blackbox }],
              readinessProbe: { ...httpProbe('/-/healthy'), periodSeconds: 5 },
              livenessProbe: { ...httpProbe('/-/healthy'), periodSeconds: 20, failureThreshold: 4 },
              resources: resources({ cpu: '50m', memory: '64Mi', memoryLimit: '128Mi' }),
              volumeMounts: [
                { name: 'configuration', mountPath: '/etc/blackbox', readOnly: true },
                { name: 'database-ca', mountPath: '/etc/prometheus/database-ca', readOnly: true },
              ],
            }),
          ],
          volumes: [
            { name: 'configuration', configMap: { name } },
            {
              name: 'database-ca',
              secret: { secretName: OBSERVER_SECRET, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
            },
          ],
        }),
      },
    });
  }
}
