import type { Data } from '../reading/objects.ts';

/** One control of the Pod Security Standards. */
export interface Control {
  id: string;
  /** The field to look at. */
  field: string;
  /** The fact that breaks it, or nothing. */
  breaks(pod: Data, containers: Data[]): string | undefined;
  fix: string;
}

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
const VOLUMES = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
);

const contexts = (pod: Data, containers: Data[]): Data[] =>
  [pod.securityContext, ...containers.map((each) => each.securityContext)].filter(Boolean);
/** The first container of which it is true, as `container api …`. */
const first = (
  containers: Data[],
  breaks: (container: Data) => unknown,
  fact: string,
): string | undefined => {
  const found = containers.find(breaks);
  return found && `container ${found.name} ${fact}`;
};
/** What a container has, its pod's where it says nothing. */
const effective = (pod: Data, container: Data, key: string): Data =>
  container.securityContext?.[key] ?? pod.securityContext?.[key];
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
    field: 'hostProcess',
    breaks: (pod, containers) =>
      contexts(pod, containers).some((context) => context.windowsOptions?.hostProcess)
        ? 'hostProcess is true'
        : undefined,
    fix: 'leave out windowsOptions.hostProcess',
  },
  {
    id: 'hostNamespaces',
    field: 'host',
    breaks: (pod) => {
      const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => pod[key]);
      return used.length > 0 ? `${used.join(', ')} is true` : undefined;
    },
    fix: 'leave out hostNetwork, hostPID and hostIPC',
  },
  {
    id: 'privileged',
    field: 'privileged',
    breaks: (_pod, containers) =>
      first(containers, (each) => each.securityContext?.privileged, 'is privileged'),
    fix: 'leave out privileged',
  },
  {
    id: 'capabilities',
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
    field: 'hostPath',
    breaks: (pod) => {
      const volume = (pod.volumes ?? []).find((each: Data) => each.hostPath);
      return volume && `volume ${volume.name} is the node's ${volume.hostPath.path}`;
    },
    fix: 'use a claim, a config map, a secret or an empty directory',
  },
  {
    id: 'hostPorts',
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
    field: 'appArmorProfile',
    breaks: (pod, containers) =>
      contexts(pod, containers).some((context) => context.appArmorProfile?.type === 'Unconfined')
        ? 'AppArmor is off'
        : undefined,
    fix: 'use RuntimeDefault or Localhost',
  },
  {
    id: 'seLinux',
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
    field: 'seccompProfile',
    breaks: (pod, containers) =>
      contexts(pod, containers).some((context) => context.seccompProfile?.type === 'Unconfined')
        ? 'seccomp is off'
        : undefined,
    fix: 'use RuntimeDefault',
  },
  {
    id: 'sysctls',
    field: 'sysctls',
    breaks: (pod) => {
      const wrong = (pod.securityContext?.sysctls ?? []).find((each: Data) => !SYSCTLS.has(each.name));
      return wrong && `sysctl ${wrong.name} is not a safe one`;
    },
    fix: 'set it on the node',
  },
];

/**
 * The six that leave it nothing it does not need.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const RESTRICTED: Control[] = [
  {
    id: 'restrictedVolumes',
    field: 'volumes',
    breaks: (pod) => {
      const wrong = (pod.volumes ?? []).find((volume: Data) =>
        Object.keys(volume).some((key) => key !== 'name' && !VOLUMES.has(key)),
      );
      return wrong && `volume ${wrong.name} is of a kind that reaches outside the pod`;
    },
    fix: `use one of ${[...VOLUMES].join(', ')}`,
  },
  {
    id: 'allowPrivilegeEscalation',
    field: 'allowPrivilegeEscalation',
    breaks: (_pod, containers) =>
      first(
        containers,
        (each) => each.securityContext?.allowPrivilegeEscalation !== false,
        'may gain privileges',
      ),
    fix: 'set allowPrivilegeEscalation: false',
  },
  {
    id: 'runAsNonRoot',
    field: 'runAsNonRoot',
    breaks: (pod, containers) =>
      first(
        containers,
        (each) => effective(pod, each, 'runAsNonRoot') !== true,
        'may run as root: runAsNonRoot is not true',
      ),
    fix: 'set runAsNonRoot: true',
  },
  {
    id: 'runAsUser',
    field: 'runAsUser',
    breaks: (pod, containers) =>
      pod.securityContext?.runAsUser === 0
        ? 'the pod runs as user 0'
        : first(containers, (each) => each.securityContext?.runAsUser === 0, 'runs as user 0'),
    fix: 'run as another user',
  },
  {
    id: 'seccompRestricted',
    field: 'seccompProfile',
    breaks: (pod, containers) =>
      first(
        containers,
        (each) => !['RuntimeDefault', 'Localhost'].includes(effective(pod, each, 'seccompProfile')?.type),
        'has no seccomp profile',
      ),
    fix: 'set seccompProfile.type: RuntimeDefault',
  },
  {
    id: 'capabilitiesRestricted',
    field: 'capabilities',
    breaks: (_pod, containers) =>
      first(
        containers,
        (each) => {
          const { drop = [], add = [] } = each.securityContext?.capabilities ?? {};
          return !drop.includes('ALL') || add.some((name: string) => name !== 'NET_BIND_SERVICE');
        },
        'keeps capabilities',
      ),
    fix: 'drop ALL',
  },
];
