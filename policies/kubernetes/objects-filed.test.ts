import { findsEach } from '#scripts/testing/broken-trees.ts';
import { objectsFiled } from './objects-filed.ts';

findsEach(objectsFiled, [
  [
    'sxb/kubernetes/monitoring/limitrange-workloads.yaml',
    'name: workloads',
    'name: app',
    /the file limitrange-workloads holds the LimitRange app/,
  ],
  [
    'sxb/kubernetes/cluster/gatewayclass-traefik.yaml',
    'app.kubernetes.io/name: traefik',
    'app.kubernetes.io/name: traefikx',
    'GatewayClass traefik is of traefikx, to which nothing else of sxb belongs',
  ],
  [
    'sxb/kubernetes/education/service-pgbouncer.yaml',
    / {4}app\.kubernetes\.io\/name: pgbouncer\n/,
    '',
    'Service pgbouncer does not say which component it belongs to',
  ],
  [
    'sxb/kubernetes/rook-ceph/httproute-object-store.yaml',
    'app.kubernetes.io/name',
    'app.kubernetes.io/nam',
    /which Kubernetes has not/,
  ],
  [
    'sxb/kubernetes/education/service-pgbouncer.yaml',
    'namespace: education',
    'namespace: monitoring',
    /lies among what is of education/,
  ],
]);
