import { RBAC } from '../../kubernetes/cis-rbac.ts';
import { kubernetesPack } from '../../kubernetes/kubernetes-pack.ts';
import { ADMISSION } from './admission.ts';
import { API_SERVER } from './api-server.ts';
import { AUDIT } from './audit.ts';
import { cisPack } from './cis-pack.ts';
import { CONTROLLERS } from './controllers.ts';
import { ENCRYPTION } from './encryption.ts';
import { ETCD } from './etcd.ts';
import { FILES } from './files.ts';
import { KUBELET } from './kubelet.ts';

const number = (id: string): number[] => id.slice('cis/'.length).split('.').map(Number);
const byNumber = ({ id: a }: { id: string }, { id: b }: { id: string }): number => {
  const [left, right] = [number(a), number(b)];
  const at = left.findIndex((each, index) => each !== right[index]);
  return at < 0 ? 0 : left[at]! - (right[at] ?? 0);
};

/**
 * Recommendations of the CIS Kubernetes Benchmark 1.12 that variables of Kubespray decide, or roles of the tree; those that we
 * decline stand in the table of decisions.
 */
export const CIS = {
  source: 'cis',
  tool: 'CIS Kubernetes Benchmark 1.12',
  page: 'https://github.com/aquasecurity/kube-bench/tree/main/cfg/cis-1.12',
  checks: [
    ...cisPack([
      ...FILES,
      ...API_SERVER,
      ...ADMISSION,
      ...AUDIT,
      ...ENCRYPTION,
      ...CONTROLLERS,
      ...ETCD,
      ...KUBELET,
    ]),
    ...kubernetesPack('cis', RBAC),
  ].sort(byNumber),
};
