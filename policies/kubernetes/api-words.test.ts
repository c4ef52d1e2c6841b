import { findsEach } from '#scripts/testing/broken-trees.ts';
import { apiWords } from './api-words.ts';

const api = 'dc/kubernetes/education/service-education-api.yaml';
findsEach(apiWords, [
  [
    api,
    'type: ClusterIP',
    'type: ClusterIPx',
    'Service/education/education-api: spec.type is ClusterIPx, which the API does not know',
  ],
  [api, '- IPv4', '- IPv4x', /spec\.ipFamilies is IPv4x/],
  [
    'sxb/kubernetes/traefik/daemonset-traefik.yaml',
    'fsGroupChangePolicy: OnRootMismatch',
    'fsGroupChangePolicy: OnMismatch',
    /securityContext\.fsGroupChangePolicy is OnMismatch/,
  ],
  [
    'dc/kubernetes/rook-ceph/certificate-tls-public.yaml',
    'group: cert-manager.io',
    'group: cert-managerx.io',
    /issuerRef\.group is cert-managerx\.io/,
  ],
  [
    'sxb/kubernetes/cluster/namespace-education.yaml',
    'pod-security.kubernetes.io/warn: restricted',
    'pod-security.kubernetes.io/warn: baseline',
    'namespace education enforces restricted, and has baseline for warn',
  ],
  [
    'sxb/kubernetes/cluster/namespace-education.yaml',
    '    pod-security.kubernetes.io/audit: restricted\n',
    '',
    /has undefined for audit/,
  ],
]);
