import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { appImage } from '#constructs/images.ts';
import { WEB } from '#shared/contract.ts';
import { APP_REQUESTS } from '#sites/capacity.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { checksum, labels, quantity, resources, restrictedContainer, restrictedPod } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import { httpProbe, Scaled, UNLISTED_SECONDS } from '../scaled.ts';
import { nginxConfiguration, storesOf } from './nginx.ts';

const NAME = 'education-web';

/** The pages of the education app: built files served by nginx, which may write nowhere but to its scratch folder. */
export class EducationWeb extends Construct {
  constructor(scope: Construct, id: string, { model, site }: AtSite<KubernetesSite>) {
    super(scope, id);
    const configuration = nginxConfiguration({
      domain: model.domain,
      contact: model.contact,
      families: site.kubernetes.families,
      stores: storesOf(model.sites),
    });
    new k8s.KubeConfigMap(this, 'configuration', {
      metadata: { name: NAME, namespace: 'education', labels: labels(NAME, 'web') },
      data: { 'nginx.conf': configuration },
    });
    new Scaled(this, NAME, {
      site,
      name: NAME,
      namespace: 'education',
      component: 'web',
      bounds: model.app.web,
      targetPort: 'http',
      lingerSeconds: UNLISTED_SECONDS,
      annotations: { 'fredu.fr/configuration': checksum(configuration) },
      pod: {
        ...restrictedPod(10002),
        priorityClassName: priorityClass('app'),
        terminationGracePeriodSeconds: UNLISTED_SECONDS + 30,
        containers: [
          {
            name: 'web',
            image: appImage('education-web', model),
            imagePullPolicy: 'IfNotPresent',
            command: ['nginx', '-e', 'stderr', '-c', '/etc/nginx/fredu/nginx.conf', '-g', 'daemon off;'],
            ports: [{ name: 'http', containerPort: WEB.port, protocol: 'TCP' }],
            // Ready means: the pages are there.
            readinessProbe: httpProbe('/', { periodSeconds: 5, failureThreshold: 2 }),
            livenessProbe: httpProbe(WEB.livePath, { periodSeconds: 10, failureThreshold: 3 }),
            resources: resources({
              cpu: `${APP_REQUESTS.web.milliCpus}m`,
              memory: String(APP_REQUESTS.web.memory),
              memoryLimit: '128Mi',
            }),
            securityContext: restrictedContainer,
            volumeMounts: [
              { name: 'configuration', mountPath: '/etc/nginx/fredu', readOnly: true },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          { name: 'configuration', configMap: { name: NAME } },
          { name: 'tmp', emptyDir: { sizeLimit: quantity('64Mi') } },
        ],
      },
    });
  }
}
