import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { POOL } from '#constructs/drain.ts';
import { image } from '#constructs/images.ts';
import type { User } from '#constructs/platform/sql/users.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { exporterSidecar } from '../exporter-sidecar.ts';
import {
  apart,
  checksum,
  labels,
  port,
  resources,
  restrictedContainer,
  restrictedPod,
  selector,
  spread,
} from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import {
  POOLER_CERTIFICATES,
  POOLER_FILES,
  POOLER_SCRIPT,
  POOLERS,
  type PoolerProps,
  pgbouncerIni,
  pgbouncerUsers,
} from './pgbouncer-config.ts';

const NAMESPACE = 'education';
/** The user of the image. */
const PGBOUNCER_USER = 998;
/** Until the Service no longer names a pod that ends. */
const SETTLE_SECONDS = 5;

export interface PgbouncerProps extends PoolerProps {
  /** Of its Deployment and of everything beside it. */
  name: string;
}

/**
 * The pooler between the app and the database at a site, for one SQL user. A pod that ends takes no new client, waits until
 * its clients have left – the app gives each connection back within a minute – and goes.
 * @see https://www.pgbouncer.org/usage.html#signals (SIGTERM since 1.23: wait for clients)
 */
export class Pgbouncer extends Construct {
  constructor(scope: Construct, id: string, { name, ...props }: PgbouncerProps) {
    super(scope, id);
    const { user } = props;
    const metadata = { name, namespace: NAMESPACE, labels: labels(name) };
    const config = {
      'pgbouncer.ini': pgbouncerIni(props),
      'users.txt': pgbouncerUsers(user),
      'run.sh': POOLER_SCRIPT,
    };
    new k8s.KubeServiceAccount(this, 'account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeConfigMap(this, 'config', { metadata, data: config });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        selector: selector(name).matchLabels,
        ports: [{ name: 'sql', port: PORTS.pgbouncer, targetPort: k8s.IntOrString.fromString('sql') }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata,
      spec: {
        maxUnavailable: port(1),
        selector: selector(name),
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        replicas: POOLERS.replicas,
        selector: selector(name),
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: port(POOLERS.surge), maxUnavailable: port(0) },
        },
        template: {
          metadata: {
            labels: labels(name),
            annotations: { 'fredu.fr/config': checksum(JSON.stringify(config)) },
          },
          spec: this.pod({ name, user }),
        },
      },
    });
  }

  private pod({ name, user }: { name: string; user: User }): k8s.PodSpec {
    const probe = { tcpSocket: { port: k8s.IntOrString.fromString('sql') } };
    const mounts = {
      server: 'pgbouncer-server',
      client: `cockroachdb-client-${user}`,
      monitoring: 'cockroachdb-client-monitoring',
    };
    return {
      ...restrictedPod(PGBOUNCER_USER),
      serviceAccountName: name,
      priorityClassName: priorityClass('app'),
      affinity: apart(name),
      topologySpreadConstraints: spread(name, 'DoNotSchedule'),
      terminationGracePeriodSeconds: SETTLE_SECONDS + POOL.clientLifetimeSeconds + POOL.statementSeconds,
      containers: [
        {
          name: 'pgbouncer',
          image: image('pgbouncer'),
          command: [
            '/bin/sh',
            `${POOLER_FILES.config}/run.sh`,
            `${POOLER_FILES.config}/pgbouncer.ini`,
            ...POOLER_CERTIFICATES,
          ],
          ports: [{ name: 'sql', containerPort: PORTS.pgbouncer }],
          lifecycle: { preStop: { exec: { command: ['sleep', `${SETTLE_SECONDS}`] } } },
          resources: resources({ cpu: '250m', memory: '64Mi', memoryLimit: '128Mi' }),
          securityContext: restrictedContainer,
          readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 2 },
          livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
          volumeMounts: [
            { name: 'config', mountPath: POOLER_FILES.config, readOnly: true },
            { name: 'server', mountPath: POOLER_FILES.server, readOnly: true },
            { name: 'client', mountPath: POOLER_FILES.client, readOnly: true },
          ],
        },
        exporterSidecar({
          name: 'pgbouncer-exporter',
          args: [`--pgBouncer.connectionString=${statistics}`],
          port: PORTS.pgbouncerExporter,
          mounts: [{ name: 'monitoring', mountPath: STATISTICS_CERTIFICATE, readOnly: true }],
        }),
      ],
      volumes: [
        { name: 'config', configMap: { name, defaultMode: 0o444 } },
        ...Object.entries(mounts).map(([volume, secretName]) => ({
          name: volume,
          secret: { secretName, defaultMode: 0o440 },
        })),
      ],
    };
  }
}

/** Where the exporter beside the pooler finds the certificate of the user that may ask for statistics, and nothing else. */
const STATISTICS_CERTIFICATE = '/certificates';
/** The pooler's own console; its certificate names the service, not this address, so the name is not compared. */
const statistics = `postgres://monitoring@127.0.0.1:${PORTS.pgbouncer}/pgbouncer?${new URLSearchParams({
  sslmode: 'verify-ca',
  sslrootcert: `${STATISTICS_CERTIFICATE}/ca.crt`,
  sslcert: `${STATISTICS_CERTIFICATE}/tls.crt`,
  sslkey: `${STATISTICS_CERTIFICATE}/tls.key`,
})}`;
