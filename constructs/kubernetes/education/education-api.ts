import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { appImage } from '#constructs/images.ts';
import { API, VARIABLES } from '#shared/contract.ts';
import { APP_REQUESTS } from '#sites/capacity.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { FILES_BUCKET, FILES_SECRET } from '../ceph/object-store.ts';
import { quantity, resources, restrictedContainer, restrictedPod } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import { httpProbe, Scaled, UNLISTED_SECONDS } from '../scaled.ts';
import { databaseCertificate } from './database-client.ts';
import { memcachedServers } from './memcached.ts';

/**
 * The API of the education app. It reaches the database through the pooler of its site, reads files at its own site and
 * writes them where the object store takes writes; where no site has one it takes none.
 */
/** What the app seals secrets in the database by. */
export const KEY_SECRET = 'education-key';

export class EducationApi extends Construct {
  constructor(scope: Construct, id: string, { model, site }: AtSite<KubernetesSite>) {
    super(scope, id);
    const certificate = databaseCertificate('education');
    new Scaled(this, 'education-api', {
      site,
      name: 'education-api',
      namespace: 'education',
      component: 'api',
      bounds: model.app.api,
      targetPort: 'http',
      lingerSeconds: UNLISTED_SECONDS,
      pod: {
        ...restrictedPod(10001),
        priorityClassName: priorityClass('app'),
        terminationGracePeriodSeconds: UNLISTED_SECONDS + API.drainSeconds + 5,
        containers: [
          {
            name: 'api',
            image: appImage('education-api', model),
            imagePullPolicy: 'IfNotPresent',
            env: [
              ...Object.entries(environment({ model, site })).map(([name, value]) => ({ name, value })),
              ...certificate.env,
              ...(model.objects
                ? [
                    fromSecret({
                      name: VARIABLES.s3AccessKey,
                      secret: FILES_SECRET,
                      key: 'AWS_ACCESS_KEY_ID',
                    }),
                    fromSecret({
                      name: VARIABLES.s3SecretKey,
                      secret: FILES_SECRET,
                      key: 'AWS_SECRET_ACCESS_KEY',
                    }),
                  ]
                : []),
              // Without a relay the app runs and sends nothing.
              fromSecret({ name: VARIABLES.smtpUrl, secret: 'education-smtp', key: 'url', optional: true }),
              // Without a key nobody can set a second factor up.
              fromSecret({ name: VARIABLES.key, secret: KEY_SECRET, key: 'key', optional: true }),
              // Without a collector nothing is traced, and without a part everything.
              fromSecret({ name: VARIABLES.traces, secret: 'education-traces', key: 'url', optional: true }),
              fromSecret({
                name: VARIABLES.tracesHeaders,
                secret: 'education-traces',
                key: 'headers',
                optional: true,
              }),
              fromSecret({
                name: VARIABLES.tracesPart,
                secret: 'education-traces',
                key: 'part',
                optional: true,
              }),
            ],
            ports: [
              { name: 'http', containerPort: API.port, protocol: 'TCP' },
              { name: 'metrics', containerPort: API.metricsPort, protocol: 'TCP' },
            ],
            startupProbe: httpProbe(API.livePath, { periodSeconds: 2, failureThreshold: 30 }),
            readinessProbe: httpProbe(API.readyPath, { periodSeconds: 5, failureThreshold: 2 }),
            livenessProbe: httpProbe(API.livePath, { periodSeconds: 10, failureThreshold: 3 }),
            resources: resources({
              cpu: `${APP_REQUESTS.api.milliCpus}m`,
              memory: String(APP_REQUESTS.api.memory),
              memoryLimit: '1Gi',
              scratch: '256Mi',
              scratchLimit: '2Gi',
            }),
            securityContext: restrictedContainer,
            volumeMounts: [certificate.mount, { name: 'tmp', mountPath: '/tmp' }],
          },
        ],
        volumes: [certificate.volume, { name: 'tmp', emptyDir: { sizeLimit: quantity('1Gi') } }],
      },
    });
  }
}

function environment({ model, site }: AtSite<KubernetesSite>): Record<string, string> {
  const { objects } = model;
  return {
    // Every family that the pod has.
    [VARIABLES.host]: site.kubernetes.families.includes('ipv6') ? '::' : '0.0.0.0',
    [VARIABLES.port]: String(API.port),
    [VARIABLES.region]: site.code,
    [VARIABLES.publicUrl]: `https://${model.domain}`,
    [VARIABLES.databaseUrl]: `postgresql://education@pgbouncer.education.svc.cluster.local:${PORTS.pgbouncer}/${model.database.name}?sslmode=verify-full`,
    [VARIABLES.memcached]: memcachedServers.join(','),
    [VARIABLES.tracesSampler]: 'parentbased_traceidratio',
    ...(objects
      ? {
          [VARIABLES.s3Endpoint]: (site.objects ?? objects.primary.objects).endpoint,
          [VARIABLES.s3WriteEndpoint]: objects.primary.objects.endpoint,
          [VARIABLES.s3Bucket]: FILES_BUCKET,
          [VARIABLES.s3Region]: objects.realm,
        }
      : { [VARIABLES.files]: 'none' }),
  };
}

interface FromSecret {
  /** Of the variable. */
  name: string;
  secret: string;
  key: string;
  /** Whether the pod starts without it. @default false, which is not written */
  optional?: boolean;
}
const fromSecret = ({ name, secret, key, optional }: FromSecret): k8s.EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key, optional } },
});
