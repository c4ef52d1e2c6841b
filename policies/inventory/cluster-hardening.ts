import type { Finding, Policy } from '../law.ts';
import { type Inventory, inventories } from '../reading/kubespray-tree.ts';
import type { Data } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const clusterHardening: Policy = {
  id: 'cluster-hardening',
  title:
    'Kubespray is told what keeps a cluster closed, leaves its hosts room, notices a dead node and lets itself be watched',
  why: 'Avoid: a default of Kubespray where the platform needs something else, a word that Ansible takes for a text, a metric port on loopback, a limit of requests without its kind. Prefer: each of these variables said, with a value that a reason stands behind. Rationale: Kubespray installs whatever it is told and never says what it was not; a node that is noticed after five minutes, or a host whose system has no memory left, is found out in the outage.',
  check: (_model, tree) => inventories(tree).flatMap(judge),
};

interface Variable {
  key: string;
  /** In words for the reader, and as a test of what stands there. */
  wanted: string;
  is(value: Data): boolean;
  because: string;
}
const says = (key: string, value: string | number | boolean, because: string): Variable => ({
  key,
  wanted: String(value),
  is: (found) => found === value,
  because,
});
const within = (key: string, [least, most]: [number, number], because: string): Variable => ({
  key,
  wanted: `${least} to ${most}`,
  is: (found) => /^\d+$/.test(String(found)) && Number(found) >= least && Number(found) <= most,
  because,
});
const lasts = (key: string, [least, most]: [number, number], because: string): Variable => ({
  key,
  wanted: `${least} s to ${most} s`,
  is: (found) => {
    const [, count, unit = 's'] = /^(\d+)([sm])$/.exec(String(found)) ?? [];
    const seconds = Number(count) * (unit === 'm' ? 60 : 1);
    return seconds >= least && seconds <= most;
  },
  because,
});
const holds = (key: string, wanted: RegExp, because: string): Variable => ({
  key,
  wanted: wanted.source,
  is: (found) => wanted.test(String(found)),
  because,
});

/** @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/docs/operations/hardening.md */
const CLUSTER: readonly Variable[] = [
  says('container_manager', 'containerd', 'images and runbooks are written for it'),
  says('calico_usage_reporting', false, 'nothing is told to others'),
  says('calico_felix_prometheusmetricsenabled', true, 'Felix is watched'),
  holds('kube_proxy_metrics_bind_address', /^(0\.0\.0\.0|\[::\]):10249$/, 'the observers ask each node'),
  holds('kube_controller_manager_bind_address', /^(0\.0\.0\.0|::)$/, 'the observers ask each node'),
  holds('kube_scheduler_bind_address', /^(0\.0\.0\.0|::)$/, 'the observers ask each node'),
  within(
    'etcd_backup_retention_count',
    [3, 14],
    'snapshots before each change, and a disk that is not theirs',
  ),
  says('kubernetes_audit', true, 'who asked what is known afterwards'),
  holds('audit_log_path', /^\/var\/log\/audit\/\S+\.log$/, 'a folder of its own'),
  within('audit_log_maxage', [30, 90], 'CIS asks for thirty days'),
  within('audit_log_maxbackups', [10, 30], 'CIS asks for ten'),
  within('audit_log_maxsize', [100, 500], 'CIS asks for 100 MB'),
  says('kube_encrypt_secret_data', true, 'a stolen disk of etcd shows no secret'),
  says('kube_encryption_algorithm', 'secretbox', 'aescbc can be tampered with'),
  says('tls_min_version', 'VersionTLS12', 'older ones are broken'),
  says('auto_renew_certificates', true, 'a cluster stands still when they end'),
  says('kube_apiserver_service_account_lookup', true, 'a token of an account that is gone is none'),
  says('kube_profiling', false, 'profiles show what is in memory'),
  says('remove_anonymous_access', true, 'nobody without a name learns anything'),
  says('kubelet_authorization_mode_webhook', true, 'a kubelet asks the API who may'),
  says('kubelet_authentication_token_webhook', true, 'a kubelet asks the API who it is'),
  says('kubelet_protect_kernel_defaults', true, 'a kernel that was changed is noticed'),
  says('kubelet_systemd_hardening', true, 'a kubelet talks to nobody but those that are named'),
  says('kubelet_seccomp_default', true, 'a pod that says nothing is confined'),
  within('kubelet_event_record_qps', [1, 50], 'events are neither lost nor a flood'),
  within('kubelet_pod_pids_limit', [1024, 16_384], 'a pod that forks without end ends alone'),
  lasts('kubelet_streaming_connection_idle_timeout', [120, 600], 'a forgotten shell is closed'),
  lasts('kubelet_shutdown_grace_period', [60, 600], 'pods are told before a host goes down'),
  lasts('kubelet_shutdown_grace_period_critical_pods', [10, 120], 'those that others need go last'),
  lasts('kube_controller_node_monitor_grace_period', [20, 60], 'a dead node is noticed within a minute'),
  within(
    'kube_apiserver_pod_eviction_not_ready_timeout_seconds',
    [30, 90],
    'pods of a dead node are created again',
  ),
  within(
    'kube_apiserver_pod_eviction_unreachable_timeout_seconds',
    [30, 90],
    'pods of a dead node are created again',
  ),
  says('system_reserved', true, 'sshd and chrony have memory left'),
  says('kube_reserved', true, 'the kubelet has memory left'),
  holds('system_cpu_reserved', /^([5-9]\d|[1-9]\d\d)m$/, 'sshd and chrony have a processor left'),
  holds('kube_cpu_reserved', /^([5-9]\d|[1-9]\d\d)m$/, 'the kubelet has a processor left'),
  holds('system_memory_reserved', /^(256|512|768|1024)Mi$/, 'sshd and chrony have memory left'),
  holds('kube_memory_reserved', /^(256|512|768|1024)Mi$/, 'the kubelet has memory left'),
  within('metrics_server_replicas', [2, 3], 'autoscalers go on when a worker is lost'),
  says('gateway_api_channel', 'standard', 'the routes need nothing else'),
  says('helm_enabled', false, 'what Helm installs comes by a plan'),
  says('local_volume_provisioner_enabled', false, 'volumes are named in the site’s file'),
];
const ALL: readonly Variable[] = [
  says('ansible_user', 'debian', 'the images have no other'),
  says('ansible_become', true, 'nothing can be installed without it'),
  holds(
    'ansible_ssh_common_args',
    /^-F '\{\{ inventory_dir \}\}\/\.\.\/ssh_config'$/,
    'the way leads through the bastion',
  ),
];

function judge({ all, cluster, paths }: Inventory): Finding[] {
  const wrong = (path: string, key: string | undefined, message: string, fix: string): Finding => ({
    path,
    text: key,
    message,
    fix,
  });
  const said = (path: string, values: Data, variables: readonly Variable[]): Finding[] =>
    variables
      .filter(({ key, is }) => !is(values[key]))
      .map(({ key, wanted, because }) =>
        wrong(
          path,
          values[key] === undefined ? undefined : key,
          `${key} is ${values[key] === undefined ? 'not said' : String(values[key])}: ${because}`,
          `${key}: ${wanted}`,
        ),
      );
  const limits: [string, Data][] = Object.entries<Data>(
    cluster.kube_apiserver_admission_event_rate_limits ?? {},
  );
  const suites = listOf(cluster.tls_cipher_suites).map(String);
  const secure = String(cluster.kubelet_secure_addresses ?? '').split(' ');
  return [
    ...said(paths.all, all, ALL),
    ...said(paths.cluster, cluster, CLUSTER),
    ...(['Namespace', 'User'] as const)
      .filter(
        (type) =>
          !limits.some(
            ([, limit]) =>
              limit?.type === type &&
              limit.qps >= 30 &&
              limit.qps <= 100 &&
              limit.burst >= limit.qps &&
              limit.burst <= 200,
          ),
      )
      .map((type) =>
        wrong(
          paths.cluster,
          'kube_apiserver_admission_event_rate_limits',
          `events are not limited by ${type}, or by numbers that no cluster of this size needs`,
          `type: ${type}, qps: 50, burst: 100`,
        ),
      ),
    ...limits
      .filter(([, limit]) => limit?.type === 'Namespace' && !(limit.cache_size >= 1000))
      .map(([name]) =>
        wrong(
          paths.cluster,
          name,
          `${name} remembers ${String(limits[0]?.[1]?.cache_size)} namespaces`,
          'cache_size: 2000',
        ),
      ),
    ...(['ECDSA', 'RSA'] as const)
      .flatMap((kind) =>
        ['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'].map(
          (suite) => `TLS_ECDHE_${kind}_WITH_${suite}`,
        ),
      )
      .filter((suite) => !suites.includes(suite))
      .map((suite) =>
        wrong(
          paths.cluster,
          'tls_cipher_suites',
          `${suite} is missing: a client that has no other is refused`,
          `- ${suite}`,
        ),
      ),
    ...(listOf(cluster.kube_encryption_resources).map(String).join() === 'secrets'
      ? []
      : [
          wrong(paths.cluster, 'kube_encryption_resources', 'secrets are not what is encrypted', '- secrets'),
        ]),
    ...(listOf(cluster.kube_pod_security_exemptions_namespaces).map(String).join() === 'kube-system'
      ? []
      : [
          wrong(
            paths.cluster,
            'kube_pod_security_exemptions_namespaces',
            'Kubespray’s own pods are refused, or others are exempt',
            '- kube-system',
          ),
        ]),
    ...(/^http:\/\/(\{\{ ip \}\}|\[\{\{ ip6? \}\}\]|\{\{ \S+ \}\}):2381$/.test(
      String(cluster.etcd_extra_vars?.ETCD_LISTEN_METRICS_URLS),
    )
      ? []
      : [
          wrong(
            paths.cluster,
            'etcd_extra_vars',
            'etcd shows its metrics nowhere that an observer asks',
            'ETCD_LISTEN_METRICS_URLS: http://{{ ip }}:2381',
          ),
        ]),
    ...['localhost', 'link-local']
      .filter((each) => !secure.includes(each))
      .concat(
        secure.filter(
          (each) => !/\d/.test(each) && each !== 'localhost' && each !== 'link-local' && each !== '',
        ),
      )
      .map((each) =>
        wrong(
          paths.cluster,
          'kubelet_secure_addresses',
          `the kubelet may not talk as ${each} says`,
          'localhost link-local, and the networks of the site',
        ),
      ),
  ];
}
