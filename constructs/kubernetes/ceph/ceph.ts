import { Construct } from 'constructs';
import { image } from '#constructs/images.ts';
import { workers } from '#sites/questions.ts';
import type { KubernetesSite, ObjectsSite } from '#sites/site-kinds.ts';
import { onWorkers } from '../local-volumes.ts';
import { Namespace } from '../namespace.ts';
import { labels } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import { cephResources } from './ceph-resources.ts';
import { OBJECT_STORE } from './object-store-names.ts';
import { ROOK_PRIVILEGED_BECAUSE, RookObject } from './rook.ts';

/** Monitors of a cluster, whatever its size: more of them agree more slowly. */
export const MONITORS = 3;

export interface CephProps {
  site: KubernetesSite & ObjectsSite;
}

/**
 * The Ceph cluster of a site, made by Rook on exactly the workers of the model and the one device of each: a disk that
 * somebody adds for something else is never taken. Everything on the wire is encrypted, and nothing is removed by itself:
 * with as many hosts as copies there is no place to move data to, so a lost host waits for a person.
 *
 * The dashboard is reached by `kubectl port-forward` alone: no policy lets a pod or a host in.
 *
 * @see https://rook.io/docs/rook/v1.20/CRDs/Cluster/ceph-cluster-crd/
 */
export class Ceph extends Construct {
  constructor(scope: Construct, id: string, { site }: CephProps) {
    super(scope, id);
    const { families } = site.kubernetes;
    const { namespace } = OBJECT_STORE;
    new Namespace(this, `namespace-${namespace}`, {
      name: namespace,
      level: 'privileged',
      why: ROOK_PRIVILEGED_BECAUSE,
    });
    const hosts = workers(site).map(({ name }) => name);
    const { gateway: _, ...daemons } = cephResources(site);
    new RookObject(this, 'cluster', {
      kind: 'CephCluster',
      name: namespace,
      spec: {
        cephVersion: { image: image('ceph'), allowUnsupported: false },
        dataDirHostPath: '/var/lib/rook',
        mon: { count: MONITORS, allowMultiplePerNode: false },
        mgr: { count: 2, allowMultiplePerNode: false },
        network: {
          ipFamily: families.includes('ipv4') ? 'IPv4' : 'IPv6',
          dualStack: families.length > 1,
          connections: { requireMsgr2: true, encryption: { enabled: true }, compression: { enabled: false } },
        },
        storage: {
          useAllNodes: false,
          useAllDevices: false,
          nodes: hosts.map((name) => ({ name, devices: [{ name: site.objects.volume.device }] })),
        },
        placement: {
          all: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [onWorkers(hosts)] },
            },
          },
        },
        resources: daemons,
        priorityClassNames: { all: priorityClass('data') },
        labels: {
          // Rook names its daemons so; these two it names in its own way only.
          exporter: labels('ceph-exporter'),
          crashcollector: labels('ceph-crashcollector'),
        },
        dashboard: { enabled: true, ssl: true },
        // Metrics are served all the same; this is about objects of an operator that we do not run.
        monitoring: { enabled: false },
        crashCollector: { disable: false, daysToRetain: 30 },
        // Daemons write to their standard output like everybody else.
        logCollector: { enabled: false },
        disruptionManagement: { managePodBudgets: true, osdMaintenanceTimeout: 30 },
        removeOSDsIfOutAndSafeToRemove: false,
        upgradeOSDRequiresHealthyPGs: true,
        skipUpgradeChecks: false,
        continueUpgradeAfterChecksEvenIfNotHealthy: false,
        csi: { skipUserCreation: true },
        healthCheck: {
          daemonHealth: {
            mon: { disabled: false, interval: '45s', timeout: '600s' },
            osd: { disabled: false, interval: '60s' },
            status: { disabled: false, interval: '60s' },
          },
          livenessProbe: { mon: { disabled: false }, mgr: { disabled: false }, osd: { disabled: false } },
          startupProbe: { mon: { disabled: false }, mgr: { disabled: false }, osd: { disabled: false } },
        },
      },
    });
  }
}
