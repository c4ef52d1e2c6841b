import type { Data } from '../../reading/objects.ts';
import { type Control, first } from './control.ts';

const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);
const SELINUX_TYPES = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);
const contexts = (pod: Data, containers: Data[]): Data[] =>
  [pod.securityContext, ...containers.map((each) => each.securityContext)].filter(Boolean);
const handlers = (container: Data): Data[] => [
  container.livenessProbe,
  container.readinessProbe,
  container.startupProbe,
  container.lifecycle?.preStop,
  container.lifecycle?.postStart,
];

/**
 * The twelve controls that keep a pod from its node.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
export const BASELINE: Control[] = [
  {
    id: 'windowsHostProcess',
    title: 'no container is a host process of Windows',
    avoid: 'windowsOptions: {hostProcess: true}',
    why: 'Such a container is the administrator of its node.',
    field: 'hostProcess',
    breaks: (pod, containers) =>
      contexts(pod, containers).some((context) => context.windowsOptions?.hostProcess)
        ? 'hostProcess is true'
        : undefined,
    fix: 'leave out windowsOptions.hostProcess',
  },
  {
    id: 'hostNamespaces',
    title: 'no pod shares the network, the processes or the memory of its node',
    avoid: 'hostNetwork: true',
    why: 'What the node keeps apart, such a pod sees and reaches.',
    field: 'host',
    breaks: (pod) => {
      const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => pod[key]);
      return used.length > 0 ? `${used.join(', ')} is true` : undefined;
    },
    fix: 'leave out hostNetwork, hostPID and hostIPC',
  },
  {
    id: 'privileged',
    title: 'no container is privileged',
    avoid: 'privileged: true',
    why: 'It has every device and capability of its node.',
    field: 'privileged',
    breaks: (_pod, containers) =>
      first(containers, (each) => each.securityContext?.privileged, 'is privileged'),
    fix: 'leave out privileged',
  },
  {
    id: 'capabilities',
    title: 'no container adds a capability beyond those of a runtime',
    avoid: 'capabilities: {add: [SYS_ADMIN]}',
    why: 'SYS_ADMIN or NET_ADMIN is root on the node in all but name.',
    field: 'capabilities',
    breaks: (_pod, containers) =>
      first(
        containers,
        (each) => each.securityContext?.capabilities?.add?.some((name: string) => !CAPABILITIES.has(name)),
        'adds a capability beyond the default ones',
      ),
    fix: 'add no capability',
  },
  {
    id: 'hostPathVolumes',
    title: 'no pod mounts a folder of its node',
    avoid: 'hostPath: {path: /}',
    why: 'Keys and programs of the node are files.',
    field: 'hostPath',
    breaks: (pod) => {
      const volume = (pod.volumes ?? []).find((each: Data) => each.hostPath);
      return volume && `volume ${volume.name} is the node's ${volume.hostPath.path}`;
    },
    fix: 'use a claim, a config map, a secret or an empty directory',
  },
  {
    id: 'hostPorts',
    title: 'no container takes a port of its node',
    avoid: 'hostPort: 80',
    why: 'It passes services and policies, and one pod a node is the most there can be.',
    field: 'hostPort',
    breaks: (_pod, containers) =>
      first(
        containers,
        (each) => each.ports?.some((port: Data) => port.hostPort),
        'takes a port of the node',
      ),
    fix: 'leave out hostPort and use a Service',
  },
  {
    id: 'hostProbesAndHostLifecycle',
    title: 'no probe or hook lets the kubelet ask another host',
    avoid: 'httpGet: {host: 192.0.2.1}',
    why: 'The kubelet asks from the network of the node, behind every policy.',
    field: 'host:',
    breaks: (_pod, containers) =>
      first(
        containers,
        (each) => handlers(each).some((handler) => handler?.httpGet?.host || handler?.tcpSocket?.host),
        'lets the kubelet ask another host',
      ),
    fix: 'leave out host in probes and hooks',
  },
  {
    id: 'appArmor',
    title: 'AppArmor is not turned off',
    avoid: 'appArmorProfile: {type: Unconfined}',
    why: 'It keeps a container from mounts and from the files of the kernel.',
    field: 'appArmorProfile',
    breaks: (pod, containers) =>
      contexts(pod, containers).some((context) => context.appArmorProfile?.type === 'Unconfined')
        ? 'AppArmor is off'
        : undefined,
    fix: 'use RuntimeDefault or Localhost',
  },
  {
    id: 'seLinux',
    title: 'SELinux keeps a container a container',
    avoid: 'seLinuxOptions: {type: spc_t}',
    why: 'Another type or role opens the files of the node to it.',
    field: 'seLinuxOptions',
    breaks: (pod, containers) => {
      const wrong = contexts(pod, containers)
        .map((context) => context.seLinuxOptions)
        .find(
          (options) => options && (options.user || options.role || !SELINUX_TYPES.has(options.type ?? '')),
        );
      return wrong && `SELinux options ${JSON.stringify(wrong)}`;
    },
    fix: 'leave out user and role, and use a container type',
  },
  {
    id: 'procMount',
    title: 'no container sees more of /proc than usual',
    avoid: 'procMount: Unmasked',
    why: 'What a runtime masks is what changes the node.',
    field: 'procMount',
    breaks: (_pod, containers) =>
      first(
        containers,
        (each) => (each.securityContext?.procMount ?? 'Default') !== 'Default',
        'sees more of /proc than usual',
      ),
    fix: 'leave out procMount',
  },
  {
    id: 'seccompBaseline',
    title: 'seccomp is not turned off',
    avoid: 'seccompProfile: {type: Unconfined}',
    why: 'Most holes of the kernel are behind calls that no program here makes.',
    field: 'seccompProfile',
    breaks: (pod, containers) =>
      contexts(pod, containers).some((context) => context.seccompProfile?.type === 'Unconfined')
        ? 'seccomp is off'
        : undefined,
    fix: 'use RuntimeDefault',
  },
  {
    id: 'sysctls',
    title: 'no pod sets a kernel parameter that is not safe',
    avoid: 'sysctls: [{name: kernel.msgmax}]',
    why: 'It changes the node for its neighbours.',
    field: 'sysctls',
    breaks: (pod) => {
      const wrong = (pod.securityContext?.sysctls ?? []).find((each: Data) => !SYSCTLS.has(each.name));
      return wrong && `sysctl ${wrong.name} is not a safe one`;
    },
    fix: 'set it on the node',
  },
];
