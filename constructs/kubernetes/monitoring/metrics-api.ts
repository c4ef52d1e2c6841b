import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { labels } from '../pod.ts';

const METRICS_SERVER = 'metrics-server';
const GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';

/**
 * Where the API server finds what autoscalers read: metrics-server, which Kubespray installs. It makes its own certificate at each
 * start, of which no authority knows. Kubespray lets the API server believe that one only where metrics-server believes any kubelet
 * too; ours asks kubelets for theirs, so this says of the one way alone that it is not checked. It stays in the cluster. A run of Kubespray
 * takes it back until the next deploy.
 *
 * @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/kubernetes-apps/metrics_server/templates/metrics-apiservice.yaml.j2
 * @see https://github.com/kubernetes-sigs/metrics-server/blob/v0.8.0/manifests/base/apiservice.yaml
 */
export class MetricsApi extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new k8s.KubeApiService(this, 'service', {
      metadata: { name: `${VERSION}.${GROUP}`, labels: labels(METRICS_SERVER) },
      spec: {
        service: { name: METRICS_SERVER, namespace: 'kube-system' },
        group: GROUP,
        version: VERSION,
        insecureSkipTlsVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    });
  }
}
