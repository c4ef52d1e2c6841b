import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { labels } from '../pod.ts';

const GATEWAY_GROUP = 'gateway.networking.k8s.io';
/** It keeps copies of what it watches and gets nothing one by one. */
const watch = ['list', 'watch'];
/** Kinds whose status it writes. */
const ANSWERED = ['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'backendtlspolicies'];
const rule = (apiGroup: string, resources: string[], verbs = watch): k8s.PolicyRule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
});

export interface TraefikAccessProps {
  /** Those that have routes. */
  namespaces: readonly string[];
}

/**
 * What Traefik may ask the Kubernetes API: classes, nodes and namespaces of the cluster, and in the namespaces that have
 * routes their services, endpoints and secrets. Both of its Kubernetes providers list *all* secrets of a namespace that
 * they watch, so these roles exist nowhere else. A provider starts only when it may watch every kind that it knows, those
 * that we do not use (TLSRoute) included: the law `permissions` holds the list of its release against these roles.
 *
 * @see https://doc.traefik.io/traefik/v3.7/reference/install-configuration/providers/kubernetes/kubernetes-ingress/
 * @see https://doc.traefik.io/traefik/v3.7/reference/install-configuration/providers/kubernetes/kubernetes-gateway/
 */
export class TraefikAccess extends Construct {
  constructor(scope: Construct, id: string, { namespaces }: TraefikAccessProps) {
    super(scope, id);
    const name = 'traefik';
    const subjects = [{ kind: 'ServiceAccount', name, namespace: 'traefik' }];
    const meta = (namespace?: string) => ({ name, namespace, labels: labels('traefik') });
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: meta('traefik'),
      automountServiceAccountToken: false, // the pod says true: the one pod of the platform's front that watches the API
    });
    new k8s.KubeClusterRole(this, 'cluster-role', {
      metadata: meta(),
      rules: [
        rule('', ['namespaces', 'nodes']),
        rule('networking.k8s.io', ['ingressclasses']),
        rule(GATEWAY_GROUP, ['gatewayclasses']),
        rule(GATEWAY_GROUP, ['gatewayclasses/status'], ['update']),
      ],
    });
    new k8s.KubeClusterRoleBinding(this, 'cluster-binding', {
      metadata: meta(),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects,
    });
    for (const namespace of new Set(['traefik', ...namespaces])) {
      new k8s.KubeRole(this, `role-${namespace}`, {
        metadata: meta(namespace),
        rules: [
          rule('', ['services', 'secrets', 'configmaps']),
          rule('discovery.k8s.io', ['endpointslices']),
          ...(namespaces.includes(namespace) ? [rule('networking.k8s.io', ['ingresses'])] : []),
          rule(GATEWAY_GROUP, [...ANSWERED, 'referencegrants']),
          rule(
            GATEWAY_GROUP,
            ANSWERED.map((kind) => `${kind}/status`),
            ['update'],
          ),
        ],
      });
      new k8s.KubeRoleBinding(this, `binding-${namespace}`, {
        metadata: meta(namespace),
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects,
      });
    }
  }
}
