import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { PORTS } from '../sites/flows.ts';
import type { Model, Site } from '../sites/model.ts';
import { image } from './images.ts';
import { OBJECT_STORE } from './object-store.ts';
import { checksum, labels, port, resources, restrictedContainer, restrictedPod, selector } from './pod.ts';
import { priorityClass } from './priority-classes.ts';
import { RookObject } from './rook.ts';
import { zoneExporterScript } from './zone-exporter-script.ts';

const NAME = 'zone-exporter';
/** `ceph` in Ceph's image. */
const CEPH_USER = 167;
/** Where Rook writes what a client of its cluster needs to know. @see https://rook.io/docs/rook/v1.20/CRDs/ceph-client-crd/ */
const MONITORS_SECRET = 'rook-ceph-config';
const KEY_SECRET = `rook-ceph-client-${NAME}`;

/**
 * Tells Prometheus which zone of the realm takes writes, as this site knows it, and how many seconds its copies are behind
 * the other zones. It asks with a key of its own that can change no file, bucket or user.
 */
export class ZoneExporter extends Construct {
  constructor(scope: Construct, { model, site }: { model: Model; site: Site }) {
    super(scope, NAME);
    const { namespace } = OBJECT_STORE;
    const metadata = { name: NAME, namespace, labels: labels(NAME) };
    new RookObject(this, 'CephClient', NAME, { caps: zoneExporterCaps(site) });
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeConfigMap(this, 'script', { metadata, data: { 'zones.py': zoneExporterScript } });
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
            annotations: { 'fredu.fr/configuration': checksum(zoneExporterScript) },
          },
          spec: {
            ...restrictedPod(CEPH_USER),
            serviceAccountName: NAME,
            priorityClassName: priorityClass('observability'),
            containers: [
              {
                name: NAME,
                image: image('ceph'),
                imagePullPolicy: 'IfNotPresent',
                command: [
                  'python3',
                  '/etc/zone-exporter/zones.py',
                  String(PORTS.zoneExporter),
                  ...zoneExporterCommand({ model, site }),
                ],
                ports: [{ name: 'metrics', containerPort: PORTS.zoneExporter }],
                readinessProbe: { ...page, periodSeconds: 10 },
                livenessProbe: { ...page, periodSeconds: 30, failureThreshold: 4 },
                resources: resources({ cpu: '50m', memory: '128Mi', memoryLimit: '384Mi' }),
                securityContext: restrictedContainer,
                volumeMounts: [
                  { name: 'script', mountPath: '/etc/zone-exporter', readOnly: true },
                  { name: 'monitors', mountPath: '/etc/rook', readOnly: true },
                  { name: 'key', mountPath: '/etc/ceph-key', readOnly: true },
                ],
              },
            ],
            volumes: [
              { name: 'script', configMap: { name: NAME } },
              // Read anew at each look: monitors move, and keys are rotated.
              {
                name: 'monitors',
                secret: { secretName: MONITORS_SECRET, items: [{ key: 'mon_host', path: 'mon_host' }] },
              },
              {
                name: 'key',
                secret: { secretName: KEY_SECRET, items: [{ key: NAME, path: 'key' }] },
              },
            ],
          },
        },
      },
    });
  }
}

/**
 * Reading the pools of object stores, and asking the monitors where they are. Ceph's program watches objects of two pools
 * while it looks, and a watch counts as a write; buckets, users and files it cannot touch.
 */
export const zoneExporterCaps = ({ objects }: Site) => ({
  mon: 'allow r',
  osd: [
    'allow rx tag rgw *=*',
    ...['control', 'log'].map((pool) => `allow rwx pool=${objects!.zone}.rgw.${pool}`),
  ].join(', '),
});

/** Ceph's own program, told by files where the monitors are and who asks. */
export const zoneExporterCommand = (
  { model, site }: { model: Model; site: Site },
  files = { monitors: '/etc/rook/mon_host', key: '/etc/ceph-key/key' },
): string[] => [
  'radosgw-admin',
  '--conf=/dev/null',
  `--mon-host=@${files.monitors}`,
  `--id=${NAME}`,
  `--keyfile=${files.key}`,
  `--rgw-realm=${model.objects!.realm}`,
  `--rgw-zonegroup=${model.objects!.realm}`,
  `--rgw-zone=${site.objects!.zone}`,
];
