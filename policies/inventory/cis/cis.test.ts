import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import type { Tree } from '#policies/law.ts';
import type { Data } from '#policies/reading/objects.ts';
import { added, edited, only, without } from '#scripts/testing/edited-tree.ts';
import { type Case, named, proved } from '#scripts/testing/named-checks.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { CIS } from './checks.ts';

const tree = only(artefacts(threeSites()), /^(sxb|dc)\/(kubernetes|inventory\/kubespray)\//);
const CLUSTER = 'sxb/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';

/** What the fix of a check says to do, done to the variables of the cluster. */
function carriedOut(fix: string, variables: Data): void {
  for (const step of fix.split('; ')) {
    const [, value] = /^set `(.+)`$/.exec(step) ?? [];
    const [, lost = '', from] = /^take `(.+)` out of (\w+|the inventory)$/.exec(step) ?? [];
    const [, item, to] = /^add `(.+)` to (\w+)$/.exec(step) ?? [];
    if (value) Object.assign(variables, parse(value));
    else if (from === 'the inventory') delete variables[lost];
    else if (from) variables[from] = removed(variables[from] ?? {}, lost);
    else if (to) variables[to] = [...(variables[to] ?? []), item];
    else throw new Error(`nobody knows how to carry out: ${step}`);
  }
}
const removed = (from: Data, lost: string): Data =>
  Array.isArray(from)
    ? from.filter((each) => each !== lost)
    : Object.fromEntries(Object.entries(from).filter(([key]) => key !== lost));

const fixOf = (id: string) => CIS.checks.find((each) => each.id === `cis/${id}`)!.fix;
const of = (id: string, variables: Data, also?: string[]): Case => ({
  break: (from) => edited(from, CLUSTER, (all) => Object.assign(all, variables)),
  mend: (from) => edited(from, CLUSTER, (all) => carriedOut(fixOf(id), all)),
  ...(also ? { also: also.map((each) => `cis/${each}`) } : {}),
});
/** A variable with one item less, or with one more. */
const list = (id: string, variable: string, change: (items: string[]) => string[]): Case => ({
  ...of(id, {}),
  break: (from) =>
    edited(from, CLUSTER, (all) => Object.assign(all, { [variable]: change(all[variable] ?? []) })),
});
const less = (id: string, variable: string, item: string) =>
  list(id, variable, (items) => items.filter((each) => each !== item));
const more = (id: string, variable: string, item: string) => list(id, variable, (items) => [...items, item]);

const API = 'kube_kubeadm_apiserver_extra_args';
const CONTROLLERS = 'kube_kubeadm_controller_extra_args';
const ETCD = 'etcd_extra_vars';
/** An argument of kubeadm, or a variable of etcd, as somebody would add it. */
const argument = (id: string, variable: string, values: Data): Case => ({
  ...of(id, {}),
  break: (from) =>
    edited(from, CLUSTER, (all) => Object.assign(all, { [variable]: { ...all[variable], ...values } })),
});
const PLUGINS = 'kube_apiserver_enable_admission_plugins';
const DISABLED = 'kube_apiserver_disable_admission_plugins';
const level = (id: string, enforce: string, also: string[]) =>
  of(
    id,
    { kube_pod_security_default_enforce: enforce },
    also.filter((each) => each !== id),
  );
const BASELINE = ['5.2.2', '5.2.3', '5.2.4', '5.2.5', '5.2.10', '5.2.11', '5.2.12'];
const RESTRICTED = ['5.2.6', '5.2.7', '5.2.8', '5.2.9'];
const OWNER = ['1.1.2', '1.1.10', '4.1.6'];

const ROLE = 'sxb/kubernetes/education/role-prometheus.yaml';
const role = (change: (rule: Data) => unknown, mend: (rule: Data) => unknown): Case => ({
  break: (from) => edited(from, ROLE, ({ rules }) => change(rules[0])),
  mend: (from) => edited(from, ROLE, ({ rules }) => mend(rules[0])),
});
const resource = (name: string): Case =>
  role(
    ({ resources, verbs }) => {
      resources.push(name);
      verbs.push('update');
    },
    ({ resources }) => resources.pop(),
  );
const BINDING = 'sxb/kubernetes/education/rolebinding-prometheus.yaml';
const DENY = 'sxb/kubernetes/traefik/networkpolicy-default-deny.yaml';

const CASES: Record<string, Case> = {
  '1.1.2': of('1.1.2', { kube_owner: 'kube' }, ['1.1.10', '4.1.6']),
  '1.1.7': of('1.1.7', { etcd_deployment_type: 'kubeadm' }),
  '1.1.10': of(
    '1.1.10',
    { kube_owner: 'kube' },
    OWNER.filter((each) => each !== '1.1.10'),
  ),
  '1.1.12': of('1.1.12', { etcd_owner: 'root' }),
  '1.1.19': of('1.1.19', { kube_cert_group: 'kube-cert' }),
  '1.2.2': of('1.2.2', { kube_token_auth: true }),
  '1.2.3': less('1.2.3', PLUGINS, 'DenyServiceExternalIPs'),
  '1.2.4': argument('1.2.4', API, { 'kubelet-client-certificate': '' }),
  '1.2.5': of('1.2.5', { kubelet_rotate_server_certificates: false }, ['4.2.9']),
  '1.2.6': more('1.2.6', 'authorization_modes', 'AlwaysAllow'),
  '1.2.7': less('1.2.7', 'authorization_modes', 'Node'),
  '1.2.8': less('1.2.8', 'authorization_modes', 'RBAC'),
  '1.2.9': less('1.2.9', PLUGINS, 'EventRateLimit'),
  '1.2.10': more('1.2.10', PLUGINS, 'AlwaysAdmit'),
  '1.2.12': more('1.2.12', DISABLED, 'ServiceAccount'),
  '1.2.13': more('1.2.13', DISABLED, 'NamespaceLifecycle'),
  '1.2.14': less('1.2.14', PLUGINS, 'NodeRestriction'),
  '1.2.15': argument('1.2.15', API, { profiling: 'true' }),
  '1.2.16': of('1.2.16', { audit_log_path: '-' }),
  '1.2.17': of('1.2.17', { audit_log_maxage: 1 }),
  '1.2.18': of('1.2.18', { audit_log_maxbackups: 1 }),
  '1.2.19': of('1.2.19', { audit_log_maxsize: 1 }),
  '1.2.20': of('1.2.20', { kube_apiserver_request_timeout: '1h' }),
  '1.2.21': argument('1.2.21', API, { 'service-account-lookup': 'false' }),
  '1.2.22': argument('1.2.22', API, { 'service-account-key-file': '' }),
  '1.2.23': argument('1.2.23', API, { 'etcd-keyfile': '' }),
  '1.2.24': argument('1.2.24', API, { 'tls-cert-file': '' }),
  '1.2.25': argument('1.2.25', API, { 'client-ca-file': '' }),
  '1.2.26': argument('1.2.26', API, { 'etcd-cafile': '' }),
  '1.2.27': of('1.2.27', { kube_encrypt_secret_data: false }),
  '1.2.28': of('1.2.28', { kube_encryption_algorithm: 'identity' }),
  '1.2.29': argument('1.2.29', API, { 'tls-cipher-suites': ['TLS_RSA_WITH_AES_128_CBC_SHA'] }),
  '1.2.30': of('1.2.30', { [API]: {} }),
  '1.3.1': of('1.3.1', { kube_controller_terminated_pod_gc_threshold: 12500 }),
  '1.3.2': argument('1.3.2', CONTROLLERS, { profiling: 'true' }),
  '1.3.3': argument('1.3.3', CONTROLLERS, { 'use-service-account-credentials': 'false' }),
  '1.3.4': argument('1.3.4', CONTROLLERS, { 'service-account-private-key-file': '' }),
  '1.3.5': argument('1.3.5', CONTROLLERS, { 'root-ca-file': '' }),
  '1.3.6': more('1.3.6', 'kube_controller_feature_gates', 'RotateKubeletServerCertificate=false'),
  '1.4.1': argument('1.4.1', 'kube_kubeadm_scheduler_extra_args', { profiling: 'true' }),
  '2.1': argument('2.1', ETCD, { ETCD_KEY_FILE: '' }),
  '2.2': of('2.2', { etcd_secure_client: false }),
  '2.3': argument('2.3', ETCD, { ETCD_AUTO_TLS: 'true' }),
  '2.4': argument('2.4', ETCD, { ETCD_PEER_CERT_FILE: '' }),
  '2.5': of('2.5', { etcd_peer_client_auth: false }),
  '2.6': argument('2.6', ETCD, { ETCD_PEER_AUTO_TLS: 'true' }),
  '2.7': of('2.7', { etcd_cert_dir: '/etc/kubernetes/ssl' }),
  '3.1.3': of('3.1.3', { kubeadm_token: 'abcdef.0123456789abcdef' }),
  '3.2.1': of('3.2.1', { kubernetes_audit: false }),
  '3.2.2': of('3.2.2', { audit_policy_custom_rules: '- level: Metadata' }),
  '4.1.6': of(
    '4.1.6',
    { kube_owner: 'kube' },
    OWNER.filter((each) => each !== '4.1.6'),
  ),
  '4.2.1': more('4.2.1', 'kubelet_custom_flags', '--anonymous-auth=true'),
  '4.2.2': of('4.2.2', { kubelet_authorization_mode_webhook: false }),
  '4.2.3': of('4.2.3', { kubelet_config_extra_args: { authentication: { x509: {} } } }),
  '4.2.4': of('4.2.4', { kube_read_only_port: 10255 }),
  '4.2.5': of('4.2.5', { kubelet_streaming_connection_idle_timeout: '0s' }),
  '4.2.6': of('4.2.6', { kubelet_make_iptables_util_chains: false }),
  '4.2.8': of('4.2.8', { kubelet_event_record_qps: -1 }),
  '4.2.9': of('4.2.9', { kubelet_rotate_server_certificates: false }, ['1.2.5']),
  '4.2.10': of('4.2.10', { kubelet_rotate_certificates: false }),
  '4.2.11': more('4.2.11', 'kubelet_feature_gates', 'RotateKubeletServerCertificate=false'),
  '4.2.12': of('4.2.12', { tls_cipher_suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] }, ['1.2.29']),
  '4.2.13': of('4.2.13', { kubelet_pod_pids_limit: -1 }),
  '4.2.14': of('4.2.14', { kubelet_seccomp_default: false }),
  '5.1.7': {
    break: (from) =>
      edited(from, BINDING, ({ subjects }) => subjects.push({ kind: 'Group', name: 'system:masters' })),
    mend: (from) => edited(from, BINDING, ({ subjects }) => Object.assign(subjects.at(-1), { name: 'ours' })),
  },
  '5.1.8': role(
    ({ verbs }) => verbs.push('impersonate'),
    ({ verbs }) => verbs.pop(),
  ),
  '5.1.9': resource('persistentvolumes'),
  '5.1.10': resource('nodes/proxy'),
  '5.1.11': resource('certificatesigningrequests/approval'),
  '5.1.12': resource('validatingwebhookconfigurations'),
  '5.1.13': resource('serviceaccounts/token'),
  '5.2.1': of('5.2.1', { kube_pod_security_exemptions_namespaces: ['kube-system', 'education'] }),
  ...Object.fromEntries(BASELINE.map((id) => [id, level(id, 'privileged', [...BASELINE, ...RESTRICTED])])),
  ...Object.fromEntries(RESTRICTED.map((id) => [id, level(id, 'baseline', RESTRICTED)])),
  '5.3.1': of('5.3.1', { kube_network_plugin: 'flannel' }),
  '5.3.2': {
    break: (from) => [DENY, DENY.replace('default-deny', 'all-pods')].reduce(without, from),
    mend: (from) =>
      added(from, DENY, {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'default-deny', namespace: 'traefik' },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      }),
  },
};

describe('CIS', () => {
  proved(CIS.checks, tree, named('cis', CASES));
  it('has more than sixty that variables decide, each naming its own', () => {
    const decided = CIS.checks.filter(({ title }) => /\([a-z]\w+_\w+\)$/.test(title));
    expect(decided.length).toBeGreaterThan(60);
  });
  it('takes what is not said for what Kubespray says by default', () => {
    const bare: Tree = edited(tree, CLUSTER, (all) => {
      for (const name of Object.keys(all)) delete all[name];
    });
    const found = CIS.checks.filter(({ breaks }) => breaks(bare).length > 0).map(({ id }) => id);
    expect(found).toContain('cis/1.2.27');
    expect(found).toContain('cis/4.2.13');
    expect(found).not.toContain('cis/4.2.10'); // kubelet_rotate_certificates is true by default
    expect(found).not.toContain('cis/1.2.15');
  });
});
