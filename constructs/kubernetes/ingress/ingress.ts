import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { labels } from '../pod.ts';
import { type Front, PUBLIC_CERTIFICATE, PUBLIC_ENTRY } from './routes.ts';

/** The class that names Traefik as the one who serves an Ingress or a Gateway. */
export const TRAEFIK_CLASS = 'traefik';

export interface IngressesProps {
  /** What the site offers. */
  fronts: readonly Front[];
}

/**
 * The routes of a site as Ingress objects. What is particular to Traefik stands on its entry points, and the one annotation
 * says which of them is meant where it is not the public one; so any other controller could serve them. They say the same as
 * the Gateway's routes, whose listeners name an entry point by its port.
 */
export class Ingresses extends Construct {
  constructor(scope: Construct, id: string, { fronts }: IngressesProps) {
    super(scope, id);
    new k8s.KubeIngressClass(this, 'class', {
      metadata: { name: TRAEFIK_CLASS, labels: labels('traefik') },
      spec: { controller: 'traefik.io/ingress-controller' },
    });
    for (const { name, namespace, hosts, backends, entryPoint } of fronts) {
      const paths = backends.map(({ path, service, port }) => ({
        path,
        pathType: 'Prefix',
        backend: { service: { name: service, port: { number: port } } },
      }));
      new k8s.KubeIngress(this, name, {
        metadata: {
          name,
          namespace,
          labels: labels(name),
          ...(entryPoint === PUBLIC_ENTRY
            ? {}
            : { annotations: { 'traefik.ingress.kubernetes.io/router.entrypoints': entryPoint.name } }),
        },
        spec: {
          ingressClassName: TRAEFIK_CLASS,
          tls: [{ hosts, secretName: PUBLIC_CERTIFICATE }],
          rules: hosts.map((host) => ({ host, http: { paths } })),
        },
      });
    }
  }
}
