import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Host, Site } from '../sites/model.ts';
import { labels, quantity } from './pod.ts';

const APP = 'cockroachdb';
export const STORAGE_CLASS = 'cockroachdb-local';
/**
 * What a pod's claim asks for: any volume is larger, and the volume that is reserved for a claim gives all that it has. It
 * stands in a StatefulSet's template, which no API server lets change, so the size of the disk must not: the volume says it.
 */
export const CLAIMED = quantity('1Gi');
export const storageSize = (site: Site): k8s.Quantity =>
  quantity(`${site.database!.volume.sizeBytes / 2 ** 30}Gi`);
export const onWorkers = (names: string[]): k8s.NodeSelectorTerm => ({
  matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: names }],
});

/**
 * The database's disk of each worker as a persistent volume that only that worker can mount, kept when its claim goes,
 * and reserved for the claim of one pod: `cockroachdb-0` runs on the first worker for good.
 * @see https://www.cockroachlabs.com/docs/v26.2/kubernetes-performance#local-disks
 */
export class LocalVolumes extends Construct {
  constructor(scope: Construct, { site, hosts }: { site: Site; hosts: Host[] }) {
    super(scope, 'local-volumes');
    new k8s.KubeStorageClass(this, 'class', {
      metadata: { name: STORAGE_CLASS, labels: labels(APP) },
      provisioner: 'kubernetes.io/no-provisioner',
      // The scheduler picks the worker first; bound at once, a claim could fix its pod to a full one.
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Retain',
    });
    for (const [ordinal, host] of hosts.entries()) {
      new k8s.KubePersistentVolume(this, host.name, {
        metadata: { name: `${APP}-${host.name}`, labels: labels(APP) },
        spec: {
          capacity: { storage: storageSize(site) },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          storageClassName: STORAGE_CLASS,
          volumeMode: 'Filesystem',
          mountOptions: ['noatime'],
          // A block device: the kubelet makes the file system once, and mounts it by itself.
          local: { path: site.database!.volume.device, fsType: 'ext4' },
          claimRef: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            namespace: APP,
            name: `data-${APP}-${ordinal}`,
          },
          nodeAffinity: { required: { nodeSelectorTerms: [onWorkers([host.name])] } },
        },
      });
    }
  }
}
