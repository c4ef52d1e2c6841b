import { type Data, ofKind, type Rendered, selects, workloads } from '#policies/reading/objects.ts';
import type { Tree } from '../../law.ts';
import { say } from '../../named/check.ts';
import type { KubernetesRow } from '../kubernetes-pack.ts';

const beside = (one: Rendered, other: { site: string; namespace: string }): boolean =>
  one.site === other.site && one.namespace === other.namespace;

/** Whether any pod of the namespace has the labels, those that Rook makes included. */
const chosen = (at: Rendered, selector: Data, tree: Tree): boolean =>
  workloads(tree).some((each) => beside(at, each) && selects(selector, each.labels)) ||
  ofKind(tree, 'CephCluster', 'CephObjectStore').some(
    (each) => beside(at, each) && ofDaemons(each).some((labels) => selects(selector, labels)),
  );

/** The labels of the daemons that Rook makes of an object: its own, and those that the object adds to a kind of daemon. */
const ofDaemons = ({ kind, object: { spec } }: Rendered): Record<string, string>[] =>
  kind === 'CephCluster'
    ? [...['mgr', 'mon', 'osd'].map(named), ...Object.values<Record<string, string>>(spec?.labels ?? {})]
    : [{ ...named('rgw'), ...spec?.gateway?.labels }];
/** @see https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/controller/label.go */
const named = (daemon: string): Record<string, string> => ({ 'app.kubernetes.io/name': `ceph-${daemon}` });

/** kube-linter's checks of who reaches whom. */
export const TRAFFIC: KubernetesRow[] = [
  {
    id: 'dangling-service',
    title: 'a service leads to pods of the tree',
    avoid: 'selector: {app: gone}',
    fix: 'select the labels of an app',
    why: 'It has an address and nobody behind it; the first who notice are its users.',
    kinds: ['Service'],
    object: (at, tree) =>
      say(
        at.object.spec?.selector && !chosen(at, { matchLabels: at.object.spec.selector }, tree),
        'leads to no pods of the tree',
      ),
  },
  {
    id: 'dangling-ingress',
    title: 'an ingress leads to a service and a port that are there',
    avoid: 'backend.service.name: gone',
    fix: 'name a Service of the namespace and a port of it',
    why: 'The name resolves, the certificate is right and the answer is 404 or 503.',
    kinds: ['Ingress'],
    object: (at, tree) => {
      const backends: Data[] = [
        at.object.spec.defaultBackend,
        ...(at.object.spec.rules ?? []).flatMap(({ http }: Data) =>
          (http?.paths ?? []).map(({ backend }: Data) => backend),
        ),
      ].flatMap((each) => each?.service ?? []);
      return backends
        .filter(({ name, port }) => !serves(at, name, port, tree))
        .map(
          ({ name, port }) => `leads to ${name}:${port?.number ?? port?.name}, which is no service beside it`,
        );
    },
  },
  {
    id: 'dangling-networkpolicy',
    title: 'a network policy is about pods of the tree',
    avoid: 'podSelector.matchLabels: {app: gone}',
    fix: 'select the labels of an app',
    why: 'It protects nobody, and anybody who reads it believes that it does.',
    kinds: ['NetworkPolicy'],
    object: (at, tree) => say(!chosen(at, at.object.spec.podSelector, tree), 'chooses no pods of the tree'),
  },
  {
    id: 'dangling-networkpolicypeer-podselector',
    title: 'a network policy admits pods that are there',
    avoid: 'from: [{podSelector: {matchLabels: {app: gone}}}]',
    fix: 'select the labels of an app',
    why: 'Anybody who was meant is refused, and finds out by a time-out.',
    kinds: ['NetworkPolicy'],
    object: (at, tree) => {
      const { ingress = [], egress = [] } = at.object.spec;
      const peers: Data[] = [
        ...ingress.flatMap(({ from = [] }: Data) => from),
        ...egress.flatMap(({ to = [] }: Data) => to),
      ];
      return peers
        .filter(
          ({ podSelector, namespaceSelector }) =>
            podSelector && !namespaceSelector && !chosen(at, podSelector, tree),
        )
        .map(({ podSelector }) => `admits ${JSON.stringify(podSelector)}, which no pod beside it is`);
    },
  },
  {
    id: 'dangling-servicemonitor',
    title: 'a service monitor finds a service',
    avoid: 'a ServiceMonitor whose selector no Service matches',
    fix: 'select the labels of a Service',
    why: 'Nothing is scraped and no alert can ever fire.',
    kinds: ['ServiceMonitor'],
    object: (at, tree) =>
      say(
        !ofKind(tree, 'Service').some(
          ({ site, object }) =>
            site === at.site && selects(at.object.spec?.selector, object.metadata.labels ?? {}),
        ),
        'finds no service',
      ),
  },
  {
    id: 'non-isolated-pod',
    title: 'some network policy is about every pod',
    avoid: 'a pod that no NetworkPolicy selects',
    fix: 'add a NetworkPolicy for it',
    why: 'Every pod of the cluster, a stranger in one of them included, may talk to it.',
    pod: ({ site, namespace, labels, pod }, tree) =>
      say(
        !pod.hostNetwork && // policies do not see it; host-network is about that
          !ofKind(tree, 'NetworkPolicy').some(
            (each) =>
              each.site === site &&
              each.namespace === namespace &&
              selects(each.object.spec.podSelector, labels),
          ),
        'is isolated by no network policy',
      ),
  },
  {
    id: 'exposed-services',
    title: 'no service opens a port of every node',
    avoid: 'type: NodePort',
    fix: 'use type ClusterIP behind the ingress',
    why: 'The port is open on every node, in both families, to anybody who reaches one.',
    kinds: ['Service'],
    object: ({ object }) =>
      say(['NodePort', 'LoadBalancer'].includes(object.spec?.type), `is of type ${object.spec?.type}`),
  },
];

/** Whether a service beside it has the port; Rook makes that of an object store, by its name. */
const serves = (at: Rendered, name: string, port: Data, tree: Tree): boolean =>
  ofKind(tree, 'Service').some(
    (each) =>
      beside(at, each) &&
      each.name === name &&
      (each.object.spec?.ports ?? []).some(
        (own: Data) => own.port === port?.number || own.name === port?.name,
      ),
  ) ||
  ofKind(tree, 'CephObjectStore').some(
    (each) =>
      beside(at, each) &&
      name === `rook-ceph-rgw-${each.name}` &&
      [each.object.spec?.gateway?.port, each.object.spec?.gateway?.securePort].includes(port?.number),
  );
