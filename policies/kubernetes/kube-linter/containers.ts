import { amount, type Data } from '#policies/reading/objects.ts';
import { eachContainer, type KubernetesRow, security } from '../kubernetes-pack.ts';

/** kube-linter's checks of what a container may do and takes. */
export const CONTAINERS: KubernetesRow[] = [
  {
    id: 'drop-net-raw-capability',
    title: 'no container forges packets',
    avoid: 'capabilities without drop: [NET_RAW]',
    fix: 'drop ALL capabilities',
    why: 'With NET_RAW a pod answers for addresses of its neighbours and reads what is meant for them.',
    pod: (workload) =>
      eachContainer(workload, (container) => {
        const dropped: string[] = security(container).capabilities?.drop ?? [];
        return !dropped.includes('ALL') && !dropped.includes('NET_RAW') && 'may forge packets';
      }),
  },
  {
    id: 'no-read-only-root-fs',
    title: 'no container writes to its own root',
    avoid: 'readOnlyRootFilesystem: false',
    fix: 'set readOnlyRootFilesystem: true and mount what it writes',
    why: 'Anybody who breaks in replaces programs or leaves some; what a program writes there is lost and counted by nobody.',
    pod: (workload) =>
      eachContainer(
        workload,
        (container) => !security(container).readOnlyRootFilesystem && 'may write to its root',
      ),
  },
  {
    id: 'privilege-escalation-container',
    title: 'no process of a container gains privileges',
    avoid: 'allowPrivilegeEscalation: true',
    fix: 'set allowPrivilegeEscalation: false',
    why: 'One program with the setuid bit in an image makes any user of it root.',
    pod: (workload) =>
      eachContainer(
        workload,
        (container) =>
          (security(container).allowPrivilegeEscalation !== false || security(container).privileged) &&
          'may gain privileges',
      ),
  },
  {
    id: 'privileged-container',
    title: 'no container is privileged',
    avoid: 'privileged: true',
    fix: 'leave out privileged',
    why: 'A privileged container has every device and capability of its node.',
    pod: (workload) =>
      eachContainer(workload, (container) => security(container).privileged && 'is privileged'),
  },
  {
    id: 'run-as-non-root',
    title: 'no container runs as root',
    avoid: 'runAsUser: 0',
    fix: 'set runAsNonRoot: true and a user',
    why: 'Root in a container is root on the node as soon as one wall between them has a hole.',
    pod: (workload) =>
      eachContainer(workload, (container) => {
        const { runAsNonRoot, runAsUser } = { ...workload.pod.securityContext, ...security(container) };
        return (runAsUser === 0 || (!runAsNonRoot && runAsUser === undefined)) && 'may run as root';
      }),
  },
  {
    id: 'latest-tag',
    title: 'every image names its release',
    avoid: 'image: nginx:latest',
    fix: 'name a release',
    why: 'Two pods of one workload run two programs, and nobody can go back to the one before.',
    pod: (workload) =>
      eachContainer(
        workload,
        ({ image }) => (/:latest$/.test(image) || !/[:@][^/]+$/.test(image)) && `runs ${image}`,
      ),
  },
  {
    id: 'unset-cpu-requirements',
    title: 'every container asks for its share of the processor',
    avoid: 'resources without requests.cpu',
    fix: 'set resources.requests.cpu',
    why: 'Without a request a worker is filled with pods until the busy ones starve the others.',
    pod: (workload) =>
      eachContainer(
        workload,
        ({ resources }) => !(amount(resources?.requests?.cpu) > 0) && 'asks for no processor',
      ),
  },
  {
    id: 'unset-memory-requirements',
    title: 'every container asks for memory and has a limit',
    avoid: 'resources without requests.memory or limits.memory',
    fix: 'set resources.requests.memory and resources.limits.memory',
    why: 'A container without a limit that leaks takes the memory of its node, and the kernel chooses whom to end.',
    pod: (workload) =>
      eachContainer(
        workload,
        ({ resources }) =>
          !(amount(resources?.requests?.memory) > 0 && amount(resources?.limits?.memory) > 0) &&
          'asks for no memory, or has no limit',
      ),
  },
  {
    id: 'duplicate-env-var',
    title: 'no variable of an environment is set twice',
    avoid: 'env with one name twice',
    fix: 'keep one',
    why: 'The last one counts, and the reader believes the first.',
    pod: (workload) =>
      eachContainer(workload, ({ env = [] }) => {
        const names: string[] = env.map(({ name }: Data) => name);
        const twice = names.find((name, index) => names.indexOf(name) !== index);
        return twice && `sets ${twice} twice`;
      }),
  },
  {
    id: 'env-var-secret',
    title: 'no secret stands in an environment in plain text',
    avoid: 'env: [{name: SMTP_PASSWORD, value: …}]',
    fix: 'take it from a Secret by name',
    why: 'Anybody who may read a Deployment, a backup of etcd or the repository reads it.',
    pod: (workload) =>
      eachContainer(workload, ({ env = [] }) => {
        const plain = env.find(({ name, value }: Data) => /secret|password|token/i.test(name) && value);
        return plain && `has a secret in plain text: ${plain.name}`;
      }),
  },
];
