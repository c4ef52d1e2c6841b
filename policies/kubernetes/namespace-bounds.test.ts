import { findsEach } from '#scripts/testing/broken-trees.ts';
import { namespaceBounds } from './namespace-bounds.ts';

const quota = 'sxb/kubernetes/education/resourcequota-workloads.yaml';

findsEach(namespaceBounds, [
  [quota, 'education of sxb may take the whole cluster: it has no ResourceQuota'],
  [quota, 'pods: "32"', 'pods: "3"', /pods is 3, and its pods ask for/],
  [quota, 'services.loadbalancers: "0"', 'services.loadbalancers: "1"', /may take an address from outside/],
  [quota, '    services.nodeports: "0"\n', '', /undefined node ports are allowed, and its services have 0/],
  [quota, 'requests.memory', 'request.memory', /a quota does not know request\.memory/],
  ['sxb/kubernetes/monitoring/limitrange-workloads.yaml', /it has no LimitRange/],
  [
    'sxb/kubernetes/monitoring/limitrange-workloads.yaml',
    'cpu: 50m',
    'cpus: 50m',
    /gets no defaultRequest\.cpu/,
  ],
]);
