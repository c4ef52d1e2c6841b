import { BASELINE } from './baseline.ts';
import { RESTRICTED } from './restricted.ts';

/** The eighteen controls by name; the law `pod-security` asks each namespace for those of its level. */
export const POD_SECURITY = {
  source: 'pod-security',
  tool: 'Pod Security Standards',
  page: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  checks: [...BASELINE, ...RESTRICTED].map(({ id, title, avoid, fix, why }) => ({
    id: `pod-security/${id}`,
    title,
    avoid,
    fix,
    why,
  })),
};
