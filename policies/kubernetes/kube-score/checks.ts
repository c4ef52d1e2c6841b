import { kubernetesPack } from '../kubernetes-pack.ts';
import { OBJECTS } from './objects.ts';
import { WORKLOADS } from './workloads.ts';

/** kube-score's checks, without those that are one of kube-linter's or of the Pod Security Standards once more. */
export const KUBE_SCORE = {
  source: 'kube-score',
  tool: 'kube-score',
  page: 'https://github.com/zegl/kube-score/blob/v1.20.0/README_CHECKS.md',
  checks: kubernetesPack('kube-score', [...WORKLOADS, ...OBJECTS]),
};
