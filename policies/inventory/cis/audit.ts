import type { Programs } from '../../reading/kubeadm.ts';
import type { CisRow } from './cis-pack.ts';

/** A number of the audit log that must not be less. */
const least = (
  id: string,
  variable: string,
  flag: string,
  number: number,
  title: string,
  why: string,
): CisRow => ({
  id,
  title,
  variable,
  avoid: `${variable}: 1`,
  fix: `set \`${variable}: ${number}\``,
  why,
  broken: (all: Programs) =>
    'audit-log-path' in all.apiServer &&
    !(Number(all.apiServer[flag]) >= number) &&
    `says ${all.apiServer[flag]} for --${flag}; ${number} are asked for`,
});

/** CIS 1.2.16–19 and 3: what is written down of requests. */
export const AUDIT: CisRow[] = [
  {
    id: '3.1.3',
    title: 'the token by which nodes join is made new',
    variable: 'kubeadm_token',
    avoid: 'kubeadm_token: abcdef.0123456789abcdef',
    fix: 'take `kubeadm_token` out of the inventory',
    why: 'A token that stands in a file lets anybody who has read it add a node.',
    broken: (all) => all.said('kubeadm_token') !== undefined && 'says by which token nodes join',
  },
  {
    id: '3.2.1',
    title: 'requests are written down by a policy',
    variable: 'kubernetes_audit',
    avoid: 'kubernetes_audit: false',
    fix: 'set `kubernetes_audit: true`',
    why: 'After a break-in nobody can say what was read, and by whom.',
    broken: (all) => !all.apiServer['audit-policy-file'] && 'writes down no requests',
  },
  {
    id: '3.2.2',
    title: 'the policy of the audit log covers secrets, tokens and changes',
    variable: 'audit_policy_custom_rules',
    avoid: 'audit_policy_custom_rules with rules that leave out secrets',
    fix: 'take `audit_policy_custom_rules` out of the inventory',
    why: "Kubespray's rules write down who touched a secret and never what it says; rules of one's own often do neither.",
    broken: (all) => {
      const own = String(all.said('audit_policy_custom_rules') ?? '');
      return own !== '' && !/secrets/.test(own) && 'has rules of its own that do not speak of secrets';
    },
  },
  {
    id: '1.2.16',
    title: 'the audit log is a file',
    variable: 'audit_log_path',
    avoid: 'audit_log_path: "-"',
    fix: 'set `audit_log_path: /var/log/audit/kube-apiserver-audit.log`',
    why: 'On standard output it is mixed with everything else and thrown away with the pod.',
    broken: ({ apiServer }) =>
      'audit-log-path' in apiServer &&
      !String(apiServer['audit-log-path'] ?? '').startsWith('/') &&
      'writes its audit log to no file',
  },
  least(
    '1.2.17',
    'audit_log_maxage',
    'audit-log-maxage',
    30,
    'the audit log is kept for 30 days',
    'Break-ins are found weeks later.',
  ),
  least(
    '1.2.18',
    'audit_log_maxbackups',
    'audit-log-maxbackup',
    10,
    'ten files of the audit log are kept',
    'A noisy hour must not push the quiet one before it out.',
  ),
  least(
    '1.2.19',
    'audit_log_maxsize',
    'audit-log-maxsize',
    100,
    'a file of the audit log has 100 MiB',
    'Small files are turned over, and lost, within minutes.',
  ),
];
