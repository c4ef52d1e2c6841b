import { findsEach } from '#scripts/testing/broken-trees.ts';
import { classesKnown } from './classes-known.ts';

const cluster = 'sxb/kubernetes/cluster';

findsEach(classesKnown, [
  [
    `${cluster}/gatewayclass-traefik.yaml`,
    'the Gateway public is of the GatewayClass traefik, which sxb has not',
  ],
  [`${cluster}/ingressclass-traefik.yaml`, /which sxb has not/],
  [
    `${cluster}/gatewayclass-traefik.yaml`,
    'traefik.io/gateway-controller',
    'traefik.io/gateway',
    /which does not run here/,
  ],
  [
    'sxb/kubernetes/traefik/gateway-public.yaml',
    'gatewayClassName: traefik',
    'gatewayClassName: nginx',
    /is of the GatewayClass nginx/,
  ],
  [`${cluster}/priorityclass-fredu-app.yaml`, /has the priority fredu-app, which nothing defines/],
  [`${cluster}/priorityclass-fredu-app.yaml`, 'value: 500000', 'value: 50', /matters less/],
  [
    `${cluster}/priorityclass-fredu-batch.yaml`,
    'preemptionPolicy: Never',
    'preemptionPolicy: PreemptLowerPriority',
    /says PreemptLowerPriority of pods with less priority/,
  ],
  [
    `${cluster}/storageclass-cockroachdb-local.yaml`,
    'reclaimPolicy: Retain',
    'reclaimPolicy: Delete',
    /goes with its claim/,
  ],
  [
    'sxb/kubernetes/cluster/persistentvolume-cockroachdb-sxb-worker1.yaml',
    'storageClassName: cockroachdb-local',
    'storageClassName: local',
    /of the StorageClass local/,
  ],
]);
