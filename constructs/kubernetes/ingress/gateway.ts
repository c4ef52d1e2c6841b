import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { labels } from '../pod.ts';
import { TRAEFIK_CLASS } from './ingress.ts';
import { type Front, PUBLIC_CERTIFICATE } from './routes.ts';

const apiVersion = 'gateway.networking.k8s.io/v1';
const GATEWAY = { name: 'public', namespace: 'traefik' };

export interface GatewayProps {
  /** What the site offers. */
  fronts: readonly Front[];
}

/**
 * The routes of a site as Gateway API objects of the standard channel: one listener a public name, one HTTPRoute a front.
 * A front's certificate stays in the front's namespace, which grants it to the Gateway. They say the same as the Ingresses.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/
 */
export class Gateway extends Construct {
  constructor(scope: Construct, id: string, { fronts }: GatewayProps) {
    super(scope, id);
    new ApiObject(this, 'class', {
      apiVersion,
      kind: 'GatewayClass',
      metadata: { name: TRAEFIK_CLASS, labels: labels('traefik') },
      spec: { controllerName: 'traefik.io/gateway-controller' },
    });
    new ApiObject(this, 'gateway', {
      apiVersion,
      kind: 'Gateway',
      metadata: { ...GATEWAY, labels: labels('traefik') },
      spec: { gatewayClassName: TRAEFIK_CLASS, listeners: fronts.flatMap(listeners) },
    });
    for (const front of fronts) {
      this.route(front);
      this.grant(front);
    }
  }

  private route({ name, namespace, hosts, backends }: Front) {
    new ApiObject(this, `route-${name}`, {
      apiVersion,
      kind: 'HTTPRoute',
      metadata: { name, namespace, labels: labels(name) },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...GATEWAY }],
        hostnames: hosts,
        rules: backends.map(({ path, service, port }) => ({
          matches: [{ path: { type: 'PathPrefix', value: path } }],
          backendRefs: [{ group: '', kind: 'Service', name: service, port, weight: 1 }],
        })),
      },
    });
  }

  private grant({ name, namespace }: Front) {
    new ApiObject(this, `grant-${name}`, {
      apiVersion,
      kind: 'ReferenceGrant',
      metadata: { name: `certificate-${name}`, namespace, labels: labels(name) },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: GATEWAY.namespace }],
        to: [{ group: '', kind: 'Secret', name: PUBLIC_CERTIFICATE }],
      },
    });
  }
}

/** Traefik finds the entry point of a listener by its port, which is the one in the pod and not the public 443. */
const listeners = ({ namespace, hosts, entryPoint }: Front) =>
  hosts.map((hostname) => ({
    name: hostname.replaceAll('.', '-'),
    hostname,
    port: entryPoint.port,
    protocol: 'HTTPS',
    tls: {
      mode: 'Terminate',
      certificateRefs: [{ group: '', kind: 'Secret', name: PUBLIC_CERTIFICATE, namespace }],
    },
    allowedRoutes: {
      kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
      namespaces: {
        from: 'Selector',
        selector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      },
    },
  }));
