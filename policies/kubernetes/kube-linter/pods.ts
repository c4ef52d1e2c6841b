import { amount, type Data, ofKind, STAYING, selects, type Workload } from '#policies/reading/objects.ts';
import { type Check, say } from './check.ts';

/** Of every container, start-up ones included. */
const each = (
  { containers, starters }: Workload,
  fact: (container: Data) => string | false | undefined,
): string[] =>
  [...containers, ...starters].flatMap((container) => {
    const found = fact(container);
    return found ? [`container ${container.name} ${found}`] : [];
  });
const security = (container: Data): Data => container.securityContext ?? {};
const sensitive = new Set(['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/sys', '/usr']);
const unsafeSysctl = /^(kernel\.msg|kernel\.sem|kernel\.shm|fs\.mqueue\.|net\.)/;

/** The container has the port that a probe of it asks. */
const probed = (probe: string) => (workload: Workload) =>
  each(workload, (container) => {
    const { httpGet, tcpSocket, grpc } = container[probe] ?? {};
    const port = (httpGet ?? tcpSocket ?? grpc)?.port;
    const has = (container.ports ?? []).some((own: Data) => own.name === port || own.containerPort === port);
    return port !== undefined && !has && `asks port ${port} in its ${probe} and does not open it`;
  });

/** Those of kube-linter's default checks that look at pods. */
export const POD_CHECKS: Check[] = [
  {
    id: 'deprecated-service-account-field',
    pod: ({ pod }) => say(pod.serviceAccount, 'names its account by the old field serviceAccount'),
    fix: 'use serviceAccountName',
  },
  {
    id: 'docker-sock',
    pod: ({ pod }) =>
      say(
        (pod.volumes ?? []).some((volume: Data) =>
          /docker\.sock|containerd\.sock/.test(volume.hostPath?.path),
        ),
        'mounts the socket of the container runtime',
      ),
    fix: 'leave the socket to the node',
  },
  {
    id: 'drop-net-raw-capability',
    pod: (workload) =>
      each(workload, (container) => {
        const dropped: string[] = security(container).capabilities?.drop ?? [];
        return !dropped.includes('ALL') && !dropped.includes('NET_RAW') && 'may forge packets';
      }),
    fix: 'drop ALL capabilities',
  },
  {
    id: 'duplicate-env-var',
    pod: (workload) =>
      each(workload, ({ env = [] }) => {
        const names: string[] = env.map(({ name }: Data) => name);
        const twice = names.find((name, index) => names.indexOf(name) !== index);
        return twice && `sets ${twice} twice`;
      }),
    fix: 'keep one',
  },
  {
    id: 'env-var-secret',
    pod: (workload) =>
      each(workload, ({ env = [] }) => {
        const plain = env.find(({ name, value }: Data) => /secret|password|token/i.test(name) && value);
        return plain && `has a secret in plain text: ${plain.name}`;
      }),
    fix: 'take it from a Secret by name',
  },
  {
    id: 'host-ipc',
    pod: ({ pod }) => say(pod.hostIPC, 'shares memory with the node'),
    fix: 'leave out hostIPC',
  },
  {
    id: 'host-network',
    pod: ({ pod }) => say(pod.hostNetwork, "is on the node's network"),
    fix: 'leave out hostNetwork',
  },
  {
    id: 'host-pid',
    pod: ({ pod }) => say(pod.hostPID, "sees the node's processes"),
    fix: 'leave out hostPID',
  },
  {
    id: 'latest-tag',
    pod: (workload) =>
      each(workload, ({ image }) => (/:latest$/.test(image) || !/[:@][^/]+$/.test(image)) && `runs ${image}`),
    fix: 'name a release',
  },
  { id: 'liveness-port', pod: probed('livenessProbe'), fix: 'open the port' },
  {
    id: 'mismatching-selector',
    pod: ({ kind, object, labels }) =>
      say(STAYING.includes(kind) && !selects(object.spec.selector, labels), 'does not select its own pods'),
    fix: 'select labels of its template',
  },
  {
    id: 'no-anti-affinity',
    pod: ({ kind, pod, maxReplicas }) =>
      say(
        (kind === 'Deployment' || kind === 'StatefulSet') &&
          maxReplicas > 1 &&
          !pod.affinity?.podAntiAffinity,
        'says nothing against two of its pods on one node',
      ),
    fix: 'add podAntiAffinity: kube-linter takes nothing else for it',
  },
  {
    id: 'no-read-only-root-fs',
    pod: (workload) =>
      each(workload, (container) => !security(container).readOnlyRootFilesystem && 'may write to its root'),
    fix: 'set readOnlyRootFilesystem: true and mount what it writes',
  },
  {
    id: 'non-existent-service-account',
    pod: ({ site, namespace, pod }, tree) =>
      say(
        (pod.serviceAccountName ?? 'default') !== 'default' &&
          !ofKind(tree, 'ServiceAccount').some(
            (account) =>
              account.site === site &&
              account.namespace === namespace &&
              account.name === pod.serviceAccountName,
          ),
        `runs as ${pod.serviceAccountName}, which is not there`,
      ),
    fix: 'add the ServiceAccount',
  },
  {
    id: 'privilege-escalation-container',
    pod: (workload) =>
      each(
        workload,
        (container) =>
          (security(container).allowPrivilegeEscalation !== false || security(container).privileged) &&
          'may gain privileges',
      ),
    fix: 'set allowPrivilegeEscalation: false',
  },
  {
    id: 'privileged-container',
    pod: (workload) => each(workload, (container) => security(container).privileged && 'is privileged'),
    fix: 'leave out privileged',
  },
  { id: 'readiness-port', pod: probed('readinessProbe'), fix: 'open the port' },
  {
    id: 'run-as-non-root',
    pod: (workload) =>
      each(workload, (container) => {
        const { runAsNonRoot, runAsUser } = { ...workload.pod.securityContext, ...security(container) };
        return (runAsUser === 0 || (!runAsNonRoot && runAsUser === undefined)) && 'may run as root';
      }),
    fix: 'set runAsNonRoot: true and a user',
  },
  {
    id: 'sensitive-host-mounts',
    pod: ({ pod }) =>
      (pod.volumes ?? [])
        .filter(({ hostPath }: Data) => sensitive.has(hostPath?.path?.replace(/(.)\/$/, '$1')))
        .map(({ hostPath }: Data) => `mounts ${hostPath.path} of the node`),
    fix: 'mount no folder of the system',
  },
  {
    id: 'ssh-port',
    pod: (workload) =>
      each(
        workload,
        ({ ports = [] }) =>
          ports.some(
            ({ containerPort, protocol = 'TCP' }: Data) => containerPort === 22 && protocol === 'TCP',
          ) && 'opens port 22',
      ),
    fix: 'use kubectl exec',
  },
  { id: 'startup-port', pod: probed('startupProbe'), fix: 'open the port' },
  {
    id: 'unsafe-sysctls',
    pod: ({ pod }) =>
      (pod.securityContext?.sysctls ?? [])
        .filter(({ name }: Data) => unsafeSysctl.test(name))
        .map(({ name }: Data) => `sets ${name}`),
    fix: 'set it on the node',
  },
  {
    id: 'unset-cpu-requirements',
    pod: (workload) =>
      each(workload, ({ resources }) => !(amount(resources?.requests?.cpu) > 0) && 'asks for no processor'),
    fix: 'set resources.requests.cpu',
  },
  {
    id: 'unset-memory-requirements',
    pod: (workload) =>
      each(
        workload,
        ({ resources }) =>
          !(amount(resources?.requests?.memory) > 0 && amount(resources?.limits?.memory) > 0) &&
          'asks for no memory, or has no limit',
      ),
    fix: 'set resources.requests.memory and resources.limits.memory',
  },
];
