import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { image } from '#constructs/images.ts';
import { checksum, resources, selector, serviceFamilies } from '#constructs/kubernetes/pod.ts';
import { yaml } from '#constructs/yaml.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { budget, container, httpProbe, metadata, observerPod, scratch } from '../pods.ts';
import { OBSERVER_SECRET } from '../prometheus.ts';
import { OBSERVER_NAME } from '../scrape.ts';
import { pagesOf } from './dashboards/index.ts';
import { dashboard } from './panels.ts';

const APP = 'grafana';
const CERTIFICATE = '/etc/grafana/observer';

/**
 * Dashboards to look at and not to change: everything is provisioned, everybody who reaches it may read, nobody may sign in.
 * No ingress leads there: `kubectl port-forward` from the bastion does.
 */
export class Grafana extends Construct {
  constructor(scope: Construct, id: string, { model, site }: AtSite<KubernetesSite>) {
    super(scope, id);
    const pages = pagesOf({ model, site });
    const data = { 'grafana.ini': settings, 'datasource.yaml': datasource(), 'provider.yaml': provider() };
    const texts = Object.fromEntries(
      pages.map((page) => [`${page.id}.json`, `${JSON.stringify(dashboard(page), null, 1)}\n`]),
    );
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: metadata(APP),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'configuration', { metadata: metadata(APP), data });
    new k8s.KubeConfigMap(this, 'dashboards', { metadata: metadata(`${APP}-dashboards`), data: texts });
    new k8s.KubeService(this, 'service', {
      metadata: metadata(APP),
      spec: {
        ...serviceFamilies(site),
        selector: selector(APP).matchLabels,
        ports: [{ name: 'http', port: PORTS.grafana, targetPort: k8s.IntOrString.fromString('http') }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', budget(APP));
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: metadata(APP),
      spec: { replicas: 2, selector: selector(APP), template: pod(checksum(JSON.stringify([data, texts]))) },
    });
  }
}

function pod(hash: string): k8s.PodTemplateSpec {
  return observerPod(APP, {
    user: 472,
    annotations: { 'fredu.fr/configuration': hash },
    containers: [
      container(APP, {
        image: image('grafana'),
        env: [{ name: 'GF_PATHS_CONFIG', value: '/etc/grafana/grafana.ini' }],
        ports: [{ name: 'http', containerPort: PORTS.grafana }],
        readinessProbe: { ...httpProbe('/api/health'), periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: {
          ...httpProbe('/api/health'),
          periodSeconds: 20,
          failureThreshold: 5,
          initialDelaySeconds: 20,
        },
        resources: resources({
          cpu: '100m',
          memory: '192Mi',
          memoryLimit: '384Mi',
          scratch: '64Mi',
          scratchLimit: '512Mi',
        }),
        volumeMounts: [
          {
            name: 'configuration',
            mountPath: '/etc/grafana/grafana.ini',
            subPath: 'grafana.ini',
            readOnly: true,
          },
          { name: 'provisioning', mountPath: '/etc/grafana/provisioning', readOnly: true },
          { name: 'dashboards', mountPath: '/etc/grafana/dashboards', readOnly: true },
          { name: 'observer', mountPath: CERTIFICATE, readOnly: true },
          { name: 'data', mountPath: '/var/lib/grafana' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      }),
    ],
    volumes: [
      {
        name: 'configuration',
        configMap: { name: APP, items: [{ key: 'grafana.ini', path: 'grafana.ini' }] },
      },
      {
        name: 'provisioning',
        configMap: {
          name: APP,
          items: [
            { key: 'datasource.yaml', path: 'datasources/prometheus.yaml' },
            { key: 'provider.yaml', path: 'dashboards/fredu.yaml' },
          ],
        },
      },
      { name: 'dashboards', configMap: { name: `${APP}-dashboards` } },
      { name: 'observer', secret: { secretName: OBSERVER_SECRET } },
      scratch('data', '256Mi'),
      scratch('tmp', '64Mi'),
    ],
  });
}

/** @see https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/ */
const settings = `[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false
[auth]
disable_login_form = true
[auth.basic]
enabled = false
[auth.anonymous]
enabled = true
org_role = Viewer
[dashboards]
default_home_dashboard_path = /etc/grafana/dashboards/overview.json
[metrics]
enabled = true
[news]
news_feed_enabled = false
[plugins]
plugin_admin_enabled = false
preinstall_disabled = true
[security]
disable_gravatar = true
disable_initial_admin_creation = true
[server]
http_port = ${PORTS.grafana}
[users]
allow_sign_up = false
viewers_can_edit = false
`;

const datasource = () =>
  yaml({
    apiVersion: 1,
    datasources: [
      {
        name: 'Prometheus',
        uid: 'prometheus',
        type: 'prometheus',
        access: 'proxy',
        url: `https://${OBSERVER_NAME}:${PORTS.prometheus.port}`,
        isDefault: true,
        editable: false,
        jsonData: {
          httpMethod: 'POST',
          timeInterval: '30s',
          tlsAuth: true,
          tlsAuthWithCACert: true,
          serverName: OBSERVER_NAME,
        },
        secureJsonData: {
          tlsCACert: `$__file{${CERTIFICATE}/ca.crt}`,
          tlsClientCert: `$__file{${CERTIFICATE}/tls.crt}`,
          tlsClientKey: `$__file{${CERTIFICATE}/tls.key}`,
        },
      },
    ],
  });
const provider = () =>
  yaml({
    apiVersion: 1,
    providers: [
      {
        name: 'fredu',
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        options: { path: '/etc/grafana/dashboards' },
      },
    ],
  });
