import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { appImage } from '#constructs/images.ts';
import { PROGRAMS, VARIABLES } from '#shared/contract.ts';
import { preferred, withPort } from '#sites/address.ts';
import { databaseAddress } from '#sites/questions.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { jobName, labels, quantity, resources, restrictedContainer, restrictedPod } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import { databaseCertificate } from './database-client.ts';

const NAME = 'education-migrations';

/**
 * The job that brings the schema to what an image of the API expects. A Job cannot be changed, so its name follows
 * all that it runs: a new image makes a new Job, the same one is applied again without effect. Both sites run it; the second finds
 * nothing to do. It dials the database's balancer, for schema changes keep state that the pooler would mix up.
 */
export class EducationMigrations extends Construct {
  constructor(scope: Construct, id: string, { model, site }: AtSite<KubernetesSite>) {
    super(scope, id);
    const reference = appImage('education-api', model);
    const certificate = databaseCertificate('migrations');
    const metadata = { namespace: 'education', labels: labels(NAME, 'migrations') };
    const address = preferred(databaseAddress(site));
    const url = `postgresql://migrations@${withPort(address, PORTS.sql)}/${model.database.name}?sslmode=verify-full`;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { ...metadata, name: NAME },
      automountServiceAccountToken: false,
    });
    const template = {
      metadata: { labels: labels(NAME, 'migrations') },
      spec: {
        ...restrictedPod(10001),
        serviceAccountName: NAME,
        priorityClassName: priorityClass('batch'),
        restartPolicy: 'Never',
        containers: [
          {
            name: 'migrations',
            image: reference,
            imagePullPolicy: 'IfNotPresent',
            args: [...PROGRAMS.migrate],
            env: [
              { name: VARIABLES.databaseUrl, value: url },
              { name: VARIABLES.region, value: site.code },
              ...certificate.env,
            ],
            resources: resources({ cpu: '100m', memory: '256Mi', memoryLimit: '512Mi' }),
            securityContext: restrictedContainer,
            volumeMounts: [certificate.mount, { name: 'tmp', mountPath: '/tmp' }],
          },
        ],
        volumes: [certificate.volume, { name: 'tmp', emptyDir: { sizeLimit: quantity('64Mi') } }],
      },
    };
    new k8s.KubeJob(this, 'job', {
      metadata: { ...metadata, name: jobName(NAME, template) },
      spec: {
        backoffLimit: 6,
        activeDeadlineSeconds: Duration.minutes(30).toSeconds(),
        // A week to read its log. Applying the tree later than that runs it again, without effect.
        ttlSecondsAfterFinished: Duration.days(7).toSeconds(),
        template,
      },
    });
  }
}
