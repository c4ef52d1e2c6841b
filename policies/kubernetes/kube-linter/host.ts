import type { Data } from '#policies/reading/objects.ts';
import { say } from '../../named/check.ts';
import { eachContainer, type KubernetesRow, security } from '../kubernetes-pack.ts';

const sensitive = new Set(['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/sys', '/usr']);
const unsafeSysctl = /^(kernel\.msg|kernel\.sem|kernel\.shm|fs\.mqueue\.|net\.)/;
const folder = (path: string | undefined): string => path?.replace(/(.)\/$/, '$1') ?? '';

/** kube-linter's checks of what a pod shares with its node. */
export const HOST: KubernetesRow[] = [
  {
    id: 'docker-sock',
    title: 'no pod reaches the container runtime of its node',
    avoid: 'hostPath: /var/run/docker.sock',
    fix: 'leave the socket to the node',
    why: 'Anybody who talks to the runtime starts a container of their own with the whole node in it.',
    pod: ({ pod }) =>
      say(
        (pod.volumes ?? []).some((volume: Data) =>
          /docker\.sock|containerd\.sock/.test(volume.hostPath?.path),
        ),
        'mounts the socket of the container runtime',
      ),
  },
  {
    id: 'host-ipc',
    title: 'no pod shares the memory of its node',
    avoid: 'hostIPC: true',
    fix: 'leave out hostIPC',
    why: 'Shared memory and semaphores of every process on the node can be read and broken from inside.',
    pod: ({ pod }) => say(pod.hostIPC, 'shares memory with the node'),
  },
  {
    id: 'host-network',
    title: "no pod is on its node's network",
    avoid: 'hostNetwork: true',
    fix: 'leave out hostNetwork',
    why: 'Network policies do not see such a pod, and whatever it opens is open at the address of the node.',
    pod: ({ pod }) => say(pod.hostNetwork, "is on the node's network"),
  },
  {
    id: 'host-pid',
    title: 'no pod sees the processes of its node',
    avoid: 'hostPID: true',
    fix: 'leave out hostPID',
    why: 'Arguments and environments of all processes are secrets of theirs, and a root among them can be traced.',
    pod: ({ pod }) => say(pod.hostPID, "sees the node's processes"),
  },
  {
    id: 'sensitive-host-mounts',
    title: 'no pod mounts a folder of the system of its node',
    avoid: 'hostPath: /etc',
    fix: 'mount no folder of the system',
    why: 'Keys of the kubelet lie below /etc, devices below /dev: the pod is the node with them.',
    pod: ({ pod }) =>
      (pod.volumes ?? [])
        .filter(({ hostPath }: Data) => sensitive.has(folder(hostPath?.path)))
        .map(({ hostPath }: Data) => `mounts ${hostPath.path} of the node`),
  },
  {
    id: 'writable-host-mount',
    title: 'no container writes to a folder of its node',
    avoid: 'a hostPath volume mounted without readOnly: true',
    fix: 'mount it with readOnly: true',
    why: 'What is written on a node stays when the pod is gone, is run by others, and fills a disk that nobody counts.',
    pod: (workload) => {
      const ofHost = new Set(
        (workload.pod.volumes ?? []).filter(({ hostPath }: Data) => hostPath).map(({ name }: Data) => name),
      );
      return eachContainer(workload, ({ volumeMounts = [] }) => {
        const open = volumeMounts.find(({ name, readOnly }: Data) => ofHost.has(name) && !readOnly);
        return open && `may write to the node through ${open.mountPath}`;
      });
    },
  },
  {
    id: 'unsafe-proc-mount',
    title: 'no container sees more of /proc than usual',
    avoid: 'procMount: Unmasked',
    fix: 'leave out procMount',
    why: 'The paths that a runtime masks are those by which a container changes its node.',
    pod: (workload) =>
      eachContainer(workload, (each) => security(each).procMount === 'Unmasked' && 'sees all of /proc'),
  },
  {
    id: 'unsafe-sysctls',
    title: 'no pod sets a kernel parameter that its neighbours feel',
    avoid: 'sysctls: [{name: net.core.somaxconn}]',
    fix: 'set it on the node',
    why: 'Such parameters belong to the node: the pod is refused there, or starves the others.',
    pod: ({ pod }) =>
      (pod.securityContext?.sysctls ?? [])
        .filter(({ name }: Data) => unsafeSysctl.test(name))
        .map(({ name }: Data) => `sets ${name}`),
  },
];
