import { Construct } from 'constructs';
import { image } from '#constructs/images.ts';
import type { ObjectsSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { ScriptExporter } from '../monitoring/script-exporter.ts';
import { resources } from '../pod.ts';
import { OBJECT_STORE } from './object-store-names.ts';
import { RookObject } from './rook.ts';
import { zoneExporterScript } from './zone-exporter-script.ts';

const NAME = 'zone-exporter';
/** `ceph` in Ceph's image. */
const CEPH_USER = 167;
/** Where Rook writes what a client of its cluster needs to know. @see https://rook.io/docs/rook/v1.20/CRDs/ceph-client-crd/ */
const MONITORS_SECRET = 'rook-ceph-config';
const KEY_SECRET = `rook-ceph-client-${NAME}`;

export interface ZoneExporterProps {
  site: ObjectsSite;
  realm: string;
}

/**
 * Tells Prometheus which zone of the realm takes writes, as this site knows it, and how many seconds its copies are behind
 * the other zones. It asks with a key of its own that can change no file, bucket or user.
 */
export class ZoneExporter extends Construct {
  constructor(scope: Construct, id: string, zone: ZoneExporterProps) {
    super(scope, id);
    new RookObject(this, 'client', {
      kind: 'CephClient',
      name: NAME,
      spec: { caps: zoneExporterCaps(zone.site) },
    });
    new ScriptExporter(this, 'exporter', {
      name: NAME,
      namespace: OBJECT_STORE.namespace,
      image: image('ceph'),
      user: CEPH_USER,
      script: { file: 'zones.py', text: zoneExporterScript },
      command: (path) => ['python3', path, String(PORTS.zoneExporter), ...zoneExporterCommand(zone)],
      port: PORTS.zoneExporter,
      resources: resources({ cpu: '50m', memory: '128Mi', memoryLimit: '384Mi' }),
      // Read again at each look: monitors move, and keys are rotated.
      mounts: [
        {
          path: '/etc/rook',
          volume: {
            name: 'monitors',
            secret: { secretName: MONITORS_SECRET, items: [{ key: 'mon_host', path: 'mon_host' }] },
          },
        },
        {
          path: '/etc/ceph-key',
          volume: { name: 'key', secret: { secretName: KEY_SECRET, items: [{ key: NAME, path: 'key' }] } },
        },
      ],
    });
  }
}

/**
 * Reading the pools of object stores, and asking the monitors where they are. Ceph's program watches objects of two pools
 * while it looks, and a watch counts as a write; buckets, users and files it cannot touch.
 */
export const zoneExporterCaps = ({ objects }: ObjectsSite) => ({
  mon: 'allow r',
  osd: [
    'allow rx tag rgw *=*',
    ...['control', 'log'].map((pool) => `allow rwx pool=${objects.zone}.rgw.${pool}`),
  ].join(', '),
});

/** Ceph's own program, which reads from files where the monitors are and who asks. */
export const zoneExporterCommand = (
  { realm, site }: ZoneExporterProps,
  files = { monitors: '/etc/rook/mon_host', key: '/etc/ceph-key/key' },
): string[] => [
  'radosgw-admin',
  '--conf=/dev/null',
  `--mon-host=@${files.monitors}`,
  `--id=${NAME}`,
  `--keyfile=${files.key}`,
  `--rgw-realm=${realm}`,
  `--rgw-zonegroup=${realm}`,
  `--rgw-zone=${site.objects.zone}`,
];
