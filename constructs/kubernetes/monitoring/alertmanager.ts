import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { image } from '#constructs/images.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { checksum, resources, selector, serviceFamilies } from '../pod.ts';
import { ALERTMANAGER_REPLICAS, alertmanagerConfig, replicaNames } from './config.ts';
import { budget, container, httpProbe, metadata, observerPod, scratch } from './pods.ts';

const APP = 'alertmanager';
/** The secret with one web hook address a receiver: `page`, `ticket`, `watchdog`. */
const RECEIVERS_SECRET = 'alertmanager-receivers';

/**
 * Where the replicas hear each other. In IPv4 the program finds its own address by the default route; of IPv6 it is said.
 * @see https://github.com/prometheus/alertmanager/blob/v0.28.1/cluster/advertise.go
 */
function gossip({ kubernetes }: KubernetesSite): { args: string[]; env?: k8s.EnvVar[] } {
  if (kubernetes.families.includes('ipv4'))
    return { args: [`--cluster.listen-address=0.0.0.0:${PORTS.alertmanagerPeers}`] };
  return {
    args: [
      `--cluster.listen-address=[::]:${PORTS.alertmanagerPeers}`,
      `--cluster.advertise-address=[$(POD_IP)]:${PORTS.alertmanagerPeers}`,
    ],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
  };
}

/** What notifies people: two replicas that agree who sends, so that each alert is sent once. */
export class Alertmanager extends Construct {
  constructor(scope: Construct, id: string, { model, site }: AtSite<KubernetesSite>) {
    super(scope, id);
    const configuration = alertmanagerConfig({ model, site });
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: metadata(APP),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'configuration', {
      metadata: metadata(APP),
      data: { 'alertmanager.yaml': configuration },
    });
    new k8s.KubeService(this, 'service', {
      metadata: metadata(APP),
      spec: {
        clusterIp: 'None',
        publishNotReadyAddresses: true, // the two find each other before either is ready
        ...serviceFamilies(site),
        selector: selector(APP).matchLabels,
        ports: [
          { name: 'http', port: PORTS.alertmanager, targetPort: k8s.IntOrString.fromString('http') },
          { name: 'peers', port: PORTS.alertmanagerPeers, targetPort: k8s.IntOrString.fromString('peers') },
        ],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', budget(APP));
    new k8s.KubeStatefulSet(this, 'set', {
      metadata: metadata(APP),
      spec: {
        serviceName: APP,
        replicas: ALERTMANAGER_REPLICAS,
        podManagementPolicy: 'Parallel',
        selector: selector(APP),
        template: observerPod(APP, {
          annotations: { 'fredu.fr/configuration': checksum(configuration) },
          containers: [
            container(APP, {
              image: image('alertmanager'),
              env: gossip(site).env,
              args: [
                '--config.file=/etc/alertmanager/alertmanager.yaml',
                '--storage.path=/alertmanager',
                `--web.listen-address=:${PORTS.alertmanager}`,
                ...gossip(site).args,
                ...replicaNames(APP, ALERTMANAGER_REPLICAS).map(
                  (name) => `--cluster.peer=${name}:${PORTS.alertmanagerPeers}`,
                ),
              ],
              ports: [
                { name: 'http', containerPort: PORTS.alertmanager },
                { name: 'peers', containerPort: PORTS.alertmanagerPeers },
              ],
              readinessProbe: { ...httpProbe('/-/ready'), periodSeconds: 5, failureThreshold: 3 },
              livenessProbe: { ...httpProbe('/-/healthy'), periodSeconds: 15, failureThreshold: 4 },
              resources: resources({ cpu: '50m', memory: '128Mi', scratch: '128Mi', scratchLimit: '1Gi' }),
              volumeMounts: [
                { name: 'configuration', mountPath: '/etc/alertmanager', readOnly: true },
                { name: 'receivers', mountPath: '/etc/alertmanager/receivers', readOnly: true },
                { name: 'data', mountPath: '/alertmanager' },
              ],
            }),
          ],
          volumes: [
            { name: 'configuration', configMap: { name: APP } },
            { name: 'receivers', secret: { secretName: RECEIVERS_SECRET } },
            scratch('data', '1Gi'),
          ],
        }),
      },
    });
  }
}
