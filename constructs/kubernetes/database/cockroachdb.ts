import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { nodeFlags, nodeSize } from '#constructs/cockroachdb-node.ts';
import { gracePeriodSeconds } from '#constructs/drain.ts';
import { image } from '#constructs/images.ts';
import type { Capacity } from '#sites/capacity.ts';
import type { Host } from '#sites/model.ts';
import { databaseNodes } from '#sites/questions.ts';
import type { DatabaseSite, KubernetesSite } from '#sites/site-kinds.ts';
import { Size } from '#sites/size.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { claimTemplate, LocalVolumes, onWorkers, storageSize } from '../local-volumes.ts';
import { labels, port, quantity, resources, restrictedContainer, restrictedPod, selector } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';

export const COCKROACHDB = 'cockroachdb';
/** The cluster's own way to SQL, for the setup job; the app goes through the site's balancer. */
export const SQL_SERVICE = 'cockroachdb-public';
/** Credentials of the backup bucket, with the keys that a bucket claim makes; the nodes find them in their environment. */
export const BACKUP_CREDENTIALS = 'cockroachdb-backup-s3';
/** Any user but root; owner of the data and of nothing else. */
export const COCKROACH_USER = 1000;
const STORE = '/cockroach/cockroach-data';
/** Where the files of a node's Secret are mounted. */
export const COCKROACHDB_CERTIFICATES = '/cockroach/certs';
const FLAGS = '/etc/cockroachdb';

/** Why its namespace is not *restricted*: written into the namespace. */
export const PRIVILEGED_BECAUSE =
  'the nodes use the network of their worker (other sites dial it), which baseline forbids; every other control of restricted holds';

export interface CockroachdbProps {
  site: KubernetesSite & DatabaseSite;
  /** Whom its nodes dial first, as `joinList` has it. */
  join: readonly string[];
  /** Whether there is an object store for backups, whose keys the nodes need. */
  hasBackups: boolean;
}

/**
 * The database nodes of a site with Kubernetes: one a worker, each on a local volume of that worker, in the worker's own
 * network so that nodes of other sites reach it without translation by the cluster.
 *
 * A pod learns who it is from the worker it runs on: the ConfigMap holds the flags of each worker's node under the
 * worker's name. The volume of `cockroachdb-0` lies on the first worker, and so on, and binds no other claim.
 * @see https://www.cockroachlabs.com/docs/v26.2/kubernetes-performance
 */
export class Cockroachdb extends Construct {
  constructor(scope: Construct, id: string, { site, join, hasBackups }: CockroachdbProps) {
    super(scope, id);
    const hosts = databaseNodes(site);
    const metadata = { namespace: COCKROACHDB, labels: labels(COCKROACHDB) };
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { ...metadata, name: COCKROACHDB },
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'nodes', {
      metadata: { ...metadata, name: 'cockroachdb-nodes' },
      data: Object.fromEntries(
        hosts.map((host) => [
          host.name,
          `${nodeFlags({ site, host, join, store: STORE, certificates: COCKROACHDB_CERTIFICATES }).join('\n')}\n`,
        ]),
      ),
    });
    new LocalVolumes(this, 'local-volumes', {
      app: COCKROACHDB,
      namespace: COCKROACHDB,
      hosts,
      size: storageSize(site),
      local: () => ({ path: site.database.volume.device, fsType: 'ext4' }),
      mountOptions: ['noatime'],
    });
    this.services();
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { ...metadata, name: COCKROACHDB },
      // A node that is not ready counts as lost: evicting a second one could take a quorum, so it is refused.
      spec: {
        maxUnavailable: port(1),
        selector: selector(COCKROACHDB),
        unhealthyPodEvictionPolicy: 'IfHealthyBudget',
      },
    });
    new k8s.KubeStatefulSet(this, 'nodes-set', {
      metadata: { ...metadata, name: COCKROACHDB },
      spec: {
        serviceName: COCKROACHDB,
        replicas: hosts.length,
        // Nodes wait for each other before the cluster exists, so none may wait for its predecessor to be ready.
        podManagementPolicy: 'Parallel',
        // The next node is stopped only after the last one has served for a minute.
        minReadySeconds: 60,
        updateStrategy: { type: 'RollingUpdate' },
        selector: selector(COCKROACHDB),
        template: {
          metadata: { labels: labels(COCKROACHDB) },
          spec: this.pod({ hosts, size: nodeSize(site, hosts[0]!), hasBackups }),
        },
        volumeClaimTemplates: [claimTemplate(COCKROACHDB)],
      },
    });
  }

  private pod({
    hosts,
    size,
    hasBackups,
  }: {
    hosts: Host[];
    size: Capacity;
    hasBackups: boolean;
  }): k8s.PodSpec {
    const memory = `${Size.bytes(size.memoryBytes).toMebibytes('floor')}Mi`;
    const health = (path: string) => ({
      httpGet: { path, port: port(PORTS.cockroachHttp), scheme: 'HTTPS' },
    });
    return {
      ...restrictedPod(COCKROACH_USER),
      serviceAccountName: COCKROACHDB,
      priorityClassName: priorityClass('data'),
      hostNetwork: true,
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: gracePeriodSeconds,
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [onWorkers(hosts.map((host) => host.name))],
          },
        },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: selector(COCKROACHDB) },
          ],
        },
      },
      // Its data is on this worker and nowhere else, so to evict it while the worker is away would gain nothing.
      tolerations: ['not-ready', 'unreachable'].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: 'Exists',
        effect: 'NoExecute',
      })),
      containers: [
        {
          name: COCKROACHDB,
          image: image('cockroachdb'),
          // `exec`, so that SIGTERM reaches the node; the assignment, so that a worker without flags stops here.
          command: [
            '/bin/sh',
            '-ec',
            `flags=$(cat "${FLAGS}/$NODE_NAME")\nexec /cockroach/cockroach start $flags`,
          ],
          env: [
            { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            // Without a CPU limit Go would start a thread for each processor of the worker and contend with Ceph.
            {
              name: 'GOMAXPROCS',
              valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: quantity('1') } },
            },
          ],
          // Optional: the database comes up before the object store that its backups go to.
          ...(hasBackups ? { envFrom: [{ secretRef: { name: BACKUP_CREDENTIALS, optional: true } }] } : {}),
          ports: [
            { name: 'sql', containerPort: PORTS.sql },
            { name: 'rpc', containerPort: PORTS.rpc },
            { name: 'http', containerPort: PORTS.cockroachHttp },
          ],
          // No CPU limit: throttling delays heartbeats, and a node that misses them loses its leases.
          // Its log is scratch space of the pod; the namespace's default would be small for it.
          resources: resources({ cpu: `${size.cpus}`, memory, scratch: '256Mi', scratchLimit: '2Gi' }),
          securityContext: restrictedContainer,
          // A store is replayed before the first answer: ten minutes, then something is wrong.
          startupProbe: { ...health('/health'), periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 120 },
          livenessProbe: { ...health('/health'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
          readinessProbe: {
            ...health('/health?ready=1'),
            periodSeconds: 5,
            timeoutSeconds: 2,
            failureThreshold: 2,
          },
          volumeMounts: [
            { name: 'data', mountPath: STORE },
            { name: 'certificates', mountPath: COCKROACHDB_CERTIFICATES, readOnly: true },
            { name: 'flags', mountPath: FLAGS, readOnly: true },
          ],
        },
      ],
      volumes: [
        {
          name: 'certificates',
          // Asked for as 0400; the group of the pod adds its read bit. CockroachDB accepts up to 0740 on a key that root
          // owns and the process's group may read, so no copy by an init container is needed.
          projected: {
            defaultMode: 0o400,
            sources: [
              { secret: { name: 'cockroachdb-node', items: files('ca.crt', 'node.crt', 'node.key') } },
            ],
          },
        },
        { name: 'flags', configMap: { name: 'cockroachdb-nodes', defaultMode: 0o444 } },
      ],
    };
  }

  private services(): void {
    const sql = { name: 'sql', port: PORTS.sql, targetPort: k8s.IntOrString.fromString('sql') };
    const rpc = { name: 'rpc', port: PORTS.rpc, targetPort: k8s.IntOrString.fromString('rpc') };
    const http = { name: 'http', port: PORTS.cockroachHttp, targetPort: k8s.IntOrString.fromString('http') };
    const metadata = { namespace: COCKROACHDB, labels: labels(COCKROACHDB) };
    // Names every node, ready or not: `cockroach init` speaks to a node that cannot be ready yet.
    new k8s.KubeService(this, 'headless', {
      metadata: { ...metadata, name: COCKROACHDB },
      spec: {
        clusterIp: 'None',
        publishNotReadyAddresses: true,
        ipFamilyPolicy: 'SingleStack',
        ipFamilies: ['IPv4'],
        selector: selector(COCKROACHDB).matchLabels,
        ports: [sql, rpc, http],
      },
    });
    new k8s.KubeService(this, 'public', {
      metadata: { ...metadata, name: SQL_SERVICE },
      spec: {
        ipFamilyPolicy: 'SingleStack',
        ipFamilies: ['IPv4'],
        selector: selector(COCKROACHDB).matchLabels,
        ports: [sql, http],
      },
    });
  }
}

const files = (...names: string[]) => names.map((name) => ({ key: name, path: name }));
