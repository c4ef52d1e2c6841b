import { listOf } from '../../reading/texts.ts';
import { type CisRow, isOff, isOn } from './cis-pack.ts';

const FLAGS = 'kubelet_custom_flags';

/** CIS 4.2: the kubelet of every node. */
export const KUBELET: CisRow[] = [
  {
    id: '4.2.1',
    title: 'a kubelet answers nobody without a name',
    variable: FLAGS,
    avoid: `${FLAGS}: ["--anonymous-auth=true"]`,
    fix: `take \`--anonymous-auth=true\` out of ${FLAGS}`,
    why: 'Anybody who reaches its port runs commands in its pods.',
    broken: ({ kubelet }) =>
      isOn(kubelet.authentication?.anonymous?.enabled) && 'lets anybody ask its kubelets',
  },
  {
    id: '4.2.2',
    title: 'a kubelet asks the API who may do what',
    variable: 'kubelet_authorization_mode_webhook',
    avoid: 'kubelet_authorization_mode_webhook: false',
    fix: 'set `kubelet_authorization_mode_webhook: true`',
    why: 'Every certificate of the cluster may run commands in every pod.',
    broken: ({ kubelet }) =>
      kubelet.authorization?.mode !== 'Webhook' &&
      `lets its kubelets decide by ${kubelet.authorization?.mode}`,
  },
  {
    id: '4.2.3',
    title: 'a kubelet believes certificates of the cluster only',
    variable: 'kubelet_config_extra_args',
    avoid: 'kubelet_config_extra_args: {authentication: {x509: {}}}',
    fix: 'take `authentication` out of kubelet_config_extra_args',
    why: 'Without an authority it asks for no certificate at all.',
    broken: ({ kubelet }) =>
      kubelet.authentication?.x509 !== undefined &&
      !kubelet.authentication.x509.clientCAFile &&
      'tells its kubelets no authority',
  },
  {
    id: '4.2.4',
    title: 'a kubelet has no port without a name',
    variable: 'kube_read_only_port',
    avoid: 'kube_read_only_port: 10255',
    fix: 'set `kube_read_only_port: 0`',
    why: 'Pods, their images and environments are given in clear text to anybody who asks.',
    broken: ({ kubelet }) =>
      Number(kubelet.readOnlyPort ?? 0) !== 0 && `opens port ${kubelet.readOnlyPort} of its kubelets`,
  },
  {
    id: '4.2.5',
    title: 'a stream that nobody uses ends',
    variable: 'kubelet_streaming_connection_idle_timeout',
    avoid: 'kubelet_streaming_connection_idle_timeout: 0s',
    fix: 'set `kubelet_streaming_connection_idle_timeout: 5m`',
    why: 'Shells that were left open pile up until a node has no connections left.',
    broken: ({ kubelet: { streamingConnectionIdleTimeout: after } }) =>
      after !== undefined && /^0\D*$/.test(String(after)) && 'keeps streams for ever',
  },
  {
    id: '4.2.6',
    title: 'a kubelet keeps the chains of the kernel that others rely on',
    variable: 'kubelet_make_iptables_util_chains',
    avoid: 'kubelet_make_iptables_util_chains: false',
    fix: 'set `kubelet_make_iptables_util_chains: true`',
    why: 'Packets that a service must not lose are dropped or left unmarked.',
    broken: ({ kubelet }) =>
      kubelet.makeIPTablesUtilChains !== undefined &&
      isOff(kubelet.makeIPTablesUtilChains) &&
      'does not keep the chains of its nodes',
  },
  {
    id: '4.2.8',
    title: 'a kubelet tells what happens, at a rate that is said',
    variable: 'kubelet_event_record_qps',
    avoid: 'kubelet_event_record_qps: -1',
    fix: 'set `kubelet_event_record_qps: 5`',
    why: 'Events that are dropped are those of the minute in which all happened at once.',
    broken: ({ kubelet }) =>
      !(Number(kubelet.eventRecordQPS) >= 0) && 'says no rate of events of its kubelets',
  },
  {
    id: '4.2.9',
    title: 'a kubelet serves by a certificate of the cluster',
    variable: 'kubelet_rotate_server_certificates',
    avoid: 'kubelet_rotate_server_certificates: false',
    fix: 'set `kubelet_rotate_server_certificates: true`',
    why: 'One that it makes for itself is believed by nobody, so that nobody asks for any.',
    broken: ({ kubelet }) =>
      !isOn(kubelet.serverTLSBootstrap) && 'lets its kubelets serve by certificates of their own making',
  },
  {
    id: '4.2.10',
    title: 'a kubelet renews its certificate',
    variable: 'kubelet_rotate_certificates',
    avoid: 'kubelet_rotate_certificates: false',
    fix: 'set `kubelet_rotate_certificates: true`',
    why: 'After a year all nodes leave the cluster on one day.',
    broken: ({ kubelet }) => !isOn(kubelet.rotateCertificates) && 'lets certificates of its kubelets end',
  },
  {
    id: '4.2.11',
    title: 'no gate keeps a kubelet from renewing what it serves by',
    variable: 'kubelet_feature_gates',
    avoid: 'kubelet_feature_gates: [RotateKubeletServerCertificate=false]',
    fix: 'take `RotateKubeletServerCertificate=false` out of kubelet_feature_gates',
    why: 'Logs and metrics of a node end a year after it was made.',
    broken: ({ kubelet }) =>
      listOf(kubelet.featureGates).includes('RotateKubeletServerCertificate=false') &&
      'turns the renewal of its kubelets off',
  },
  {
    id: '4.2.13',
    title: 'a pod has a limit of processes',
    variable: 'kubelet_pod_pids_limit',
    avoid: 'kubelet_pod_pids_limit: -1',
    fix: 'set `kubelet_pod_pids_limit: 4096`',
    why: 'One pod that forks without end leaves its node no process to log in with.',
    broken: ({ kubelet }) => !(Number(kubelet.podPidsLimit) > 0) && 'lets a pod have any number of processes',
  },
  {
    id: '4.2.14',
    title: 'a container has the seccomp profile of its runtime by default',
    variable: 'kubelet_seccomp_default',
    avoid: 'kubelet_seccomp_default: false',
    fix: 'set `kubelet_seccomp_default: true`',
    why: 'Most holes of the kernel are reached by calls that no program here makes.',
    broken: ({ kubelet }) => !isOn(kubelet.seccompDefault) && 'lets containers make every call of the kernel',
  },
];
