import type { Data, Workload } from '#policies/reading/objects.ts';
import { STAYING } from '#policies/reading/objects.ts';
import { eachContainer, type KubernetesRow } from '../kubernetes-pack.ts';

type Probe = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

/** The container has the port that a probe of it asks. */
const probed = (probe: Probe) => (workload: Workload) =>
  eachContainer(workload, (container) => {
    const { httpGet, tcpSocket, grpc } = container[probe] ?? {};
    const port = (httpGet ?? tcpSocket ?? grpc)?.port;
    const has = (container.ports ?? []).some((own: Data) => own.name === port || own.containerPort === port);
    return port !== undefined && !has && `asks port ${port} in its ${probe} and does not open it`;
  });

/** A serving container without the probe. A start-up container ends, and a Job too. */
const unprobed = (probe: Probe) => (workload: Workload) =>
  STAYING.includes(workload.kind)
    ? workload.containers.flatMap((each) => (each[probe] ? [] : [`container ${each.name} has no ${probe}`]))
    : [];

const open = (workload: Workload, fact: (port: Data) => string | false): string[] =>
  eachContainer(workload, ({ ports = [] }) => ports.map(fact).find(Boolean));

/** kube-linter's checks of ports and of who asks them. */
export const PORTS: KubernetesRow[] = [
  {
    id: 'liveness-port',
    title: 'a liveness probe asks a port that its container opens',
    avoid: 'livenessProbe.httpGet.port: 1',
    fix: 'open the port',
    why: 'Nobody answers, and the kubelet restarts a container that is well, for ever.',
    pod: probed('livenessProbe'),
  },
  {
    id: 'readiness-port',
    title: 'a readiness probe asks a port that its container opens',
    avoid: 'readinessProbe.httpGet.port: 1',
    fix: 'open the port',
    why: 'Nobody answers, and no service ever leads to the pod.',
    pod: probed('readinessProbe'),
  },
  {
    id: 'startup-port',
    title: 'a startup probe asks a port that its container opens',
    avoid: 'startupProbe.httpGet.port: 1',
    fix: 'open the port',
    why: 'Nobody answers, and the container is ended before it has begun.',
    pod: probed('startupProbe'),
  },
  {
    id: 'no-liveness-probe',
    title: 'every container that serves is asked whether it lives',
    avoid: 'a container without livenessProbe',
    fix: 'set livenessProbe',
    why: 'A process that hangs goes on hanging until somebody is called.',
    pod: unprobed('livenessProbe'),
  },
  {
    id: 'no-readiness-probe',
    title: 'every container that serves is asked whether it is ready',
    avoid: 'a container without readinessProbe',
    fix: 'set readinessProbe',
    why: 'Traffic reaches a pod before it can answer, and one that has lost its database keeps it.',
    pod: unprobed('readinessProbe'),
  },
  {
    id: 'ssh-port',
    title: 'no container listens where SSH does',
    avoid: 'containerPort: 22',
    fix: 'use kubectl exec',
    why: 'A second way in, with keys that the API server neither knows nor logs.',
    pod: (workload) =>
      open(
        workload,
        ({ containerPort, protocol = 'TCP' }) =>
          containerPort === 22 && protocol === 'TCP' && 'opens port 22',
      ),
  },
  {
    id: 'privileged-ports',
    title: 'no container opens a port below 1024',
    avoid: 'containerPort: 80',
    fix: 'listen above 1023 and let the Service say the public port',
    why: 'Such a port asks for a capability or for root.',
    pod: (workload) =>
      open(workload, ({ containerPort }) => containerPort < 1024 && `opens port ${containerPort}`),
  },
];
