import type { Tree } from '../../../law.ts';
import { type PodEnd, type Rule, rulesFor, rulesOf } from '../../../reading/network-policies.ts';
import { type Data, ofKind, selects, workloads } from '../../../reading/objects.ts';
import { listOf } from '../../../reading/texts.ts';
import { networkRules } from '../pods.ts';
import type { Gate, Step } from './gate.ts';
import { ANY_OTHER, type Pods } from './places.ts';

/** A port of a protocol, or several in a row. */
export interface Ports {
  protocol: string;
  first: number;
  last: number;
}

/** What NetworkPolicies let each app of a site do: to and from other pods, and to and from addresses. */
export function podRules(tree: Tree, site: string) {
  const policies = ofKind(tree, 'NetworkPolicy').filter((each) => each.site === site && each.object.spec);
  const rules = { egress: rulesOf(policies, 'egress'), ingress: rulesOf(policies, 'ingress') };
  const ends = new Map<Pods, PodEnd>();
  const endOf = (pods: Pods): PodEnd => {
    const end = ends.get(pods) ?? { pod: pods, runs: true, name: pods.name };
    ends.set(pods, end);
    return end;
  };
  const said = new Map<Pods, { egress: Rule[]; ingress: Rule[] }>();
  const own = (pods: Pods) => {
    const known = said.get(pods) ?? {
      egress: rulesFor(policies, rules.egress, 'egress', endOf(pods)),
      ingress: rulesFor(policies, rules.ingress, 'ingress', endOf(pods)),
    };
    said.set(pods, known);
    return known;
  };
  const pathsOf = ({ namespace, labels }: Pods): string[] =>
    policies
      .filter((each) => each.namespace === namespace && selects(each.object.spec.podSelector, labels))
      .map(({ path }) => path);
  const toAddresses = (pods: Pods, direction: 'ingress' | 'egress'): Gate => {
    const name = `NetworkPolicies of ${pods.name}`;
    const steps = networkRules(
      policies.filter(({ namespace }) => namespace === pods.namespace),
      pods.labels,
      direction,
    ).map((rule): Step => ({ pass: true, rule }));
    return { path: pathsOf(pods)[0] ?? '', name, steps };
  };
  const gates = new Map<string, Gate>();
  return {
    /** As a gate between pods and addresses. */
    gate(pods: Pods, direction: 'ingress' | 'egress'): Gate {
      const key = `${direction} ${pods.name}`;
      const gate = gates.get(key) ?? toAddresses(pods, direction);
      gates.set(key, gate);
      return gate;
    },
    paths: pathsOf,
    /** What one app may dial at another: what its own policies let out and those of the other let in. */
    between(from: Pods, to: Pods): Ports[] {
      const out = own(from).egress.filter(({ isPeer }) => isPeer(endOf(to)));
      const into = own(to).ingress.filter(({ isPeer }) => isPeer(endOf(from)));
      return out.flatMap((one) => into.flatMap((other) => common(portsOf(one), portsOf(other))));
    },
  };
}

const ANY: Ports = { protocol: 'any', first: 0, last: 65535 };
const portsOf = ({ ports }: Rule): Ports[] =>
  listOf(ports).length === 0
    ? [ANY]
    : listOf(ports).flatMap(({ protocol = 'TCP', port, endPort = port }: Data) =>
        port === undefined
          ? [{ ...ANY, protocol: String(protocol).toLowerCase() }]
          : typeof port === 'number'
            ? [{ protocol: String(protocol).toLowerCase(), first: port, last: Number(endPort) }]
            : [],
      );
const common = (some: readonly Ports[], others: readonly Ports[]): Ports[] =>
  some.flatMap((a) =>
    others.flatMap((b) => {
      const protocol = a.protocol === 'any' ? b.protocol : a.protocol;
      const [first, last] = [Math.max(a.first, b.first), Math.min(a.last, b.last)];
      return first <= last && (b.protocol === 'any' || b.protocol === protocol)
        ? [{ protocol, first, last }]
        : [];
    }),
  );

/** Ports that Services open on every worker, each with the pods behind it. */
export function nodePorts(
  tree: Tree,
  site: string,
  pods: readonly Pods[],
): { port: number; target: number; behind: Pods[]; path: string }[] {
  return ofKind(tree, 'Service')
    .filter((each) => each.site === site && /^(NodePort|LoadBalancer)$/.test(each.object.spec?.type ?? ''))
    .flatMap(({ path, namespace, object }) => {
      const behind = pods.filter(
        (each) =>
          each.namespace === namespace &&
          each.app !== ANY_OTHER &&
          object.spec.selector &&
          selects({ matchLabels: object.spec.selector }, each.labels),
      );
      return listOf(object.spec.ports)
        .filter(({ nodePort }: Data) => typeof nodePort === 'number')
        .map(({ nodePort, port, targetPort = port }: Data) => ({
          port: nodePort,
          target:
            typeof targetPort === 'number'
              ? targetPort
              : (named(tree, site, namespace, object.spec.selector, targetPort) ?? port),
          behind,
          path,
        }));
    });
}

/** A port of a container by its name. */
function named(tree: Tree, site: string, namespace: string, selector: Data, name: Data): number | undefined {
  return workloads(tree)
    .filter(
      (each) =>
        each.site === site &&
        each.namespace === namespace &&
        selects({ matchLabels: selector ?? {} }, each.labels),
    )
    .flatMap(({ containers }) => containers.flatMap(({ ports }) => listOf(ports)))
    .find((each) => each.name === name)?.containerPort;
}
