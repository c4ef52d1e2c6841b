import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { labels } from '../pod.ts';
import { type Front, PUBLIC_CERTIFICATE } from './routes.ts';

const apiVersion = 'cert-manager.io/v1';
const ISSUER = 'public';

/** Name of the key by which a site signs updates of the zone. */
export const acmeKey = (code: string): string => `acme-${code}`;

/** Who signs the public names; the zone's CAA record names the same authority and the same way to prove a name. */
export const ACME = {
  directory: 'https://acme-v02.api.letsencrypt.org/directory',
  authority: 'letsencrypt.org',
  validation: 'dns-01',
} as const;

export interface PublicCertificatesProps {
  /** What the site offers; each front has a certificate. */
  fronts: readonly Front[];
  /** The zone that names are proved in. */
  domain: string;
  /** Whom the authority writes to. */
  contact: string;
  /** Name of the key that signs updates of the zone. */
  tsigKey: string;
  /** Which server takes the updates. @default `ns1` of the domain */
  nameServer?: string;
}

/**
 * Public certificates by ACME, renewed by cert-manager a month before they end. Names are proved in the zone by signed
 * updates (DNS-01): several sites share the platform's name, so an HTTP challenge would reach the wrong one of them.
 * The account's key and the TSIG key are secrets of the namespace cert-manager, here by name only.
 *
 * @see https://cert-manager.io/docs/configuration/acme/dns01/rfc2136/
 */
export class PublicCertificates extends Construct {
  constructor(scope: Construct, id: string, props: PublicCertificatesProps) {
    super(scope, id);
    const { fronts, domain, contact, tsigKey } = props;
    const { nameServer = `ns1.${domain}` } = props;
    new ApiObject(this, 'issuer', {
      apiVersion,
      kind: 'ClusterIssuer',
      metadata: { name: ISSUER, labels: labels('cert-manager') },
      spec: {
        acme: {
          server: ACME.directory,
          email: contact,
          privateKeySecretRef: { name: 'acme-account' },
          solvers: [
            {
              selector: { dnsZones: [domain] },
              dns01: {
                rfc2136: {
                  nameserver: `${nameServer}:53`,
                  protocol: 'TCP',
                  tsigKeyName: tsigKey,
                  tsigAlgorithm: 'HMACSHA256',
                  tsigSecretSecretRef: { name: 'acme-tsig', key: 'secret' },
                },
              },
            },
          ],
        },
      },
    });
    for (const { name, namespace, hosts } of fronts) {
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
