import { stringify } from 'yaml';
import { both, withPort } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { NODE_SHUTDOWN, nodeShutdownSeconds } from '../drain.ts';
import { RELEASES } from '../releases.ts';
import { wayToApi } from './kubespray-api.ts';
import { servingCertificates } from './kubespray-certificates.ts';

/**
 * The cluster of a site as Kubespray installs it: hosts, and the variables that differ from its defaults, each with its
 * reason. Every name is one that the pinned release defines; a test holds them against its list.
 *
 * @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/docs/ansible/vars.md
 * @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/docs/operations/hardening.md
 */
export function kubesprayInventory({ site }: { site: Site }): string {
  const entry = (host: Host) => [
    host.name,
    {
      ansible_host: host.name, // an alias of ssh_config, which goes through the bastion
      ...(host.address.ipv4 ? { ip: host.address.ipv4, access_ip: host.address.ipv4 } : {}),
      ...(host.address.ipv6 ? { ip6: host.address.ipv6 } : {}),
    },
  ];
  const names = (hosts: Host[]) => ({ hosts: Object.fromEntries(hosts.map((host) => [host.name, null])) });
  const controlPlane = hostsOf(site, 'control-plane');
  const nodes = workers(site);
  return text([
    [
      'Installed with Kubespray v' +
        RELEASES.kubespray +
        '; ssh_config beside this folder leads through the bastion.',
      {
        all: {
          hosts: Object.fromEntries([...controlPlane, ...nodes].map(entry)),
          children: {
            kube_control_plane: names(controlPlane),
            etcd: names(controlPlane),
            kube_node: names(nodes),
            k8s_cluster: { children: { kube_control_plane: null, kube_node: null } },
          },
        },
      },
    ],
  ]);
}

export interface KubesprayAllProps {
  site: KubernetesSite;
  /** Names of the time servers. */
  time: readonly string[];
}

/** Variables of all hosts: how they are reached, where the API is, what time it is. */
export function kubesprayAll({ site, time }: KubesprayAllProps): string {
  const api = site.edge?.api.address ?? {};
  const { resolvers, families } = site.kubernetes;
  const asked = families.includes('ipv4') ? 'the cache of their node' : 'the cluster';
  return text([
    [
      'One way in: the bastion. Debian images log in as debian.',
      {
        ansible_user: 'debian',
        ansible_become: true,
        ansible_ssh_common_args: "-F '{{ inventory_dir }}/../ssh_config'",
      },
    ],
    [
      'Passwords and keys that Kubespray makes stay with the person who runs it, outside every generated tree.',
      {
        credentials_dir: `{{ lookup('env', 'HOME') }}/.config/fredu/${site.code}/credentials`,
        unsafe_show_logs: false,
      },
    ],
    wayToApi(api),
    [
      `Names: a host asks whom its installation says, never the cluster, which is not there yet when it starts. Pods ask ${asked}.`,
      {
        resolvconf_mode: 'none',
        // Else the cluster asks those of /etc/resolv.conf; where systemd-resolved has its own address there, CoreDNS asks itself and ends.
        ...(resolvers.length > 0 ? { upstream_dns_servers: resolvers } : {}),
      },
    ],
    [
      'The same time source at every site: a database node stops at 80 % of the clock offset it tolerates.',
      {
        ntp_enabled: true,
        ntp_package: 'chrony',
        ntp_manage_config: true,
        ntp_servers: time.map((server) => `${server} iburst`),
      },
    ],
    ['Every download is checked.', { download_validate_certs: true }],
  ]);
}

/** Variables of the cluster: versions, networks, hardening, what an operator needs on the first bad day. */
export function kubesprayCluster({ site }: { site: KubernetesSite }): string {
  const { pods, services, families } = site.kubernetes;
  const [four, six] = (['ipv4', 'ipv6'] as const).map((family) => families.includes(family));
  const anywhere = four ? '0.0.0.0' : '::';
  const kubeletPeers = [site.networks.nodes, site.networks.balancers, pods, services].flatMap(both);
  return text([
    [
      'Versions and names.',
      { kube_version: RELEASES.kubernetes, cluster_name: 'cluster.local', container_manager: 'containerd' },
    ],
    [
      'Networks: Calico in VXLAN, so that no router and no port security needs to know of pods.',
      {
        ipv4_stack: four,
        ipv6_stack: six,
        kube_network_plugin: 'calico',
        calico_network_backend: 'vxlan',
        ...(four
          ? {
              calico_ipip_mode: 'Never',
              calico_vxlan_mode: 'Always',
              kube_pods_subnet: pods.ipv4,
              kube_service_addresses: services.ipv4,
              kube_network_node_prefix: 24,
            }
          : // Kubespray says how to find the address of IPv4 only, and the first one of IPv6 may be another.
            { calico_ip6_auto_method: 'kubernetes-internal-ip' }),
        ...(six
          ? {
              calico_ipip_mode_ipv6: 'Never',
              calico_vxlan_mode_ipv6: 'Always',
              kube_pods_subnet_ipv6: pods.ipv6,
              kube_service_addresses_ipv6: services.ipv6,
              kube_network_node_prefix_ipv6: 120,
            }
          : {}),
        enable_network_policy: true,
        ...(four ? { nat_outgoing: true } : {}),
        ...(six ? { nat_outgoing_ipv6: true } : {}),
        calico_usage_reporting: false,
        // Services and policies by one kernel facility: Calico supports nftables beside nftables only, and every isolation of
        // pods rests on it. https://docs.tigera.io/calico/latest/getting-started/kubernetes/requirements
        kube_proxy_mode: 'nftables',
        calico_nftable_mode: 'Enabled',
        kube_proxy_metrics_bind_address: withPort(anywhere, 10249),
        calico_felix_prometheusmetricsenabled: true,
      },
    ],
    [
      'etcd on the control plane; its own metrics port, because the client port asks for a certificate.',
      {
        etcd_deployment_type: 'host',
        etcd_extra_vars: {
          ETCD_LISTEN_METRICS_URLS: four ? 'http://{{ ip }}:2381' : 'http://[{{ ip6 }}]:2381',
        },
        etcd_backup_retention_count: 7,
        kube_controller_manager_bind_address: anywhere,
        kube_scheduler_bind_address: anywhere,
      },
    ],
    [
      'Who asked what: the audit log.',
      {
        kubernetes_audit: true,
        audit_log_path: '/var/log/audit/kube-apiserver-audit.log',
        audit_log_maxage: 30,
        audit_log_maxbackups: 10,
        audit_log_maxsize: 100,
      },
    ],
    [
      'Encryption: secrets at rest, TLS 1.2 or newer with forward secrecy, certificates renewed before they end.',
      {
        kube_encrypt_secret_data: true,
        kube_encryption_algorithm: 'secretbox',
        kube_encryption_resources: ['secrets'],
        tls_min_version: 'VersionTLS12',
        tls_cipher_suites: [
          'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
          'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
          'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
          'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
          'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
          'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
        ],
        auto_renew_certificates: true,
      },
    ],
    [
      'The API server refuses the rest. No AlwaysPullImages: a pod must start while the registry is away.',
      {
        authorization_modes: ['Node', 'RBAC'],
        kube_apiserver_request_timeout: '120s',
        kube_apiserver_service_account_lookup: true,
        // No service of ours has an address from outside, and anybody who makes one could take any (CVE-2020-8554).
        kube_apiserver_enable_admission_plugins: [
          'DenyServiceExternalIPs',
          'EventRateLimit',
          'NodeRestriction',
          'PodSecurity',
        ],
        kube_apiserver_admission_control_config_file: true,
        kube_apiserver_admission_plugins_needs_configuration: ['EventRateLimit', 'PodSecurity'],
        kube_apiserver_admission_event_rate_limits: {
          limit_1: { type: 'Namespace', qps: 50, burst: 100, cache_size: 2000 },
          limit_2: { type: 'User', qps: 50, burst: 100 },
        },
        kube_pod_security_use_default: true,
        kube_pod_security_default_enforce: 'restricted',
        kube_pod_security_exemptions_namespaces: ['kube-system'],
        // By default a pod's token of an hour is good for a year, for clients that read it once; no program here is so old.
        kube_kubeadm_apiserver_extra_args: { 'service-account-extend-token-expiration': 'false' },
        kube_profiling: false,
        remove_anonymous_access: true,
        kube_controller_terminated_pod_gc_threshold: 50,
      },
    ],
    [
      'Kubelets talk to the control plane, the balancers and their own pods, and to nobody else: they dial nothing by name.',
      {
        kubelet_authorization_mode_webhook: true,
        kubelet_authentication_token_webhook: true,
        kube_read_only_port: 0,
        kubelet_rotate_certificates: true,
        kubelet_rotate_server_certificates: true,
        ...servingCertificates(site),
        kubelet_protect_kernel_defaults: true,
        kubelet_event_record_qps: 5,
        kubelet_seccomp_default: true,
        kubelet_streaming_connection_idle_timeout: '5m',
        // As OpenShift has it; the thread pools of a gateway of Ceph and of a database node are hundreds.
        // https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/nodes/working-with-nodes#nodes-nodes-managing-max-pods-proc_nodes-nodes-managing-max-pods
        kubelet_pod_pids_limit: 4096,
        kubelet_systemd_hardening: true,
        kubelet_secure_addresses: `localhost link-local ${kubeletPeers.join(' ')}`,
        kube_owner: 'root',
        kube_cert_group: 'root',
      },
    ],
    [
      'A node that goes down says goodbye first, and a dead one is noticed within a minute.',
      {
        kubelet_shutdown_grace_period: `${nodeShutdownSeconds}s`,
        kubelet_shutdown_grace_period_critical_pods: `${NODE_SHUTDOWN.criticalSeconds}s`,
        kube_controller_node_monitor_grace_period: '40s',
        kube_apiserver_pod_eviction_not_ready_timeout_seconds: '60',
        kube_apiserver_pod_eviction_unreachable_timeout_seconds: '60',
      },
    ],
    [
      'Room for the system beside the pods.',
      {
        system_reserved: true,
        system_cpu_reserved: '100m',
        system_memory_reserved: '512Mi',
        kube_reserved: true,
        kube_cpu_reserved: '100m',
        kube_memory_reserved: '512Mi',
      },
    ],
    [
      'Add-ons: the autoscaler reads metrics-server, the definitions of the Gateway API serve the ingress. cert-manager comes by a plan.',
      {
        metrics_server_enabled: true,
        metrics_server_replicas: 2,
        metrics_server_kubelet_insecure_tls: false,
        cert_manager_enabled: false,
        gateway_api_enabled: true,
        gateway_api_channel: 'standard',
        // In IPv6 only Kubespray's own tests have none: a link-local address of that family is nothing without an interface.
        ...(four
          ? { enable_nodelocaldns: true, nodelocaldns_ip: NODE_LOCAL_DNS }
          : { enable_nodelocaldns: false }),
        helm_enabled: false,
        local_volume_provisioner_enabled: false,
      },
    ],
  ]);
}

/** Where pods ask for names: a cache on their own node, at a link-local address. Where there is no IPv4, the cluster itself. */
export const NODE_LOCAL_DNS = '169.254.25.10';

function text(sections: [comment: string, value: Record<string, unknown>][]): string {
  const parts = sections.map(
    ([comment, value]) => `# ${comment}\n${stringify(value, { lineWidth: 0, nullStr: '' })}`,
  );
  return `---\n${parts.join('\n')}`;
}
