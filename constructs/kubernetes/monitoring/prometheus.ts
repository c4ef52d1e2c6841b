import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { image } from '#constructs/images.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { claimTemplate, LocalVolumes } from '../local-volumes.ts';
import { checksum, labels, quantity, resources, selector, serviceFamilies } from '../pod.ts';
import { probeConfig, prometheusConfig, ruleFiles, webConfig } from './config.ts';
import { HISTORY_SIZE, historyFolder, historyHosts, PROMETHEUS_REPLICAS, RETENTION } from './history.ts';
import { budget, container, metadata, NAMESPACE, observerPod } from './pods.ts';
import { OBSERVER_CERTIFICATE, watchedNamespaces } from './scrape.ts';

const APP = 'prometheus';
/** The secret with the certificate that observers show each other. */
export const OBSERVER_SECRET = 'prometheus-observer';
/**
 * The observer of a site: two replicas that scrape and judge the same, each with its history on a disk of its own
 * worker, which outlives its pods. It answers
 * only to certificates of the platform, in the cluster and, through a node port, to the observers of other sites.
 */
export class Prometheus extends Construct {
  constructor(scope: Construct, id: string, { model, site }: AtSite<KubernetesSite>) {
    super(scope, id);
    const configuration = {
      'prometheus.yaml': prometheusConfig({ model, site }),
      'web.yaml': webConfig(),
      'probe.yaml': probeConfig(),
    };
    const rules = ruleFiles({ model, site });
    this.access(site);
    new k8s.KubeConfigMap(this, 'configuration', { metadata: metadata(APP), data: configuration });
    new k8s.KubeConfigMap(this, 'rules', { metadata: metadata(`${APP}-rules`), data: rules });
    new k8s.KubeService(this, 'service', {
      metadata: metadata(APP),
      spec: {
        clusterIp: 'None',
        ...serviceFamilies(site),
        selector: selector(APP).matchLabels,
        ports: [
          { name: 'http', port: PORTS.prometheus.port, targetPort: k8s.IntOrString.fromString('http') },
        ],
      },
    });
    new k8s.KubeService(this, 'observers', {
      metadata: metadata(`${APP}-observers`),
      spec: {
        type: 'NodePort',
        externalTrafficPolicy: 'Local', // the firewall of each worker sees who asks; workers without a replica refuse
        ...serviceFamilies(site),
        selector: selector(APP).matchLabels,
        ports: [
          {
            name: 'http',
            port: PORTS.prometheus.port,
            targetPort: k8s.IntOrString.fromString('http'),
            nodePort: PORTS.prometheus.nodePort,
          },
        ],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', budget(APP));
    new LocalVolumes(this, 'local-volumes', {
      app: APP,
      namespace: NAMESPACE,
      hosts: historyHosts(site),
      size: quantity(HISTORY_SIZE),
      local: (ordinal) => ({ path: historyFolder(ordinal) }),
    });
    new k8s.KubeStatefulSet(this, 'set', {
      metadata: metadata(APP),
      spec: {
        serviceName: APP,
        replicas: PROMETHEUS_REPLICAS,
        podManagementPolicy: 'Parallel',
        selector: selector(APP),
        template: this.pod(checksum(JSON.stringify([configuration, rules]))),
        volumeClaimTemplates: [claimTemplate(APP)],
      },
    });
  }

  private pod(hash: string): k8s.PodTemplateSpec {
    const healthy = (what: string): k8s.Probe => ({
      exec: {
        command: [
          'promtool',
          'check',
          what,
          '--http.config.file=/etc/prometheus/probe.yaml',
          `--url=https://localhost:${PORTS.prometheus.port}`,
        ],
      },
      timeoutSeconds: 5,
    });
    return observerPod(APP, {
      token: true,
      annotations: { 'fredu.fr/configuration': hash },
      containers: [
        container(APP, {
          image: image('prometheus'),
          args: [
            '--config.file=/etc/prometheus/prometheus.yaml',
            '--web.config.file=/etc/prometheus/web.yaml',
            `--web.listen-address=:${PORTS.prometheus.port}`,
            '--storage.tsdb.path=/prometheus',
            `--storage.tsdb.retention.time=${RETENTION.time}`,
            `--storage.tsdb.retention.size=${RETENTION.size}`,
            '--storage.tsdb.wal-compression',
          ],
          env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          ports: [{ name: 'http', containerPort: PORTS.prometheus.port }],
          startupProbe: { ...healthy('ready'), periodSeconds: 10, failureThreshold: 60 }, // reads its log after a crash
          readinessProbe: { ...healthy('ready'), periodSeconds: 10, failureThreshold: 3 },
          livenessProbe: { ...healthy('healthy'), periodSeconds: 30, failureThreshold: 4 },
          resources: resources({ cpu: '500m', memory: '2Gi', memoryLimit: '4Gi' }),
          volumeMounts: [
            { name: 'configuration', mountPath: '/etc/prometheus', readOnly: true },
            { name: 'rules', mountPath: '/etc/prometheus-rules', readOnly: true },
            { name: 'data', mountPath: '/prometheus' },
          ],
        }),
      ],
      volumes: [
        {
          name: 'configuration',
          projected: {
            sources: [
              { configMap: { name: APP } },
              {
                secret: {
                  name: OBSERVER_SECRET,
                  items: ['ca.crt', 'tls.crt', 'tls.key'].map((key) => ({
                    key,
                    path: `${OBSERVER_CERTIFICATE.split('/').at(-1)}/${key}`,
                  })),
                },
              },
              { secret: { name: OBSERVER_SECRET, items: [{ key: 'ca.crt', path: 'database-ca/ca.crt' }] } },
            ],
          },
        },
        { name: 'rules', configMap: { name: `${APP}-rules` } },
      ],
    });
  }

  /** It lists pods where it watches them, and reads the metrics of the API server and of kubelets. */
  private access(site: KubernetesSite): void {
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: metadata(APP),
      automountServiceAccountToken: false,
    });
    const subjects = [{ kind: 'ServiceAccount', name: APP, namespace: 'monitoring' }];
    const meta = { name: APP, labels: labels(APP) };
    new k8s.KubeClusterRole(this, 'cluster-role', {
      metadata: meta,
      rules: [
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
        { nonResourceUrLs: ['/metrics'], verbs: ['get'] },
      ],
    });
    new k8s.KubeClusterRoleBinding(this, 'cluster-binding', {
      metadata: meta,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: APP },
      subjects,
    });
    for (const namespace of watchedNamespaces(site)) {
      const inside = { ...meta, namespace };
      new k8s.KubeRole(this, `role-${namespace}`, {
        metadata: inside,
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }],
      });
      new k8s.KubeRoleBinding(this, `binding-${namespace}`, {
        metadata: inside,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: APP },
        subjects,
      });
    }
  }
}
