import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { identities } from '#constructs/platform/certificates.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { resources } from '../pod.ts';
import { certificateExporterScript } from './certificate-exporter-script.ts';
import { ScriptExporter } from './script-exporter.ts';

const NAME = 'certificate-exporter';
const FOLDER = '/certificates';
/** The user of the app's image. */
const USER = 10001;

/** Namespaces of a site in which certificates of the database's authority lie, with their Secrets. */
export function certificateSecrets({ model, site }: AtSite): Map<string, string[]> {
  const places = identities(model).flatMap(({ places: all }) =>
    all.flatMap((place) => ('secret' in place && place.site === site.code ? [place] : [])),
  );
  return new Map(
    [...new Set(places.map(({ namespace }) => namespace))]
      .filter((namespace) => namespace !== 'cockroachdb' || site.database)
      .sort()
      .map((namespace) => [
        namespace,
        places
          .filter((place) => place.namespace === namespace)
          .map(({ secret }) => secret)
          .sort(),
      ]),
  );
}

export interface CertificateExporterProps {
  /** Of the app's API, which has Node. */
  image: string;
  namespace: string;
  /** The Secrets whose certificates it watches. */
  secrets: readonly string[];
}

/**
 * Tells Prometheus until when the certificates of the database's authority last that lie in a namespace: of clients too, which
 * no probe from outside can see. It mounts certificates and no key.
 */
export class CertificateExporter extends Construct {
  constructor(scope: Construct, id: string, { image, namespace, secrets }: CertificateExporterProps) {
    super(scope, id);
    new ScriptExporter(this, 'exporter', {
      name: NAME,
      namespace,
      image,
      user: USER,
      script: { file: 'main.mjs', text: certificateExporterScript },
      command: (path) => ['/usr/local/bin/node', path, String(PORTS.certificateExporter), FOLDER],
      port: PORTS.certificateExporter,
      resources: resources({ cpu: '10m', memory: '64Mi', memoryLimit: '128Mi' }),
      mounts: secrets.map((name) => ({
        path: `${FOLDER}/${name}`,
        volume: {
          name,
          secret: {
            secretName: name,
            // A missing one is reported, and keeps nobody from starting.
            optional: true,
            defaultMode: 0o444,
            items: certificatesOf(name).map((key) => ({ key, path: key })),
          },
        },
      })),
    });
  }
}

/** CockroachDB names the files of a node in its own way. */
const certificatesOf = (secret: string): string[] => [
  'ca.crt',
  secret === 'cockroachdb-node' ? 'node.crt' : 'tls.crt',
];
