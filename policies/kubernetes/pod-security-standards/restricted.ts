import type { Data } from '../../reading/objects.ts';
import { type Control, first } from './control.ts';

const VOLUMES = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
);

/** What a container has, its pod's where it says nothing. */
const effective = (pod: Data, container: Data, key: string): Data =>
  container.securityContext?.[key] ?? pod.securityContext?.[key];
/**
 * The six that leave it nothing it does not need.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const RESTRICTED: Control[] = [
  {
    id: 'restrictedVolumes',
    title: 'volumes are of kinds that stay inside the cluster',
    avoid: 'nfs: {server: 192.0.2.1}',
    why: 'A volume of another kind reaches hosts by the hand of the kubelet.',
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
    title: 'no process of a container gains privileges',
    avoid: 'allowPrivilegeEscalation: true',
    why: 'One setuid program in an image makes any user root.',
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
    title: 'containers say that they are not root',
    avoid: 'no runAsNonRoot',
    why: 'An image that is built again may run as root from one day to the next.',
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
    title: 'no container runs as user 0',
    avoid: 'runAsUser: 0',
    why: 'Root inside is root outside behind the first hole.',
    field: 'runAsUser',
    breaks: (pod, containers) =>
      pod.securityContext?.runAsUser === 0
        ? 'the pod runs as user 0'
        : first(containers, (each) => each.securityContext?.runAsUser === 0, 'runs as user 0'),
    fix: 'run as another user',
  },
  {
    id: 'seccompRestricted',
    title: 'every container has a seccomp profile',
    avoid: 'no seccompProfile',
    why: 'Without one a container makes every call of the kernel.',
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
    title: 'every container drops all capabilities',
    avoid: 'capabilities: {drop: [NET_RAW]}',
    why: 'Fourteen are kept by default, and no program here needs one.',
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
