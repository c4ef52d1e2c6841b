import { findsEach } from '#scripts/testing/broken-trees.ts';
import { autoscalers } from './autoscalers.ts';

const api = 'sxb/kubernetes/education/horizontalpodautoscaler-education-api.yaml';

findsEach(autoscalers, [
  [
    api,
    / {4}kind: Deployment/,
    '    kind: StatefulSet',
    /moves StatefulSet education-api, which is not there/,
  ],
  [api, 'name: cpu', 'name: cpus', /does not look at cpu/],
  [api, 'averageUtilization: 70', 'averageUtilization: 700', /waits for 700 %/],
  [api, 'type: Resource', 'type: Resourcex', /does not look at cpu/],
  [api, 'minReplicas: 3', 'minReplicas: 1', /has from 1 to 9 pods/],
  [api, 'stabilizationWindowSeconds: 300', 'stabilizationWindowSeconds: 0', /goes down after 0 s/],
  [
    api,
    '      selectPolicy: Max\n      stabilizationWindowSeconds: 300',
    '      stabilizationWindowSeconds: 300',
    /takes the undefined of its steps down/,
  ],
  [
    'sxb/kubernetes/cluster/apiservice-v1beta1.metrics.k8s.io.yaml',
    'insecureSkipTLSVerify: true',
    'insecureSkipTLSVerify: false',
    /the API server of sxb does not believe metrics-server/,
  ],
]);
