import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Host } from '#sites/model.ts';
import type { DatabaseSite } from '#sites/site-kinds.ts';
import { Size } from '#sites/size.ts';
import { labels, quantity } from './pod.ts';

/** The class of the volumes of an app. */
const storageClass = (app: string): string => `${app}-local`;
/**
 * What a pod's claim asks for: any volume is larger, and the volume that is reserved for a claim gives all that it has. It
 * stands in a StatefulSet's template, which no API server lets change, so the size of the disk must not: the volume says it.
 */
const CLAIMED = quantity('1Gi');
/** In GiB however many, and in MiB where it is no whole number of those. */
function gibibytes(bytes: number): k8s.Quantity {
  const size = Size.bytes(bytes);
  const whole = size.toGibibytes('floor');
  return quantity(Size.gibibytes(whole).bytes === bytes ? `${whole}Gi` : String(size));
}
export const storageSize = ({ database }: DatabaseSite): k8s.Quantity => gibibytes(database.volume.sizeBytes);
/** The term of a node selector that holds on these workers and nowhere else. */
export const onWorkers = (names: string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: names }],
});

export interface LocalVolumesProps {
  /** Of the StatefulSet, and of its pods. */
  app: string;
  namespace: string;
  /** The host of each pod; one host may carry several. */
  hosts: Host[];
  size: k8s.Quantity;
  /** A block device, on which the kubelet makes the file system once, or a folder that is there. */
  local: (ordinal: number) => k8s.LocalVolumeSource;
  /** @default those of the file system */
  mountOptions?: string[];
}

/**
 * A place on the disks of workers as persistent volumes of a StatefulSet: each can be mounted on its worker only, is kept when
 * its claim goes, and is reserved for the claim of one pod, so that `<app>-0` runs on the first host for good.
 * @see https://www.cockroachlabs.com/docs/v26.2/kubernetes-performance#local-disks
 */
export class LocalVolumes extends Construct {
  constructor(scope: Construct, id: string, props: LocalVolumesProps) {
    super(scope, id);
    const { app, namespace, hosts, size, local, mountOptions } = props;
    new k8s.KubeStorageClass(this, 'class', {
      metadata: { name: storageClass(app), labels: labels(app) },
      provisioner: 'kubernetes.io/no-provisioner',
      // The scheduler picks the worker first; bound at once, a claim could fix its pod to a full one.
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Retain',
    });
    for (const [ordinal, host] of hosts.entries()) {
      const name = hosts.indexOf(host) === ordinal ? `${app}-${host.name}` : `${app}-${host.name}-${ordinal}`;
      new k8s.KubePersistentVolume(this, name, {
        metadata: { name, labels: labels(app) },
        spec: {
          capacity: { storage: size },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          storageClassName: storageClass(app),
          volumeMode: 'Filesystem',
          ...(mountOptions ? { mountOptions } : {}),
          local: local(ordinal),
          claimRef: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            namespace,
            name: `data-${app}-${ordinal}`,
          },
          nodeAffinity: { required: { nodeSelectorTerms: [onWorkers([host.name])] } },
        },
      });
    }
  }
}

/** The claim of each pod of a StatefulSet for its volume. */
export const claimTemplate = (app: string): k8s.KubePersistentVolumeClaimProps => ({
  metadata: { name: 'data', labels: labels(app) },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: storageClass(app),
    resources: { requests: { storage: CLAIMED } },
  },
});
