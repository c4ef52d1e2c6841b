import { stringify } from 'yaml';
import { type KubernetesObject, kubernetes } from '#charts/kubernetes.ts';
import { customDefinitions, gatewayDefinitions } from '#scripts/lib/lab/definitions.ts';
import { type LabHost, until } from '#scripts/lib/lab/netns.ts';
import { run } from '#scripts/lib/run.ts';
import { both } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { controlPlaneOf, namesOf } from './control-plane.ts';
import { type ClusterVariables, metricsServer } from './metrics-server.ts';

/** The namespaces whose pods run; of the others everything is applied that starts none. */
export const NAMESPACES = ['education', 'traefik', 'monitoring', 'node-exporter'];
const OBSERVERS = 'monitoring';
/** Pods of them whose program cannot be had as a package or a module. */
const NOT_HAD = ['monitoring/grafana'];

/** What talks to the API server of a twin, on its own host. */
export interface Kubectl {
  (...args: string[]): Promise<string>;
  apply(objects: unknown[]): Promise<void>;
}

/** @param program the path of kubectl */
export function kubectlOn(host: LabHost, program: string): Kubectl {
  const command = host.inside([program, '--kubeconfig', '/etc/kubernetes/admin.conf']);
  const must = async (args: string[], input?: string) => {
    const { code, stdout, stderr } = await run([...command, ...args], {
      input,
      timeoutSeconds: 600,
      env: { HOME: '/run' },
    });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.slice(-1500)}`);
    return stdout;
  };
  return Object.assign((...args: string[]) => must(args), {
    async apply(objects: unknown[]) {
      if (objects.length === 0) return;
      const text = objects
        .map((each) => `---\n${stringify(each, { aliasDuplicateObjects: false })}`)
        .join('');
      await must(['apply', '--server-side', '--force-conflicts', '-f', '-'], text);
    },
  });
}

export interface ApplyProps {
  model: Model;
  site: Site;
  /** What Kubespray is told. */
  variables: ClusterVariables;
  /** What the tree refers to and does not hold. */
  secrets: object[];
  progress(part: string): void;
  /** @throws when it is all over */
  goOn(): void;
}

/** Applies the site's objects as they are, and waits until their pods are ready. */
export async function applyTree(
  kubectl: Kubectl,
  { model, site, variables, secrets, progress, goOn }: ApplyProps,
): Promise<void> {
  const succeeds = (done: Promise<unknown>): Promise<boolean> => {
    goOn();
    return done.then(
      () => true,
      () => false,
    );
  };
  await until('the API server answers', () => succeeds(kubectl('get', '--raw', '/readyz')), 120);
  progress('the API server answers');
  const gateway = await gatewayDefinitions();
  // biome-ignore lint/suspicious/noExplicitAny: a definition is plain data
  const known = new Set(gateway.map((each: any) => each.metadata.name));
  // biome-ignore lint/suspicious/noExplicitAny: a definition is plain data
  const others = customDefinitions().filter((each: any) => !known.has(each.metadata.name));
  await kubectl.apply([...gateway, ...others]);
  // A definition without any condition yet is an error to kubectl.
  const established = ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'];
  await until('the definitions are established', () => succeeds(kubectl(...established)), 60);
  const objects = kubernetes(model, site);
  const cluster = objects.filter(({ metadata }) => !metadata.namespace);
  const first = (kind: string) => (kind === 'Namespace' ? 0 : 1);
  await kubectl.apply(cluster.sort((a, b) => first(a.kind) - first(b.kind)));
  await kubectl.apply([...secrets, ...clusterNames(site)]);
  await until(
    'every node is there',
    async () => (await kubectl('get', 'nodes', '-o', 'name')).trim().split('\n').filter(Boolean).length > 0,
    60,
  );
  await kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=120s');
  progress('its nodes are ready');
  const own = objects.filter(
    ({ kind, metadata }) =>
      metadata.namespace &&
      (!RUNS.includes(kind) ||
        (NAMESPACES.includes(metadata.namespace) &&
          !NOT_HAD.includes(`${metadata.namespace}/${metadata.name}`))),
  );
  // The tree's own object is among the cluster's, and has its last word after Kubespray's.
  await kubectl.apply(metricsServer(variables));
  await kubectl.apply(cluster.filter(({ kind }) => kind === 'APIService'));
  // Pods that only one worker may have come first: on a small machine others might have taken its processors.
  const bound = own.filter(
    ({ kind, metadata }) =>
      kind === 'DaemonSet' || (kind === 'StatefulSet' && metadata.namespace === OBSERVERS),
  );
  await kubectl.apply(own.filter(({ kind }) => !RUNS.includes(kind)));
  await kubectl.apply(bound);
  const pods = bound.flatMap(({ kind, metadata, spec }) =>
    kind === 'StatefulSet'
      ? Array.from(
          { length: (spec as { replicas: number }).replicas },
          (_, ordinal) => `pod/${metadata.name}-${ordinal}`,
        )
      : [],
  );
  const scheduled = ['-n', OBSERVERS, 'wait', '--for=condition=PodScheduled', '--timeout=10s', ...pods];
  await until('the observers have their workers', () => succeeds(kubectl(...scheduled)), 90);
  await kubectl.apply(own.filter(({ kind }) => RUNS.includes(kind)));
  progress(`${cluster.length + own.length} objects of the tree are applied`);
  await Promise.all(
    [...workloads(own), ...workloads(metricsServer(variables) as KubernetesObject[])].map(async (each) => {
      await kubectl(
        '-n',
        each.metadata.namespace!,
        'rollout',
        'status',
        `${each.kind.toLowerCase()}/${each.metadata.name}`,
        '--timeout=300s',
      );
    }),
  );
  progress('every pod of them is ready');
}
const WORKLOADS: KubernetesObject['kind'][] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const RUNS: KubernetesObject['kind'][] = [...WORKLOADS, 'Job', 'CronJob'];
const workloads = (objects: KubernetesObject[]): KubernetesObject[] =>
  objects.filter(({ kind }) => WORKLOADS.includes(kind));

/** CoreDNS answers on the host of the control plane. */
function clusterNames(site: Site): object[] {
  const host = controlPlaneOf(site);
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ];
  const [address] = both(host.address);
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: { clusterIP: namesOf(site).dns, ports },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'kube-dns-twin',
        namespace: 'kube-system',
        labels: { 'kubernetes.io/service-name': 'kube-dns' },
      },
      addressType: address!.includes(':') ? 'IPv6' : 'IPv4',
      ports,
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
  ];
}
