import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { PORTS } from '../sites/flows.ts';
import type { Model, Site } from '../sites/model.ts';
import { certificateExporterScript } from './certificate-exporter-script.ts';
import { identities } from './certificates.ts';
import { appImage } from './images.ts';
import { checksum, labels, port, resources, restrictedContainer, restrictedPod, selector } from './pod.ts';
import { priorityClass } from './priority-classes.ts';

const NAME = 'certificate-exporter';
const FOLDER = '/certificates';
/** The user of the app's image. */
const USER = 10001;

/** Namespaces of a site in which certificates of the database's authority lie, with their Secrets. */
export function certificateSecrets(model: Model, site: Site): Map<string, string[]> {
  const places = identities({ model }).flatMap(({ places: all }) =>
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

/**
 * Tells Prometheus until when the certificates of the database's authority last that lie in a namespace: of clients too, which
 * no probe from outside can see. It mounts certificates and no key.
 */
export class CertificateExporter extends Construct {
  constructor(
    scope: Construct,
    { model, namespace, secrets }: { model: Model; namespace: string; secrets: string[] },
  ) {
    super(scope, `${NAME}-${namespace}`);
    const metadata = { name: NAME, namespace, labels: labels(NAME) };
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeConfigMap(this, 'script', { metadata, data: { 'main.mjs': certificateExporterScript } });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata,
      spec: {
        maxUnavailable: port(1),
        selector: selector(NAME),
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    const page = { httpGet: { path: '/metrics', port: k8s.IntOrString.fromString('metrics') } };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        replicas: 1, // a gap of a minute hurts nobody
        strategy: { type: 'Recreate' },
        selector: selector(NAME),
        template: {
          metadata: {
            labels: labels(NAME),
            annotations: { 'fredu.fr/configuration': checksum(certificateExporterScript) },
          },
          spec: {
            ...restrictedPod(USER),
            serviceAccountName: NAME,
            priorityClassName: priorityClass('observability'),
            containers: [
              {
                name: NAME,
                image: appImage('education-api', model),
                imagePullPolicy: 'IfNotPresent',
                command: [
                  '/usr/local/bin/node',
                  '/etc/certificate-exporter/main.mjs',
                  String(PORTS.certificateExporter),
                  FOLDER,
                ],
                ports: [{ name: 'metrics', containerPort: PORTS.certificateExporter }],
                readinessProbe: { ...page, periodSeconds: 10 },
                livenessProbe: { ...page, periodSeconds: 30, failureThreshold: 4 },
                resources: resources({ cpu: '10m', memory: '64Mi', memoryLimit: '128Mi' }),
                securityContext: restrictedContainer,
                volumeMounts: [
                  { name: 'script', mountPath: '/etc/certificate-exporter', readOnly: true },
                  ...secrets.map((secret) => ({
                    name: secret,
                    mountPath: `${FOLDER}/${secret}`,
                    readOnly: true,
                  })),
                ],
              },
            ],
            volumes: [
              { name: 'script', configMap: { name: NAME } },
              ...secrets.map((secret) => ({
                name: secret,
                secret: {
                  secretName: secret,
                  // One that is not there is told of, and keeps nobody from starting.
                  optional: true,
                  defaultMode: 0o444,
                  items: certificatesOf(secret).map((key) => ({ key, path: key })),
                },
              })),
            ],
          },
        },
      },
    });
  }
}

/** CockroachDB names the files of a node in its own way. */
const certificatesOf = (secret: string): string[] => [
  'ca.crt',
  secret === 'cockroachdb-node' ? 'node.crt' : 'tls.crt',
];
