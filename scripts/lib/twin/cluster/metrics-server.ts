import { parse } from 'yaml';
import type { Artefacts } from '#charts/artefacts.ts';
import type { Site } from '#sites/model.ts';
import { METRICS_SERVER_IMAGE } from './images.ts';

/** What Kubespray is told of the add-on, as the inventory has it. */
export interface ClusterVariables {
  metrics_server_replicas: number;
  metrics_server_kubelet_insecure_tls: boolean;
}
/** Kubespray's own, where the inventory says nothing. @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/kubernetes-apps/metrics_server/defaults/main.yml */
const DEFAULTS: ClusterVariables = {
  metrics_server_replicas: 1,
  metrics_server_kubelet_insecure_tls: true,
};

export const clusterVariables = (tree: Artefacts, site: Site): ClusterVariables => ({
  ...DEFAULTS,
  ...(parse(tree.get(`${site.code}/inventory/kubespray/group_vars/k8s_cluster/fredu.yml`) ?? '{}') as object),
});

const NAME = 'metrics-server';
const PORT = 10_250;
const meta = (name: string, namespace?: string) => ({ name, ...(namespace ? { namespace } : {}) });
const account = [{ kind: 'ServiceAccount', name: NAME, namespace: 'kube-system' }];
const role = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
const RBAC = 'rbac.authorization.k8s.io/v1';
const labels = { 'app.kubernetes.io/name': NAME };
const healthy = (path: string) => ({
  httpGet: { path, port: 'https', scheme: 'HTTPS' },
  periodSeconds: 10,
  failureThreshold: 3,
});

/**
 * The objects that Kubespray makes of its variables for metrics-server. Its probes begin after 40 s there, and at once here.
 * @see https://github.com/kubernetes-sigs/kubespray/tree/v2.31.0/roles/kubernetes-apps/metrics_server/templates
 */
export function metricsServer({
  metrics_server_replicas: replicas,
  metrics_server_kubelet_insecure_tls: insecure,
}: ClusterVariables): object[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(NAME, 'kube-system') },
    {
      apiVersion: RBAC,
      kind: 'ClusterRole',
      metadata: meta('system:metrics-server'),
      rules: [
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
      ],
    },
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: meta('system:metrics-server'),
      roleRef: role('ClusterRole', 'system:metrics-server'),
      subjects: account,
    },
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: meta('metrics-server:system:auth-delegator'),
      roleRef: role('ClusterRole', 'system:auth-delegator'),
      subjects: account,
    },
    {
      apiVersion: RBAC,
      kind: 'RoleBinding',
      metadata: meta('metrics-server-auth-reader', 'kube-system'),
      roleRef: role('Role', 'extension-apiserver-authentication-reader'),
      subjects: account,
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...meta(NAME, 'kube-system'), labels },
      spec: { selector: labels, ports: [{ name: 'https', port: 443, targetPort: 'https' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...meta(NAME, 'kube-system'), labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: {
          metadata: { labels },
          spec: {
            priorityClassName: 'system-cluster-critical',
            serviceAccountName: NAME,
            containers: [
              {
                name: NAME,
                image: METRICS_SERVER_IMAGE,
                imagePullPolicy: 'IfNotPresent',
                args: [
                  '--cert-dir=/tmp',
                  `--secure-port=${PORT}`,
                  '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
                  '--kubelet-use-node-status-port',
                  ...(insecure ? ['--kubelet-insecure-tls=true'] : []),
                  '--metric-resolution=15s',
                ],
                ports: [{ name: 'https', containerPort: PORT }],
                volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
                livenessProbe: { ...healthy('/livez'), initialDelaySeconds: 40 },
                readinessProbe: healthy('/readyz'),
                securityContext: {
                  readOnlyRootFilesystem: true,
                  runAsNonRoot: true,
                  runAsUser: 1000,
                  allowPrivilegeEscalation: false,
                  seccompProfile: { type: 'RuntimeDefault' },
                  capabilities: { drop: ['ALL'] },
                },
                resources: {
                  limits: { cpu: '100m', memory: '200Mi' },
                  requests: { cpu: '100m', memory: '200Mi' },
                },
              },
            ],
            volumes: [{ name: 'tmp', emptyDir: {} }],
            tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
            affinity: {
              podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                  {
                    weight: 100,
                    podAffinityTerm: {
                      labelSelector: { matchLabels: labels },
                      topologyKey: 'kubernetes.io/hostname',
                    },
                  },
                ],
              },
            },
          },
        },
      },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: meta('v1beta1.metrics.k8s.io'),
      spec: {
        service: { name: NAME, namespace: 'kube-system' },
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        insecureSkipTLSVerify: insecure,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  ];
}
