import type { Tree } from '../../law.ts';
import { type Data, ofKind, type Rendered, selects, workloads } from '../../reading/objects.ts';
import { listOf } from '../../reading/texts.ts';
import type { Point } from './point.ts';
import { type Rule, rest } from './reach.ts';

/** Pods by app, with what their NetworkPolicies let in and out; those of no policy are open. */
export function podPoints(tree: Tree, sites: ReadonlySet<string>): Point[] {
  const policies = Map.groupBy(
    ofKind(tree, 'NetworkPolicy').filter(({ site }) => sites.has(site)),
    ({ site, namespace }) => `${site} ${namespace}`,
  );
  return workloads(tree)
    .filter(({ site, pod }) => sites.has(site) && !pod.hostNetwork)
    .flatMap(({ site, namespace, name, labels, path }): Point[] =>
      (['ingress', 'egress'] as const).map((direction) => ({
        place: site,
        path,
        name: `pods ${namespace}/${name.replace(/-[0-9a-f]{8,}$/, '')}`,
        of: `pods ${namespace}/${name.replace(/-[0-9a-f]{8,}$/, '')}`,
        direction: direction === 'ingress' ? 'in' : 'out',
        rules: networkRules(policies.get(`${site} ${namespace}`) ?? [], labels, direction),
      })),
    );
}

/** What the policies of a namespace let pods of these labels do; everything where none chooses them. */
export function networkRules(
  policies: Rendered[],
  labels: Record<string, string>,
  direction: 'ingress' | 'egress',
): Rule[] {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  const own = policies.filter(
    ({ object: { spec } }) =>
      spec && (spec.policyTypes ?? ['Ingress']).includes(type) && selects(spec.podSelector, labels),
  );
  if (own.length === 0) return [{}];
  return own.flatMap(({ object, namespace }) =>
    listOf(object.spec[direction]).flatMap((rule: Data) => ruleOf(rule, direction, namespace)),
  );
}

function ruleOf(rule: Data, direction: 'ingress' | 'egress', namespace: string): Rule[] {
  const peers = listOf(direction === 'ingress' ? rule.from : rule.to);
  const from = peers.length > 0 ? peers.flatMap((peer) => peersOf(peer, namespace)) : undefined;
  const named = listOf(rule.ports);
  const ports: Data[] = named.length > 0 ? named : [undefined];
  return ports.map((each) => ({
    ...(from ? { from } : {}),
    ...(each ? { protocol: String(each.protocol ?? 'TCP').toLowerCase() } : {}),
    ...(typeof each?.port === 'number' ? { ports: [[each.port, each.endPort ?? each.port]] } : {}),
  }));
}

function peersOf(peer: Data, namespace: string): string[] {
  if (peer.ipBlock) return rest(String(peer.ipBlock.cidr), listOf(peer.ipBlock.except).map(String));
  const space = peer.namespaceSelector
    ? labelsOf(peer.namespaceSelector, 'kubernetes.io/metadata.name') || 'every namespace'
    : namespace;
  return [`pods ${labelsOf(peer.podSelector) || 'all'} of ${space}`];
}
const labelsOf = (selector: Data, bare = 'app.kubernetes.io/name'): string =>
  [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) =>
      key === bare ? String(value) : `${key}=${String(value)}`,
    ),
    ...(selector?.matchExpressions ?? []).map(
      (each: Data) => `${each.key} ${each.operator} ${(each.values ?? []).join('|')}`,
    ),
  ].join(' ');
