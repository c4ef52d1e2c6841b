import { crowd } from './crowd.ts';
import { type Data, type Rendered, selects } from './objects.ts';
import { listOf } from './texts.ts';

/** What NetworkPolicies say: the meaning of the API's fields, read once more from its documentation. */

/** One end of a conversation: a pod by its labels, or an address outside the pod network. */
export type End = PodEnd | { address: string; name: string };
export interface PodEnd {
  pod: { namespace: string; app: string; labels: Record<string, string> };
  /** Whether the site has such pods; others are only asked about as peers. */
  runs: boolean;
  name: string;
}
export type Direction = 'ingress' | 'egress';
export interface Rule {
  /** None: every port. */
  ports?: Data[];
  isPeer: (end: End) => boolean;
}
export interface Door {
  protocol: 'TCP' | 'UDP';
  port: number;
}

const directed = (policy: Rendered, direction: Direction): boolean => {
  const types: string[] = policy.object.spec?.policyTypes ?? ['Ingress'];
  return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
};
const chosenFor = (policies: Rendered[], end: End): Rendered[] =>
  'pod' in end
    ? policies.filter(
        ({ namespace, object }) =>
          namespace === end.pod.namespace && selects(object.spec.podSelector, end.pod.labels),
      )
    : [];

/** The rules of each policy in a direction. */
export const rulesOf = (policies: Rendered[], direction: Direction): Map<Rendered, Rule[]> =>
  new Map(
    policies
      .filter((policy) => directed(policy, direction))
      .map((policy) => [
        policy,
        listOf(policy.object.spec[direction]).map((rule: Data) => ({
          ports: rule.ports,
          isPeer: peersOf(direction === 'ingress' ? rule.from : rule.to, policy.namespace),
        })),
      ]),
  );
/** Without a policy for a direction everything passes. */
export const ANYTHING: Rule = { isPeer: () => true };
/** The rules that speak for a pod. */
export function rulesFor(
  policies: Rendered[],
  rules: ReadonlyMap<Rendered, Rule[]>,
  direction: Direction,
  self: PodEnd,
): Rule[] {
  const chosen = chosenFor(policies, self).filter((policy) => directed(policy, direction));
  return chosen.length === 0 ? [ANYTHING] : chosen.flatMap((policy) => rules.get(policy)!);
}
export const opens = ({ protocol = 'TCP', port, endPort = port }: Data, door: Door): boolean =>
  protocol === door.protocol && (port === undefined || (door.port >= port && door.port <= endPort));

const isText = (value: unknown): value is string => typeof value === 'string';

/** Whom a rule is about: nobody named means everybody. A peer without a namespace is in that of the policy. */
function peersOf(list: Data, namespace: string): (end: End) => boolean {
  const peers = listOf(list);
  if (peers.length === 0) return () => true;
  const blocks = peers
    .map(({ ipBlock }) => ipBlock)
    // What is no network is reported by `known-fields`.
    .filter((block) => isText(block?.cidr));
  const whole = crowd(blocks.filter(({ except }) => listOf(except).length === 0).map(({ cidr }) => cidr));
  const pierced = blocks
    .filter(({ except }) => listOf(except).length > 0)
    .map(({ cidr, except }) => [crowd([cidr]), crowd(listOf(except).filter(isText))] as const);
  const pods = peers.filter(({ ipBlock }) => !ipBlock);
  return (end) =>
    'address' in end
      ? whole(end.address) || pierced.some(([isIn, isOut]) => isIn(end.address) && !isOut(end.address))
      : pods.some((peer) => isChosen(peer, namespace, end));
}

function isChosen({ namespaceSelector, podSelector }: Data, namespace: string, { pod }: PodEnd): boolean {
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace })
    : pod.namespace === namespace;
  return inNamespace && selects(podSelector, pod.labels);
}

export const deniesAll = (policies: Rendered[], namespace: string): boolean =>
  (['ingress', 'egress'] as const).every((direction) =>
    policies.some(
      (policy) =>
        policy.namespace === namespace &&
        directed(policy, direction) &&
        Object.keys(policy.object.spec.podSelector ?? {}).length === 0 &&
        !policy.object.spec[direction]?.length,
    ),
  );

export const policyPath = (policies: Rendered[], end: End): string | undefined =>
  chosenFor(policies, end).toSorted(
    (a, b) =>
      Object.keys(b.object.spec.podSelector ?? {}).length -
      Object.keys(a.object.spec.podSelector ?? {}).length,
  )[0]?.path;
