import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Model, Site } from '#sites/model.ts';
import { labels } from '../pod.ts';
import { fronts, PUBLIC_CERTIFICATE } from './routes.ts';

const apiVersion = 'cert-manager.io/v1';
const ISSUER = 'public';

/** Who signs the public names; the zone's CAA record names the same authority and the same way to prove a name. */
export const ACME = {
  directory: 'https://acme-v02.api.letsencrypt.org/directory',
  authority: 'letsencrypt.org',
  validation: 'dns-01',
} as const;

/**
 * Public certificates by ACME, renewed by cert-manager a month before they end. Names are proved in the zone by signed
 * updates (DNS-01): several sites share the platform's name, so an HTTP challenge would reach the wrong one of them.
 * The account's key and the TSIG key are secrets of the namespace cert-manager, here by name only.
 *
 * @see https://cert-manager.io/docs/configuration/acme/dns01/rfc2136/
 */
export class PublicCertificates extends Construct {
  constructor(scope: Construct, { model, site }: { model: Model; site: Site }) {
    super(scope, 'public-certificates');
    new ApiObject(this, 'issuer', {
      apiVersion,
      kind: 'ClusterIssuer',
      metadata: { name: ISSUER, labels: labels('cert-manager') },
      spec: {
        acme: {
          server: ACME.directory,
          email: model.contact,
          privateKeySecretRef: { name: 'acme-account' },
          solvers: [
            {
              selector: { dnsZones: [model.domain] },
              dns01: {
                rfc2136: {
                  nameserver: `${model.dns?.servers[0]?.name ?? `ns1.${model.domain}`}:53`,
                  protocol: 'TCP',
                  tsigKeyName: `acme-${site.code}`,
                  tsigAlgorithm: 'HMACSHA256',
                  tsigSecretSecretRef: { name: 'acme-tsig', key: 'secret' },
                },
              },
            },
          ],
        },
      },
    });
    for (const { name, namespace, hosts } of fronts({ model, site })) {
      new ApiObject(this, name, {
        apiVersion,
        kind: 'Certificate',
        metadata: { name: PUBLIC_CERTIFICATE, namespace, labels: labels(name) },
        spec: {
          secretName: PUBLIC_CERTIFICATE,
          dnsNames: hosts,
          issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: ISSUER },
          duration: '2160h0m0s',
          renewBefore: '720h0m0s',
          privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
          usages: ['digital signature', 'server auth'],
          revisionHistoryLimit: 1,
        },
      });
    }
  }
}
