import type { Tree } from '../law.ts';
import { traefikFiles } from '../reading/ingress-files.ts';
import { type Data, ofKind, workloads } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

/** One thing that a program asks the Kubernetes API for. */
export interface Permission {
  verb: string;
  /** Empty for the core group and for paths that are no resource. */
  group: string;
  resource: string;
  /** Empty for the whole cluster. */
  namespace: string;
}
interface Account {
  site: string;
  namespace: string;
  name: string;
}

/**
 * What the programs of the tree ask the Kubernetes API for, as they are configured: read in their sources at the releases of
 * `constructs/images.lock.json`. Another release may ask for more; `npm run test:traefik` sees it of Traefik.
 */
export function asks(tree: Tree, { site, namespace, name }: Account): Permission[] | undefined {
  return PROGRAMS[`${namespace}/${name}`]?.(tree, site);
}

const GATEWAY = 'gateway.networking.k8s.io';
const watch = (group: string, resources: string[], namespaces: string[] = ['']): Permission[] =>
  namespaces.flatMap((namespace) =>
    resources.flatMap((resource) => ['list', 'watch'].map((verb) => ({ verb, group, resource, namespace }))),
  );
const update = (group: string, resources: string[], namespaces: string[] = ['']): Permission[] =>
  namespaces.flatMap((namespace) =>
    resources.map((resource) => ({ verb: 'update', group, resource, namespace })),
  );

const PROGRAMS: Record<string, (tree: Tree, site: string) => Permission[]> = {
  'traefik/traefik': (tree, site) =>
    traefikFiles(tree)
      .filter((each) => each.site === site)
      .flatMap(({ fixed: { providers } }) => [
        ...ingressProvider(providers?.kubernetesIngress),
        ...gatewayProvider(providers?.kubernetesGateway),
      ]),
  'monitoring/kube-state-metrics': kubeStateMetrics,
  'monitoring/prometheus': prometheus,
};

/** @see https://github.com/traefik/traefik/blob/v3.7.13/pkg/provider/kubernetes/ingress/client.go `WatchAll` */
function ingressProvider(options: Data): Permission[] {
  if (!options) return [];
  const { namespaces = [''] } = options;
  return [
    ...watch('', ['nodes']),
    ...watch('networking.k8s.io', ['ingressclasses']),
    ...watch('networking.k8s.io', ['ingresses'], namespaces),
    ...watch('', ['services', 'secrets'], namespaces),
    ...watch('discovery.k8s.io', ['endpointslices'], namespaces),
    // The status of Ingresses is written only where it is configured which address to write.
    ...(options.ingressEndpoint ? update('networking.k8s.io', ['ingresses/status'], namespaces) : []),
  ];
}

/** @see https://github.com/traefik/traefik/blob/v3.7.13/pkg/provider/kubernetes/gateway/client.go `WatchAll`, `Update…Status` */
function gatewayProvider(options: Data): Permission[] {
  if (!options) return [];
  const { namespaces = [''] } = options;
  const answered = ['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'backendtlspolicies'];
  if (options.experimentalChannel) answered.push('tcproutes');
  return [
    ...watch('', ['namespaces']),
    ...watch(GATEWAY, ['gatewayclasses']),
    ...update(GATEWAY, ['gatewayclasses/status']),
    ...watch('', ['services', 'secrets', 'configmaps'], namespaces),
    ...watch('discovery.k8s.io', ['endpointslices'], namespaces),
    ...watch(GATEWAY, [...answered, 'referencegrants'], namespaces),
    ...update(
      GATEWAY,
      answered.map((kind) => `${kind}/status`),
      namespaces,
    ),
  ];
}

/** Groups of the kinds that it may be configured to count. @see https://github.com/kubernetes/kube-state-metrics/blob/v2.17.0/internal/store/builder.go */
const GROUPS: Record<string, string[]> = {
  '': [
    'configmaps',
    'endpoints',
    'limitranges',
    'namespaces',
    'nodes',
    'persistentvolumeclaims',
    'persistentvolumes',
    'pods',
    'replicationcontrollers',
    'resourcequotas',
    'secrets',
    'serviceaccounts',
    'services',
  ],
  apps: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
  'networking.k8s.io': ['ingresses', 'ingressclasses', 'networkpolicies'],
  policy: ['poddisruptionbudgets'],
  'storage.k8s.io': ['storageclasses', 'volumeattachments'],
};
function kubeStateMetrics(tree: Tree, site: string): Permission[] {
  const args: string[] = workloads(tree)
    .filter((each) => each.site === site && each.name === 'kube-state-metrics')
    .flatMap(({ containers }) => containers.flatMap((container) => container.args ?? []));
  const kinds = args.flatMap((arg) => /^--resources=(.*)$/.exec(arg)?.[1]?.split(',') ?? []);
  return kinds.flatMap((kind) => {
    const group = Object.keys(GROUPS).find((each) => GROUPS[each]!.includes(kind));
    return watch(group ?? 'a group that we do not know', [kind]);
  });
}

/**
 * It lists and watches the pods of the namespaces that a job names, and asks kubelets and the API server with its token.
 * @see https://github.com/prometheus/prometheus/blob/v3.5.0/discovery/kubernetes/kubernetes.go `Run`
 * @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/#kubelet-authorization
 */
function prometheus(tree: Tree, site: string): Permission[] {
  const file = ofKind(tree, 'ConfigMap').find(
    (each) => each.site === site && each.namespace === 'monitoring' && each.name === 'prometheus',
  )?.object.data;
  const jobs: Data[] = Object.values<string>(file ?? {}).flatMap(
    (text) => yamlOf(text)?.scrape_configs ?? [],
  );
  const watched = jobs.flatMap((job) =>
    listOf(job.kubernetes_sd_configs).flatMap((each: Data) => each.namespaces?.names ?? ['']),
  );
  const withToken = jobs.filter(({ authorization }) =>
    authorization?.credentials_file?.includes('serviceaccount'),
  );
  const path = (job: Data): Permission =>
    job.job_name === 'kube-apiserver'
      ? { verb: 'get', group: '', resource: job.metrics_path ?? '/metrics', namespace: '' }
      : { verb: 'get', group: '', resource: 'nodes/metrics', namespace: '' };
  return [...watch('', ['pods'], watched), ...withToken.map(path)];
}
