import type { Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { amount, type Data, ofKind, type Workload, workloads } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const namespaceBounds: Policy = {
  id: 'namespace-bounds',
  title:
    'every namespace with pods has a bound that they all fit in while they are replaced, no address from outside, and no more node ports than its services have',
  why: 'Avoid: a namespace without a ResourceQuota, one below what its pods ask for, services of type LoadBalancer, node ports that no service of the tree has. Prefer: a quota above what a rollout needs, a LimitRange for what says nothing. Rationale: without a bound one runaway job starves the database beside it; with one too tight the next release does not start, and the error stands in the events of a ReplicaSet that nobody reads.',
  check: (model, tree) => {
    const places = new Map(workloads(tree).map((each) => [`${each.site} ${each.namespace}`, each]));
    return [...places.values()]
      .filter(({ namespace }) => !SYSTEM.has(namespace))
      .flatMap((place) => judge({ model, tree }, place));
  },
};
const SYSTEM = new Set(['kube-system']);

function judge(
  { model, tree }: { model: Model; tree: Tree },
  { site, namespace, path: near }: Workload,
): Finding[] {
  const isHere = (each: { site: string; namespace: string }): boolean =>
    each.site === site && each.namespace === namespace;
  const quota = ofKind(tree, 'ResourceQuota').find(isHere);
  if (!quota)
    return [
      {
        path: near,
        message: `${namespace} of ${site} may take the whole cluster: it has no ResourceQuota`,
        fix: 'add one',
      },
    ];
  const hard: Record<string, unknown> = quota.object.spec?.hard ?? {};
  const pods = workloads(tree).filter(isHere);
  const wrong = (key: string, message: string, fix: string): Finding => ({
    path: quota.path,
    text: hard[key] === undefined ? 'hard' : key,
    message: `${namespace} of ${site}: ${message}`,
    fix,
  });
  const nodePorts = ofKind(tree, 'Service')
    .filter(isHere)
    .filter(({ object }) => object.spec?.type === 'NodePort')
    .flatMap(({ object }) => listOf(object.spec?.ports)).length;
  const isBounded = hard.pods !== undefined;
  const workers =
    model.sites.find(({ code }) => code === site)?.hosts.filter(({ role }) => role === 'worker').length ?? 1;
  const needed = need(pods, workers);
  return [
    ...(String(hard['services.loadbalancers']) === '0'
      ? []
      : [
          wrong(
            'services.loadbalancers',
            `a service may take an address from outside (services.loadbalancers ${String(hard['services.loadbalancers'])})`,
            'services.loadbalancers: "0"',
          ),
        ]),
    ...(String(hard['services.nodeports']) === String(nodePorts)
      ? []
      : [
          wrong(
            'services.nodeports',
            `${String(hard['services.nodeports'])} node ports are allowed, and its services have ${nodePorts}`,
            `services.nodeports: "${nodePorts}"`,
          ),
        ]),
    ...Object.keys(hard)
      .filter((key) => !KEYS.includes(key))
      .map((key) => wrong(key, `a quota does not know ${key}`, KEYS.join(', '))),
    // What an operator makes is not in the tree, and a quota that counted it would be a guess.
    ...(isBounded || namespace === 'rook-ceph'
      ? needed
          .filter(([key]) => isBounded || hard[key] !== undefined)
          .flatMap(([key, wanted, shown]) => {
            const given = hard[key] === undefined ? Number.NaN : amount(hard[key] as string);
            if (given >= wanted) return [];
            return [
              wrong(
                key,
                `${key} is ${String(hard[key] ?? 'not bounded')}, and its pods ask for ${shown} at the most that is allowed`,
                `at least ${shown}, with room for a rollout`,
              ),
            ];
          })
      : [wrong('pods', 'its pods are not counted', `pods: "${needed[0]![1]}"`)]),
    ...limits(tree, { site, namespace, path: quota.path }),
  ];
}
const KEYS = [
  'pods',
  'requests.cpu',
  'requests.memory',
  'limits.memory',
  'limits.cpu',
  'services.loadbalancers',
  'services.nodeports',
  'requests.storage',
  'persistentvolumeclaims',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'count/jobs.batch',
];

/** What all pods of a namespace ask for, at the most that its autoscalers allow; of a DaemonSet one a worker. */
function need(pods: Workload[], workers: number): [key: string, wanted: number, shown: string][] {
  const count = ({ kind, maxReplicas }: Workload): number => (kind === 'DaemonSet' ? workers : maxReplicas);
  const sum = (read: (resources: Data) => string | undefined): number =>
    pods.reduce(
      (total, each) =>
        total +
        count(each) *
          each.containers.reduce((all, { resources }) => all + (amount(read(resources ?? {})) || 0), 0),
      0,
    );
  const [cpu, memory, most] = [
    sum(({ requests }) => requests?.cpu),
    sum(({ requests }) => requests?.memory),
    sum((resources) => resources.limits?.memory),
  ];
  const all = pods.reduce((total, each) => total + count(each), 0);
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)}Mi`;
  return [
    ['pods', all, String(all)],
    ['requests.cpu', cpu, `${Math.ceil(cpu * 1000)}m`],
    ['requests.memory', memory, mebibytes(memory)],
    ['limits.memory', most, mebibytes(most)],
  ];
}

/** What a container says nothing about. */
function limits(
  tree: Tree,
  { site, namespace, path }: { site: string; namespace: string; path: string },
): Finding[] {
  const range = ofKind(tree, 'LimitRange').find((each) => each.site === site && each.namespace === namespace);
  const quota = ofKind(tree, 'ResourceQuota').find(
    (each) => each.site === site && each.namespace === namespace,
  );
  const counts = Object.keys(quota?.object.spec?.hard ?? {}).some((key) => /^(requests|limits)\./.test(key));
  if (!range)
    return counts
      ? [
          {
            path,
            message: `${namespace} of ${site} counts what containers ask for, and refuses one that says nothing: it has no LimitRange`,
            fix: 'add one',
          },
        ]
      : [];
  const container = listOf(range.object.spec?.limits).find((each: Data) => each.type === 'Container');
  const wanted: [string, unknown][] = [
    ['default.memory', container?.default?.memory],
    ['defaultRequest.cpu', container?.defaultRequest?.cpu],
    ['defaultRequest.memory', container?.defaultRequest?.memory],
  ];
  return wanted
    .filter(([, value]) => !(amount(value as string | undefined) > 0))
    .map(([key]) => ({
      path: range.path,
      text: 'limits',
      message: `${namespace} of ${site}: a container that says nothing gets no ${key}, and the quota refuses it`,
      fix: `add ${key}`,
    }));
}
