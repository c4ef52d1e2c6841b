import type { Tree } from '../law.ts';
import { type Inventory, inventories } from './kubespray-tree.ts';
import type { Data } from './objects.ts';
import kubespray from './schemas/kubespray.json' with { type: 'json' };
import { listOf } from './texts.ts';

/** Arguments by name, without their hyphens; what is not said is not there. */
type Flags = Record<string, Data>;

/** How the programs of a cluster are started, as Kubespray's templates say it with the variables of an inventory. */
export interface Programs {
  inventory: Inventory;
  /** A variable: of the cluster, of all hosts, or Kubespray's default. */
  said(variable: string): Data;
  apiServer: Flags;
  controllerManager: Flags;
  scheduler: Flags;
  /** Its environment: `ETCD_…`. */
  etcd: Flags;
  /** Its configuration, and flags that win over it under the names that the configuration has. */
  kubelet: Flags;
}

const known = new WeakMap<Tree, Programs[]>();
/** Those of every cluster of the tree, read once for all checks. */
export function programs(tree: Tree): Programs[] {
  const found = known.get(tree) ?? inventories(tree).map(programsOf);
  known.set(tree, found);
  return found;
}

function programsOf(inventory: Inventory): Programs {
  const defaults: Data = kubespray.defaults;
  const said = (variable: string): Data =>
    inventory.cluster[variable] ?? inventory.all[variable] ?? defaults[variable];
  return {
    inventory,
    said,
    apiServer: { ...apiServer(said), ...said('kube_kubeadm_apiserver_extra_args') },
    controllerManager: { ...controllerManager(said), ...said('kube_kubeadm_controller_extra_args') },
    scheduler: { ...scheduler(said), ...said('kube_kubeadm_scheduler_extra_args') },
    etcd: { ...etcd(said), ...said('etcd_extra_vars') },
    kubelet: { ...kubelet(said), ...said('kubelet_config_extra_args'), ...custom(said) },
  };
}

type Said = Programs['said'];
/** What kubeadm says without being asked: a file of its own. */
const OWN = 'kubeadm';
const gates = (said: Said, own: string): Data[] =>
  listOf(listOf(said(own)).length > 0 ? said(own) : said('kube_feature_gates'));
const only = (condition: unknown, flags: Flags): Flags => (condition ? flags : {});
const tls = (said: Said): Flags => ({
  ...only(said('tls_cipher_suites'), { 'tls-cipher-suites': listOf(said('tls_cipher_suites')) }),
  ...only(said('tls_min_version'), { 'tls-min-version': said('tls_min_version') }),
});

/** @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/kubernetes/control-plane/templates/kubeadm-config.v1beta4.yaml.j2 */
const apiServer = (said: Said): Flags => ({
  'client-ca-file': OWN,
  'etcd-cafile': OWN,
  'etcd-certfile': OWN,
  'etcd-keyfile': OWN,
  'kubelet-client-certificate': OWN,
  'kubelet-client-key': OWN,
  'service-account-key-file': OWN,
  'tls-cert-file': OWN,
  'tls-private-key-file': OWN,
  'authorization-mode': said('kube_apiserver_use_authorization_config_file')
    ? listOf(said('kube_apiserver_authorization_config_authorizers')).map(({ type }) => type)
    : listOf(said('authorization_modes')),
  'enable-admission-plugins': listOf(said('kube_apiserver_enable_admission_plugins')),
  'disable-admission-plugins': listOf(said('kube_apiserver_disable_admission_plugins')),
  'request-timeout': said('kube_apiserver_request_timeout'),
  profiling: said('kube_profiling'),
  ...only(said('kube_apiserver_service_account_lookup'), { 'service-account-lookup': true }),
  ...only(said('kubelet_rotate_server_certificates'), { 'kubelet-certificate-authority': OWN }),
  ...only(said('kube_encrypt_secret_data'), { 'encryption-provider-config': OWN }),
  ...only(said('kubernetes_audit'), {
    'audit-policy-file': OWN,
    'audit-log-path': said('audit_log_path'),
    'audit-log-maxage': said('audit_log_maxage'),
    'audit-log-maxbackup': said('audit_log_maxbackups'),
    'audit-log-maxsize': said('audit_log_maxsize'),
  }),
  'feature-gates': gates(said, 'kube_apiserver_feature_gates'),
  ...tls(said),
});

const controllerManager = (said: Said): Flags => ({
  'root-ca-file': OWN,
  'service-account-private-key-file': OWN,
  'use-service-account-credentials': true,
  profiling: said('kube_profiling'),
  'terminated-pod-gc-threshold': said('kube_controller_terminated_pod_gc_threshold'),
  'feature-gates': gates(said, 'kube_controller_feature_gates'),
  ...tls(said),
});

const scheduler = (said: Said): Flags => ({
  profiling: said('kube_profiling'),
  'feature-gates': gates(said, 'kube_scheduler_feature_gates'),
  ...tls(said),
});

/** @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/etcd/templates/etcd.env.j2 */
const etcd = (said: Said): Flags => ({
  ETCD_CERT_FILE: OWN,
  ETCD_KEY_FILE: OWN,
  ETCD_PEER_CERT_FILE: OWN,
  ETCD_PEER_KEY_FILE: OWN,
  ETCD_TRUSTED_CA_FILE: `${said('etcd_cert_dir')}/ca.pem`,
  ETCD_CLIENT_CERT_AUTH: said('etcd_secure_client'),
  ETCD_PEER_CLIENT_CERT_AUTH: said('etcd_peer_client_auth'),
});

/** @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/kubernetes/node/templates/kubelet-config.v1beta1.yaml.j2 */
const kubelet = (said: Said): Flags => ({
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: said('kubelet_authentication_token_webhook') },
    x509: { clientCAFile: OWN },
  },
  authorization: { mode: said('kubelet_authorization_mode_webhook') ? 'Webhook' : 'AlwaysAllow' },
  podPidsLimit: said('kubelet_pod_pids_limit'),
  readOnlyPort: said('kube_read_only_port'),
  rotateCertificates: said('kubelet_rotate_certificates'),
  serverTLSBootstrap: said('kubelet_rotate_server_certificates'),
  eventRecordQPS: said('kubelet_event_record_qps'),
  streamingConnectionIdleTimeout: said('kubelet_streaming_connection_idle_timeout'),
  makeIPTablesUtilChains: said('kubelet_make_iptables_util_chains'),
  seccompDefault: said('kubelet_seccomp_default'),
  featureGates: gates(said, 'kubelet_feature_gates'),
  ...only(said('tls_cipher_suites'), { tlsCipherSuites: listOf(said('tls_cipher_suites')) }),
});

/** Flags of the kubelet that are the same as a field of its configuration, which they win over. */
const SAME: Record<string, (value: string) => Flags> = {
  'anonymous-auth': (value) => ({ authentication: { anonymous: { enabled: value !== 'false' } } }),
  'authorization-mode': (mode) => ({ authorization: { mode } }),
  'read-only-port': (value) => ({ readOnlyPort: Number(value) }),
};
const custom = (said: Said): Flags =>
  Object.assign(
    {},
    ...listOf(said('kubelet_custom_flags')).map((flag) => {
      const [, name = '', value = ''] = /^--([\w-]+)=?(.*)$/.exec(String(flag)) ?? [];
      return SAME[name]?.(value) ?? {};
    }),
  );
